"""Which papers deal with a topic, and which one paper is meant: each named, with the passage that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.aboutness import ABOUT
from assistant.answering.candidates import Candidate
from assistant.answering.writing import Draft, described, trimmed
from assistant.types import Evidence
from assistant.verification import long_enough
from vectorstore.records import Hit, ScoredSentence

LIST = 5000  # characters
PASSAGE = 320  # characters quoted of a paper of a list
FOUND = 420  # characters quoted of the paper that was found
MOST_DOUBTFUL, RUNNERS_UP = 8, 2
CLOSE = 3.0  # below the paper found, by the scores of passages and sentences, another may still be the one meant


def list_papers(evidence: Evidence, draft: Draft) -> bool:
    """Name every paper that is about the topic, the doubtful ones apart; tell whether there was any."""
    likely = {hit.chunk.paper_id: hit for hit in evidence.hits}
    if not likely:
        return False
    bound = min(ABOUT, max(evidence.about.values()))
    for paper_id in [paper_id for paper_id in likely if evidence.about[paper_id] >= bound]:
        if draft.length > LIST:
            break
        hit = likely.pop(paper_id)
        span = _span(hit, max(hit.sentences, key=_shows), PASSAGE, draft)
        draft.name(described(draft.library.paper(paper_id)), hit.chunk, *span)
    draft.name_apart("Less surely", list(likely)[:MOST_DOUBTFUL])
    return True


def name_left_out(evidence: Evidence, draft: Draft) -> None:
    """Name apart the papers about the topic that a draft does not cite."""
    cited = {citation.paper_id for citation in draft.citations}
    left_out = [paper_id for paper_id, chance in evidence.about.items() if chance >= ABOUT and paper_id not in cited]
    draft.name_apart("Left out above, though likely about this", left_out)


def find_paper(evidence: Evidence, ranked: Sequence[Candidate], draft: Draft) -> bool:
    """Name the paper that is meant and quote why; name those apart that come close; tell whether there was any."""
    scores = _scores(evidence, ranked)
    found = next((paper_id for paper_id in scores if any(each.paper_id == paper_id for each in ranked)), None)
    if found is None:
        return False
    best = next(each for each in ranked if each.paper_id == found)
    span = _span(best.hit, best.sentence, FOUND, draft)
    draft.name(described(draft.library.paper(found)), best.hit.chunk, *span)
    draft.quote(best.hit.chunk, *span)
    close = [each for each, score in scores.items() if each != found and score > scores[found] - CLOSE]
    draft.name_apart("If it is not that one, perhaps", close[:RUNNERS_UP])
    return True


def _scores(evidence: Evidence, ranked: Sequence[Candidate]) -> dict[str, float]:
    """Score papers by their best hit and their best sentence together, the best paper first."""
    hit: dict[str, float] = {}
    sentence: dict[str, float] = {}
    for each in evidence.hits:
        hit[each.chunk.paper_id] = max(hit.get(each.chunk.paper_id, -9.0), each.score)
    for candidate in ranked:
        sentence[candidate.paper_id] = max(sentence.get(candidate.paper_id, -9.0), candidate.score)
    scores = {paper_id: score + 0.3 * sentence.get(paper_id, -9.0) for paper_id, score in hit.items()}
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def _shows(sentence: ScoredSentence) -> tuple[bool, float]:
    return long_enough(sentence.text), sentence.similarity


def _span(hit: Hit, sentence: ScoredSentence, most: int, draft: Draft) -> tuple[int, int]:
    return trimmed(draft.library.text(hit.chunk.text_id), sentence.sentence.start, sentence.sentence.end, most)
