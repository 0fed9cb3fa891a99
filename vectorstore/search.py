"""Search: vectors and words find chunks; best sentences, pieces and titles order them (docs/retrieval.md)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vectorstore import dense, lexical, pieces
from vectorstore.embedding import Embedder, PieceEmbedder
from vectorstore.library import Library, read_chunks
from vectorstore.records import Filters, Hit, Paper, ScoredSentence, StoredChunk, Vector
from vectorstore.reranking import MOST, reranked
from vectorstore.rows import similarities_to

LIST_LENGTH = 100  # chunks taken from each list; their scores also set the list's mean and spread
_OWN_PASSED_BY = 1000  # passages of a paper itself among those that are near to it
SENTENCES_READ = 100  # candidates whose sentences are scored
PIECES_READ = 40  # candidates that late interaction orders
# Chosen on the training queries of SciFact (benchmarks/scifact.py); the ranking is flat around them.
WEIGHTS = {"words": 0.32, "dense": 0.14, "sentence": 0.32, "title": 0.06, "pieces": 0.36}

Scores = dict[int, float]


def search(
    library: Library,
    embedder: Embedder,
    query: str,
    *,
    top: int = 10,
    filters: Filters = Filters(),
    vector: Vector | None = None,
) -> list[Hit]:
    """Give the chunks that speak best to a query, best first; words that stand twice in one paper count once.

    `vector` (d,) is the query's, where it has been embedded already.
    """
    hits: list[Hit] = []
    seen: set[tuple[str, str]] = set()
    for hit in _ranked(library, embedder, query, top, filters, vector, by_paper=False, copies=2):
        key = (hit.chunk.paper_id, hit.chunk.text)
        if key not in seen:
            seen.add(key)
            hits.append(hit)
    return hits[:top]


def search_papers(
    library: Library,
    embedder: Embedder,
    query: str,
    *,
    top: int = 10,
    filters: Filters = Filters(),
) -> list[Hit]:
    """Give the papers that speak best to a query, each once by its best hit, best first."""
    return _ranked(library, embedder, query, top, filters, None, by_paper=True, copies=1)[:top]


def papers_like(library: Library, paper_id: str, *, top: int = 10) -> list[Paper]:
    """Give the papers with a passage nearest to the middle of a paper's own, the nearest first; nothing is embedded.

    Raises PaperNotFound.
    """
    paper = library.paper(paper_id)
    with library.ledger.reading() as connection:
        own = dense.read_chunk_ids(connection, _text_keys(connection, [paper.paper_id]))
        if not len(own):
            return []
        middle = dense.read_vectors(connection, own, library.dimensions)[1].mean(axis=0)
        limit = LIST_LENGTH + min(len(own), _OWN_PASSED_BY)
        near = dense.nearest(connection, middle, limit, matrix=library.matrix, indexer=library.indexer)
        near, vectors = dense.read_vectors(connection, np.setdiff1d(near, own), library.dimensions)
        rows = connection.execute(
            """SELECT chunk_id, paper_id FROM chunks JOIN sources USING (text_key)
            WHERE current AND chunk_id IN (SELECT value FROM json_each(?))""",
            (json.dumps(near.tolist()),),
        )
        paper_ids = {row["chunk_id"]: row["paper_id"] for row in rows}
    best: dict[str, float] = {}
    for chunk_id, score in zip(near.tolist(), dense.similarities(vectors, middle).tolist(), strict=True):
        best[paper_ids[chunk_id]] = max(score, best.get(paper_ids[chunk_id], score))
    return [library.paper(other) for other in sorted(best, key=lambda other: (-best[other], other))[:top]]


def _ranked(
    library: Library,
    embedder: Embedder,
    query: str,
    top: int,
    filters: Filters,
    vector: Vector | None,
    *,
    by_paper: bool,
    copies: int,
) -> list[Hit]:
    """Rank chunks, or papers by their best chunk; `copies` times as many as asked, as copies are dropped later."""
    if top < 1 or not query.strip():
        return []
    asked = embedder.embed_query(query) if isinstance(embedder, PieceEmbedder) else None
    if vector is None:
        vector = asked[0] if asked else embedder.embed([query])[0]
    paper_ids = None if filters == Filters() else [paper.paper_id for paper in library.papers(filters)]
    with library.ledger.reading() as connection:
        text_keys = None if paper_ids is None else _text_keys(connection, paper_ids)
        if text_keys is not None and not text_keys:
            return []
        found = _Candidates(library, connection, query, vector, max(LIST_LENGTH, top), text_keys)
        if isinstance(embedder, PieceEmbedder) and asked:
            wanted = pieces.query_pieces(query, asked[1], partial(lexical.rarities, connection))
            found.weigh_pieces(wanted, partial(library.pieces, embedder=embedder))
        ordered = found.ordered()
        if by_paper:
            first: dict[str, int] = {}
            for chunk_id in ordered:
                first.setdefault(found.paper_ids[chunk_id], chunk_id)
            ordered = list(first.values())
        chosen = ordered[: max(copies * top, MOST if library.reranker else 0)]
        chunks = {chunk.chunk_id: chunk for chunk in read_chunks(connection, chosen)}
    hits = [
        Hit(
            chunk=chunks[chunk_id],
            score=found.scores[chunk_id],
            parts=found.parts(chunk_id),
            sentences=_scored(chunks[chunk_id], found.sentence_scores[chunk_id]),
        )
        for chunk_id in chosen
    ]
    return reranked(query, hits, library.reranker) if library.reranker and hits else hits


def _text_keys(connection: sqlite3.Connection, paper_ids: Collection[str]) -> list[int]:
    rows = connection.execute(
        "SELECT DISTINCT text_key FROM sources WHERE current AND paper_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(paper_ids)),),
    )
    return [row["text_key"] for row in rows]


class _Candidates:
    """The chunks that either list found, with their scores of every kind."""

    def __init__(
        self,
        library: Library,
        connection: sqlite3.Connection,
        query: str,
        vector: Vector,
        limit: int,
        text_keys: Collection[int] | None,
    ) -> None:
        near = dense.nearest(
            connection, vector, limit, matrix=library.matrix, indexer=library.indexer, text_keys=text_keys
        )
        self.words = lexical.best_chunks(connection, query, limit, text_keys)
        self.titles = lexical.best_titles(connection, query, limit, text_keys)
        ids, vectors = dense.read_vectors(connection, np.union1d(near, list(self.words)).astype(np.int64), len(vector))
        self.dense: Scores = dict(zip(ids.tolist(), dense.similarities(vectors, vector).tolist(), strict=True))
        self.sentence_scores: dict[int, NDArray[np.float64]] = {}
        self.paper_ids: dict[int, str] = {}
        self._text_keys: dict[int, int] = {}
        self._places: dict[int, tuple[str, str, int]] = {}
        for row in connection.execute(
            """SELECT chunk_id, text_key, text_id, ordinal, vectors, scales,
            (SELECT paper_id FROM sources WHERE sources.text_key = chunks.text_key AND current LIMIT 1) AS paper_id
            FROM chunks JOIN texts USING (text_key) JOIN sentences USING (chunk_id)
            WHERE chunk_id IN (SELECT value FROM json_each(?))""",
            (json.dumps(ids.tolist()),),
        ):
            chunk_id = row["chunk_id"]
            self.sentence_scores[chunk_id] = similarities_to(vector, row["vectors"], row["scales"])
            self.paper_ids[chunk_id] = row["paper_id"]
            self._text_keys[chunk_id] = row["text_key"]
            self._places[chunk_id] = (row["paper_id"], row["text_id"], row["ordinal"])
        self.pieces: Scores = {}
        self.scores = self._fused(set(near.tolist()))

    def ordered(self) -> list[int]:
        """Give the chunk_ids, best first; equal scores in the order of papers and texts, not of ingest."""
        return sorted(self.scores, key=lambda chunk_id: (-self.scores[chunk_id], self._places[chunk_id]))

    def parts(self, chunk_id: int) -> dict[str, float]:
        """Give the raw scores behind the fused one: BM25 of words and title, cosines of chunk and best sentence."""
        return {
            "words": self.words.get(chunk_id, 0.0),
            "dense": self.dense[chunk_id],
            "sentence": self._best_sentence(chunk_id),
            "title": self.titles.get(self._text_keys[chunk_id], 0.0),
            "pieces": self.pieces.get(chunk_id, 0.0),
        }

    def weigh_pieces(self, query: pieces.QueryPieces, read: Callable[[Sequence[int]], Mapping[int, bytes]]) -> None:
        """Score the best candidates by late interaction as well; the others count as the least of them."""
        best = self.ordered()[:PIECES_READ]
        signs = read(best)
        scored = pieces.scores(query, [signs[chunk_id] for chunk_id in best])
        self.pieces = dict(zip(best, scored.tolist(), strict=True))
        standard = _standard(self.pieces, missing=min(self.pieces.values(), default=0.0))
        for chunk_id, score in self.scores.items():
            self.scores[chunk_id] = round(score + WEIGHTS["pieces"] * standard(self.pieces.get(chunk_id)), 6)

    def _best_sentence(self, chunk_id: int) -> float:
        scores = self.sentence_scores[chunk_id]
        return float(scores.max()) if len(scores) else self.dense[chunk_id]

    def _fused(self, near: Collection[int]) -> Scores:
        # What a list lacks scores at most as its last; nothing at all where the list ended before its length.
        words = _standard(self.words, missing=min(self.words.values()) if len(self.words) >= LIST_LENGTH else 0.0)
        titles = _standard(self.titles, missing=min(self.titles.values()) if len(self.titles) >= LIST_LENGTH else 0.0)
        cosines = _standard({chunk_id: self.dense[chunk_id] for chunk_id in near})
        found = {
            chunk_id: WEIGHTS["words"] * words(self.words.get(chunk_id))
            + WEIGHTS["dense"] * cosines(cosine)
            + WEIGHTS["title"] * titles(self.titles.get(self._text_keys[chunk_id]))
            for chunk_id, cosine in self.dense.items()
        }
        best = sorted(found, key=lambda chunk_id: (-found[chunk_id], self._places[chunk_id]))[:SENTENCES_READ]
        read = {chunk_id: self._best_sentence(chunk_id) for chunk_id in best}
        sentences = _standard(read, missing=min(read.values(), default=0.0))
        return {
            chunk_id: round(score + WEIGHTS["sentence"] * sentences(read.get(chunk_id)), 6)
            for chunk_id, score in found.items()
        }


def _standard(listed: Mapping[int, float], *, missing: float = 0.0) -> Callable[[float | None], float]:
    """Make scores comparable: z-scores by the mean and spread of the best of a list; None stands for what it lacks."""
    values = sorted(listed.values(), reverse=True)[:LIST_LENGTH]
    if not values:
        return lambda score: 0.0
    mean, spread = float(np.mean(values)), float(np.std(values)) or 1.0
    return lambda score: ((missing if score is None else score) - mean) / spread


def _scored(chunk: StoredChunk, scores: NDArray[np.float64]) -> tuple[ScoredSentence, ...]:
    return tuple(
        ScoredSentence(
            sentence, chunk.text[sentence.start - chunk.chunk.start : sentence.end - chunk.chunk.start], score
        )
        for sentence, score in zip(chunk.chunk.sentences, scores.tolist(), strict=True)
    )
