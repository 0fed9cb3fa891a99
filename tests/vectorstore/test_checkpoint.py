from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.checkpoint import STRIDE, Checkpoint
from vectorstore.records import Vector

TEXTS = [f"text number {n}" for n in range(2 * STRIDE + 10)]


class CountingEmbedder(HashingEmbedder):
    """A fake embedder that counts what it is asked, and stops when told to."""

    def __init__(self, stop_after: int | None = None) -> None:
        super().__init__()
        self.asked = 0
        self.stop_after = stop_after

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vector:
        if self.stop_after is not None and self.asked >= self.stop_after:
            raise KeyboardInterrupt
        self.asked += len(texts)
        return super().embed(texts, progress)


def stopped(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        Checkpoint(folder, TEXTS, CountingEmbedder(stop_after=2 * STRIDE)).embed()


def test_a_stopped_file_goes_on_after_its_last_checkpoint(tmp_path: Path) -> None:
    stopped(tmp_path)
    embedder = CountingEmbedder()
    checkpoint = Checkpoint(tmp_path, TEXTS, embedder)
    vectors = checkpoint.embed()
    assert embedder.asked == 10
    np.testing.assert_array_equal(vectors, HashingEmbedder().embed(TEXTS))
    checkpoint.forget()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["cut", "zeroed"])
def test_a_torn_checkpoint_is_believed_only_as_far_as_it_is_whole(tmp_path: Path, damage: str) -> None:
    stopped(tmp_path)
    (file,) = tmp_path.iterdir()
    data = file.read_bytes()
    file.write_bytes(data[:-1] if damage == "cut" else data[:-4000] + bytes(4000))
    vectors = Checkpoint(tmp_path, TEXTS, CountingEmbedder()).embed()
    np.testing.assert_array_equal(vectors, HashingEmbedder().embed(TEXTS))


def test_other_texts_do_not_take_up_the_checkpoint(tmp_path: Path) -> None:
    stopped(tmp_path)
    others = [text.upper() for text in TEXTS]
    embedder = CountingEmbedder()
    Checkpoint(tmp_path, others, embedder).embed()
    assert embedder.asked == len(others)


def test_small_work_leaves_nothing_behind(tmp_path: Path) -> None:
    Checkpoint(tmp_path / "none", TEXTS[:10], HashingEmbedder()).embed()
    assert not (tmp_path / "none").exists()


def test_progress_counts_what_was_kept(tmp_path: Path) -> None:
    stopped(tmp_path)
    seen: list[int] = []
    Checkpoint(tmp_path, TEXTS, HashingEmbedder()).embed(seen.append)
    assert seen[0] > 2 * STRIDE and seen[-1] == len(TEXTS)
