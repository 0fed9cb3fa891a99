"""An ingest that is killed again and again; each fresh process first looks for what the kill before it has cost.

Usage: kill_ingest.py drill KILLS [SEED], which starts kill_ingest.py round FOLDER SEED once a kill, and once more.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.vectorstore.making import EMBEDDER, file, open_library, prepared, source
from vectorstore.library import Library
from vectorstore.records import File, PreparedSource

LATEST_KILL_S = 1.2
CHUNKS = 12  # of a text; a listing has this many papers


def main(arguments: list[str]) -> None:
    match arguments:
        case ["round", folder, seed]:
            look_and_ingest(Path(folder), int(seed))
        case ["drill", kills, *seed]:
            raise SystemExit(not drill(int(kills), int(seed[0]) if seed else 0))
        case _:
            raise SystemExit(__doc__)


def look_and_ingest(folder: Path, seed: int) -> None:
    """Open the library, take what a kill left in the bin out of it, print what is wrong, then ingest without end."""
    with open_library(folder / "library", owner="the drill") as library:
        restore_all(library)
        library.settle()
        print(json.dumps(asdict(check(library, read_acknowledged(folder)))), flush=True)
        ingest(library, folder, random.Random(seed))


def document(number: int, version: int) -> tuple[File, list[PreparedSource]]:
    """Make the file of a number: one long text, or a listing of many; some are the same paper as another file's."""
    name = f"{number}.txt"
    made = file(name, f"version {version}")
    if number % 3:
        lines = [
            f"Line {line} of text {number} in version {version}. It names thing{number * line}."
            for line in range(CHUNKS)
        ]
        return made, [prepared(source(f"Text {number // 2}", "\n".join(lines), [f"Au Thor{number // 2}"]))]
    return made, [
        prepared(source(f"Entry {number} {entry}", f"Entry {entry} of list {number}, version {version}.", ["E Ditor"]))
        for entry in range(CHUNKS)
    ]


def ingest(library: Library, folder: Path, chance: random.Random) -> None:
    """Store files without end, new ones and new versions of old ones; write down each that is acknowledged.

    Now and then papers are removed, and restored at once.
    """
    original = folder / "original.txt"
    original.write_text("the bytes of a file")
    versions = read_acknowledged(folder)
    with (folder / "acknowledged").open("a") as acknowledged:
        while True:
            number = chance.choice(sorted(versions)) if versions and chance.random() < 0.3 else len(versions)
            version = versions.get(number, -1) + 1
            made, sources = document(number, version)
            library.keep_original(original, made.content_hash)
            library.add(made, sources)
            acknowledged.write(f"{number} {version}\n")
            acknowledged.flush()
            os.fsync(acknowledged.fileno())
            versions[number] = version
            if chance.random() < 0.2:
                papers = library.papers()
                library.remove([paper.paper_id for paper in chance.sample(papers, min(3, len(papers)))])
                restore_all(library)


def restore_all(library: Library) -> None:
    library.restore([removed.removal for removed in library.removed()])


def read_acknowledged(folder: Path) -> dict[int, int]:
    """Read which version of each file was acknowledged last."""
    try:
        lines = (folder / "acknowledged").read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return {}
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {int(number): int(version) for number, version in whole}


@dataclass
class Findings:
    """What a check counted."""

    files: int
    chunks: int
    lost: int
    half: int
    orphans: int
    notes: list[str]


def check(library: Library, acknowledged: Mapping[int, int]) -> Findings:
    """Compare all of the library with what was acknowledged."""
    findings = Findings(len(acknowledged), 0, 0, 0, 0, library.check())
    findings.orphans += len(findings.notes)
    for number, version in acknowledged.items():
        made, sources = stored_version(library, number, version)
        if not library.has_file(made.content_hash) or library.original(made.content_hash) is None:
            findings.lost += 1
        elif not is_whole(library, made, sources):
            findings.half += 1
    findings.chunks, unfound = find_every_chunk(library)
    findings.lost += unfound
    known = {row["content_hash"] for row in rows(library, "SELECT content_hash FROM files")}
    findings.orphans += len({path.stem for path in (library.folder / "originals").glob("*")} - known)
    return findings


def stored_version(library: Library, number: int, version: int) -> tuple[File, list[PreparedSource]]:
    """Give the version that must be there: the acknowledged one, or the next if it was committed before the kill."""
    following = document(number, version + 1)
    return following if library.has_file(following[0].content_hash) else document(number, version)


def is_whole(library: Library, made: File, sources: list[PreparedSource]) -> bool:
    """Say whether a file's texts, chunks, sentences and vectors are all there, and none of another version."""
    stored = rows(
        library,
        """SELECT texts.text, texts.chunks, count(chunk_id) AS found, sum(length(vectors.vector)) AS bytes,
        sum(length(sentences.spans) / 8 = length(sentences.scales) / 4) AS spans,
        (SELECT count(*) FROM words JOIN chunks AS own ON own.chunk_id = words.rowid
            WHERE own.text_key = texts.text_key) AS words
        FROM sources JOIN texts USING (text_key) JOIN chunks USING (text_key) JOIN vectors USING (chunk_id)
        JOIN sentences USING (chunk_id) WHERE current AND name = ? AND content_hash = ? GROUP BY text_key""",
        made.name,
        made.content_hash,
    )
    wanted = Counter((each.source.text, len(each.chunks)) for each in sources)
    (others,) = rows(
        library, "SELECT count(*) FROM sources WHERE name = ? AND content_hash <> ?", made.name, made.content_hash
    )[0]
    return (
        Counter((row["text"], row["found"]) for row in stored) == wanted
        and all(row["chunks"] == row["found"] == row["spans"] == row["words"] for row in stored)
        and all(row["bytes"] == row["found"] * EMBEDDER.dimensions * 4 for row in stored)
        and others == 0
    )


def find_every_chunk(library: Library) -> tuple[int, int]:
    """Ask the index for every chunk by its own vector; give how many there are, and how many were not found."""
    ids, vectors = library.chunk_vectors(library.chunk_ids())
    assert library.indexer is not None
    unfound = 0
    for chunk_id, vector in zip(ids.tolist(), vectors, strict=True):
        answer = library.indexer.nearest(vector, 10)
        if answer is None or chunk_id not in answer[0]:
            # Chunks of equal vectors may hide each other.
            twins = int((vectors @ vector > 0.9999).sum())
            answer = library.indexer.nearest(vector, 10 + twins)
            unfound += answer is None or chunk_id not in answer[0]
    return len(ids), unfound


def rows(library: Library, question: str, *values: object) -> list[sqlite3.Row]:
    with library.ledger.reading() as connection:
        return connection.execute(question, values).fetchall()


def drill(kills: int, seed: int) -> bool:
    """Kill an ingest that often and look at the library after each; True when nothing was wrong."""
    chance = random.Random(seed)
    started = time.monotonic()
    lost = half = orphans = 0
    with tempfile.TemporaryDirectory(prefix="footnote-drill-", ignore_cleanup_errors=True) as name:
        for number in range(kills + 1):
            after = chance.uniform(0, LATEST_KILL_S)
            found = one_round(Path(name), number, after)
            lost, half, orphans = lost + found.lost, half + found.half, orphans + found.orphans
            print(f"after {number} kills: {found.files} files, {found.chunks} chunks; next kill in {after:.2f} s")
            for note in found.notes:
                print(f"  {note}")
    print(f"seed {seed}, {time.monotonic() - started:.0f} s")
    print(f"{kills} kills: {lost} lost, {half} half, {orphans} orphans")
    return found.files > 0 and not (lost or half or orphans)


def one_round(folder: Path, seed: int, after: float) -> Findings:
    """Start a fresh process, read what it found, and kill it that many seconds into its ingest."""
    command = [sys.executable, "-m", "tests.drills.kill_ingest", "round", str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, "the fresh process could not open the library"
        time.sleep(after)
        assert child.poll() is None, "the ingest ended by itself"
        child.send_signal(signal.SIGKILL)
    return Findings(**json.loads(line))


if __name__ == "__main__":
    main(sys.argv[1:])
