"""The Chroma index: a cache of the ledger's chunk vectors that may lag, be lost, and be made again.

Only the owner of a library touches it. Run as a program it checks an index: a damaged one kills only the checker.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.records import Vector

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTION = "chunks"
BATCH = 1000  # ids an upsert; Chroma takes at most 5,461
_TWINS = (10, 200)  # texts that are alike share a vector, and any ten of them may be the nearest
_CHECK_SECONDS = 60.0
_CHECKED_BYTES_A_SECOND = 1_000_000
_SOUND = b"sound"
_CONFIGURATION: Any = {"hnsw": {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}}


class ChromaIndex:
    """The vectors of the chunks, by chunk_id, in the newest folder under `folder`."""

    def __init__(self, folder: Path, library_id: str) -> None:
        self._folder = folder
        self._library_id = library_id
        self._check: Check | None = None
        self._stopped = False
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None

    def open(self) -> None:
        """Open the index if a child process finds it sound and of this library; else begin an empty one."""
        folders = self._generations()
        if not folders or not self._is_sound(folders[-1]):
            self.begin_anew()
            return
        for old in folders[:-1]:
            shutil.rmtree(old, ignore_errors=True)
        self._open(folders[-1])

    def _is_sound(self, folder: Path) -> bool:
        self._check = Check(folder, self._library_id)
        sound = not self._stopped and self._check.is_sound()
        if self._stopped:
            raise RuntimeError("the library was closed while its index was being checked")
        return sound

    def stop_checking(self) -> None:
        """End a check that is under way, from another thread; `open` then fails and leaves the index as it is."""
        self._stopped = True
        if self._check is not None:
            self._check.stop()

    def begin_anew(self) -> None:
        """Leave what there is and begin an empty index in a fresh folder."""
        self.close()
        old = self._generations()
        number = int(old[-1].name) + 1 if old else 1
        fresh = self._folder / f"{number:06}"
        fresh.mkdir(parents=True)
        self._open(fresh)
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)

    def _generations(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(path for path in self._folder.iterdir() if path.name.isdigit() and path.is_dir())

    def _open(self, folder: Path) -> None:
        self._client = _client(folder)
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration=_CONFIGURATION,
            metadata={"library": self._library_id},
        )

    @property
    def _open_collection(self) -> Collection:
        if self._collection is None:
            raise RuntimeError("the index is not open")
        return self._collection

    def ids(self) -> NDArray[np.int64]:
        """Give the chunk_ids in the index, ascending."""
        found = self._open_collection.get(include=[])["ids"]
        return np.sort(np.array([int(name) for name in found], dtype=np.int64))

    def count(self) -> int:
        return self._open_collection.count()

    def upsert(self, chunk_ids: Sequence[int], vectors: Vector) -> None:
        """Put at most BATCH vectors in."""
        self._open_collection.upsert(ids=[str(chunk_id) for chunk_id in chunk_ids], embeddings=vectors)

    def delete(self, chunk_ids: Sequence[int]) -> None:
        """Take at most BATCH vectors out."""
        self._open_collection.delete(ids=[str(chunk_id) for chunk_id in chunk_ids])

    def nearest(self, vector: Vector, limit: int) -> list[int]:
        """Give the chunk_ids nearest to a vector of (d,), best first."""
        found = self._open_collection.query(query_embeddings=vector[None, :], n_results=limit, include=[])
        return [int(name) for name in found["ids"][0]]

    def unreached(self, chunk_ids: Sequence[int], vectors: Vector) -> list[int]:
        """Give those of at most BATCH chunk_ids that are in the index, but that a search with their vector misses.

        The graph of the index can cut off what is in it when much is taken out and put in
        (chroma-core/chroma issue 7758); putting it in again makes it found.
        """
        left = list(range(len(chunk_ids)))
        for limit in _TWINS:
            if left:
                answer = self._open_collection.query(query_embeddings=vectors[left], n_results=limit, include=[])["ids"]
                left = [place for place, found in zip(left, answer, strict=True) if str(chunk_ids[place]) not in found]
        return [chunk_ids[place] for place in left]

    def close(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()  # type: ignore[attr-defined]


class Check:
    """A child process that opens an index, reads every vector and searches; a crash or silence means unsound."""

    def __init__(self, folder: Path, library_id: str) -> None:
        command = [sys.executable, "-m", "vectorstore.chroma", str(folder), library_id]
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        self._seconds = _CHECK_SECONDS + size / _CHECKED_BYTES_A_SECOND
        # The child ends when its standard input does, so that it never outlives this process.
        environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("_KEY")}
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )

    def is_sound(self) -> bool:
        """Wait for the verdict."""
        with self._child as child:
            assert child.stdout is not None
            try:
                child.wait(self._seconds)
                return child.returncode == 0 and child.stdout.read().strip() == _SOUND
            except subprocess.TimeoutExpired:
                return False
            finally:
                child.kill()

    def stop(self) -> None:
        self._child.kill()


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


def _check(folder: Path, library_id: str) -> bool:
    """Read every vector of the index, and find a few by themselves."""
    collection = _client(folder).get_collection(COLLECTION, embedding_function=None)
    if (collection.metadata or {}).get("library") != library_id:
        return False
    ids = collection.get(include=[])["ids"]
    if collection.count() != len(ids):
        return False
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        vectors = collection.get(ids=batch, include=["embeddings"])["embeddings"]
        if vectors is None or len(vectors) != len(batch):
            return False
        found = collection.query(
            query_embeddings=np.asarray(vectors[:1], dtype=np.float32), n_results=1, include=["distances"]
        )
        distances = found["distances"]
        if not distances or not distances[0] or distances[0][0] > 1e-3:
            return False
    return True


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if _check(Path(sys.argv[1]), sys.argv[2]):
        print(_SOUND.decode(), flush=True)
    os._exit(0)  # Chroma's own threads may not end in a damaged index
