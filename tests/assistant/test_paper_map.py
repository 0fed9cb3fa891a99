"""The map of the papers: alike papers close together, the same library the same map."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.paper_map import lay_out


def test_alike_papers_lie_close_together() -> None:
    draw = np.random.default_rng(0)
    centres = np.eye(384)[:3] * 4
    vectors = np.concatenate([centre + draw.normal(0, 0.02, (20, 384)) for centre in centres]).astype(np.float32)
    places = lay_out([str(number) for number in range(60)], vectors)
    assert [place.paper_id for place in places] == [str(number) for number in range(60)]
    points = np.array([(place.x, place.y) for place in places]).reshape(3, 20, 2)
    assert points.min() >= 0 and points.max() <= 1
    middles = points.mean(axis=1)
    within = np.linalg.norm(points - middles[:, None], axis=2).max()
    between = min(np.linalg.norm(middles[one] - middles[other]) for one, other in ((0, 1), (0, 2), (1, 2)))
    assert within < between / 4


def test_the_same_vectors_give_the_same_map_whichever_way_they_come() -> None:
    vectors = np.random.default_rng(1).normal(size=(50, 16)).astype(np.float32)
    ids = [str(number) for number in range(50)]
    places = lay_out(ids, vectors)
    assert lay_out(ids, vectors.copy()) == places
    back = {place.paper_id: place for place in lay_out(ids[::-1], vectors[::-1])}
    for place in places:
        assert (back[place.paper_id].x, back[place.paper_id].y) == pytest.approx((place.x, place.y), abs=2e-4)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_papers_have_places(count: int) -> None:
    vectors = np.ones((count, 8), dtype=np.float32)
    places = lay_out([str(number) for number in range(count)], vectors)
    assert [(place.x, place.y) for place in places] == [(0.5, 0.5)] * count
