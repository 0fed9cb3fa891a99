"""Measure the embedded embedder: agreement with the reference model, chunks a second in fp32 and int8, time to start.

The two precisions take turns on the same texts, so that their ratio holds on a busy machine too. The texts are the
reading notes of examples/, cut to the length of a chunk.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _measure import say_machine, say_runs

from vectorstore.embedding import Embedder, open_embedder
from vectorstore.minilm import WEIGHTS, MiniLM, _package_file
from vectorstore.minilm_graph import build_graph, read_weights

ROOT = Path(__file__).parent.parent
CHUNK_WORDS = 150  # about 200 tokens
START = "import sys, pathlib, vectorstore.embedding as e; e.open_embedder(cache=pathlib.Path(sys.argv[1])).embed(['?'])"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="how many turns each precision takes")
    options = parser.parse_args()

    say_machine()
    weights = read_weights(_package_file(*WEIGHTS))
    embedders = {precision: MiniLM(build_graph(weights, precision)) for precision in ("fp32", "int8")}
    for precision, embedder in embedders.items():
        say_agreement(precision, embedder)

    words = re.findall(r"\S+", " ".join(path.read_text(encoding="utf-8") for path in ROOT.glob("examples/*.md")))
    chunks = [" ".join(words[i : i + CHUNK_WORDS]) for i in range(0, len(words), CHUNK_WORDS)]
    turns = [{name: rate(embedder, chunks) for name, embedder in embedders.items()} for _ in range(options.repeat)]
    for name in embedders:
        say_runs(f"{name}, chunks of {CHUNK_WORDS} words", [turn[name] for turn in turns], "chunks/s")
    say_runs("int8 : fp32", [turn["int8"] / turn["fp32"] for turn in turns], "times as many", digits=2)

    with tempfile.TemporaryDirectory() as folder:
        first, *later = [seconds_to_start(Path(folder)) for _ in range(options.repeat + 1)]
        say_runs("first start of a process, graph built, one text embedded", [first], "s", digits=2)
        say_runs("later starts", later, "s", digits=2)
        chosen = open_embedder(cache=Path(folder))
        say_runs("a query", [1000 / rate(chosen, [words[0] + " what is new?"] * 50) for _ in turns], "ms")
        for kept in Path(folder).iterdir():
            print(f"kept: {kept.name}, {kept.stat().st_size / 1e6:.1f} MB")


def say_agreement(precision: str, embedder: Embedder) -> None:
    with np.load(ROOT / "tests/data/minilm_reference.npz") as reference:
        texts, expected = [str(text) for text in reference["texts"]], reference["vectors"].astype(np.float32)
    cosines = (embedder.embed(texts) * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
    low, middle = np.quantile(cosines, [0.05, 0.5])
    print(
        f"{precision}, cosine to the reference model: median {middle:.5f}, "
        f"5 % below {low:.5f}, lowest {cosines.min():.5f} (n = {len(texts)} texts)"
    )


def rate(embedder: Embedder, texts: list[str]) -> float:
    """Return texts a second."""
    started = time.perf_counter()
    embedder.embed(texts)
    return len(texts) / (time.perf_counter() - started)


def seconds_to_start(cache: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", START, str(cache)], check=True, cwd=ROOT)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
