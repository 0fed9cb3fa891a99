"""The papers on a map: two directions in which their mean vectors differ most. The same library, the same map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.records import Vector


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper lies on the map: `x` and `y` from 0 to 1."""

    paper_id: str
    x: float
    y: float


def lay_out(paper_ids: Sequence[str], vectors: Vector) -> tuple[Place, ...]:
    """Place papers by the first two principal components of their vectors (n, d)."""
    if not paper_ids:
        return ()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    spread = vectors / np.where(lengths > 0, lengths, 1)
    spread = (spread - spread.mean(axis=0)).astype(np.float64)
    _, axes = np.linalg.eigh(spread.T @ spread)
    main = axes[:, ::-1][:, :2]
    # An axis may point either way: its largest part is made positive.
    largest = main[np.abs(main).argmax(axis=0), [0, 1]]
    points = spread @ (main * np.where(largest < 0, -1, 1))
    across, up = _between_0_and_1(points[:, 0]), _between_0_and_1(points[:, 1])
    return tuple(Place(*place) for place in zip(paper_ids, across.tolist(), up.tolist(), strict=True))


def _between_0_and_1(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = values.min(), values.max()
    if high - low < 1e-9:
        return np.full(len(values), 0.5)
    scaled: NDArray[np.float64] = ((values - low) / (high - low)).round(4)
    return scaled
