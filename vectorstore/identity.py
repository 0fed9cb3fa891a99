"""Which sources tell of the same paper, and the ids they go by. Pure functions; knows no SQL."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from vectorstore.records import Metadata, SharedText, Source

OPENING_LETTERS = 300
HEAD_CHARACTERS = 4000  # of a text, within which the other's opening is looked for: front matter may come first
_ALIKE = 0.6  # part of the opening's three-word shingles that the other's head must share
_SHORTEST_OPENING = 5  # shingles; a shorter opening says too little
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})")
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")


def fold(text: str) -> str:
    """Reduce to lower-case letters and digits without accents, single spaces between words."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    plain = unicodedata.normalize("NFKC", plain.casefold())
    return " ".join("".join(mark if mark.isalnum() else " " for mark in plain).split())


def fold_title(title: str) -> str:
    """Reduce a title to its letters and digits, so that "Pre-Training" and "pretraining" are one."""
    return fold(title).replace(" ", "")


def fold_doi(doi: str | None) -> str | None:
    """Reduce a DOI, bare or as an address, to its lower-case name; None when it is none."""
    found = _DOI.search((doi or "").lower())
    return found[0].rstrip(".,;)") if found else None


def fold_arxiv(arxiv_id: str | None) -> str | None:
    """Reduce an arXiv id or address to its number without the version; None when it is none."""
    found = _ARXIV.search((arxiv_id or "").lower())
    return found[0] if found else None


def author_key(name: str) -> tuple[str, str]:
    """Split a name ("First Last") into its folded family name and first initial, "" for a single name."""
    words = [word for word in fold(name).split() if word not in _SUFFIXES]
    if not words:
        return "", ""
    return words[-1], words[0][0] if len(words) > 1 else ""


def opening_of(source: Source) -> str:
    """Give the folded first letters of the abstract, or of the text without its title where there is no abstract."""
    abstract = next((section for section in source.sections if section.kind == "abstract"), None)
    start = abstract.start if abstract else 0
    end = abstract.end if abstract else len(source.text)
    folded = fold(source.text[start : min(end, start + HEAD_CHARACTERS)])
    title = fold(source.metadata.title)
    if title and folded.startswith(title + " "):
        folded = folded[len(title) + 1 :]
    return folded[:OPENING_LETTERS]


def base_id(metadata: Metadata, opening: str) -> str:
    """Name a source by what stays when its file changes: external id, title, first author, or else how it opens."""
    family, initial = author_key(metadata.authors[0]) if metadata.authors else ("", "")
    person = f"{family} {initial}" if family else f"opening {opening[:200]}"
    title = fold_title(metadata.title)
    return _digest(metadata.external_id or "", title, person, "" if title else opening)


def name_in_file(metadata: Metadata) -> str:
    """Name a source among those of its file, so that it is known again when the file has changed."""
    return f"{metadata.external_id or ''} {fold_title(metadata.title)}"


def separate_id(source_id: str, name: str) -> str:
    """Name a source that was taken out of its paper for good."""
    return _digest("separate", source_id, name)


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(joined).hexdigest()[:12]


def sure_keys(metadata: Metadata, source_id: str, *, separate: bool = False) -> tuple[str, ...]:
    """Give the keys that make two sources one paper by themselves. Guessed identifiers do not count."""
    if separate or metadata.external_id:
        return (f"id:{source_id}",)
    doi = fold_doi(metadata.doi) if "doi" not in metadata.guessed else None
    arxiv = fold_arxiv(metadata.arxiv_id) if "arxiv_id" not in metadata.guessed else None
    if doi and doi.startswith("10.48550/arxiv."):
        arxiv, doi = arxiv or fold_arxiv(doi.removeprefix("10.48550/arxiv.")), None
    keys = [f"id:{source_id}"]
    keys += [f"doi:{doi}"] if doi else []
    keys += [f"arxiv:{arxiv}"] if arxiv else []
    return tuple(keys)


def title_key(metadata: Metadata, *, separate: bool = False) -> str | None:
    """Give the key under which sources of the same title meet; None for those that never merge by title."""
    folded = fold_title(metadata.title)
    return f"title:{folded}" if folded and not separate and not metadata.external_id else None


def meeting_keys(metadata: Metadata) -> list[str]:
    """Give all the keys under which a paper meets others that are told of in the same way."""
    title = title_key(metadata)
    return [*sure_keys(metadata, "")[1:], *([title] if title else [])]


def shared_paper_id(metadata: Metadata) -> str:
    """Name a paper that only a shared conversation tells of; no paper of a library has such an id."""
    return f"shared-{_digest(repr(metadata))}"


def shared_text_id(shared: SharedText) -> str:
    """Name a shared passage's text by all that is kept with it; no text that was read here has such an id."""
    return hashlib.sha256(repr(shared).encode("utf-8", "backslashreplace")).hexdigest()[:24]


def same(one: Metadata, other: Metadata) -> bool:
    """Say whether two papers are one by what is told of them: an identifier, or the title with an author in common."""
    met = set(meeting_keys(one)) & set(meeting_keys(other))
    if not met or any(not key.startswith("title:") for key in met):
        return bool(met)
    people, others = (Evidence(each.authors, "", "").people for each in (one, other))
    return not people or not others or any(_same_person(a, b) for a in people for b in others)


@dataclass(frozen=True)
class Evidence:
    """What speaks for two sources of the same title being one paper. `opening` and `head` are folded text."""

    authors: tuple[str, ...]
    opening: str
    head: str

    @cached_property
    def people(self) -> frozenset[tuple[str, str]]:
        return frozenset(key for key in map(author_key, self.authors) if key[0])

    @cached_property
    def opening_shingles(self) -> frozenset[str]:
        return _shingles(self.opening)

    @cached_property
    def head_shingles(self) -> frozenset[str]:
        return _shingles(self.head)


def agree(one: Evidence, other: Evidence) -> bool:
    """Say whether sources of one title are one paper: an author in common or, where one has none, alike openings."""
    if one.people and other.people:
        return any(_same_person(a, b) for a in one.people for b in other.people)
    return _contains(other, one) or _contains(one, other)


def _same_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] == other[0] and (not one[1] or not other[1] or one[1] == other[1])


def _contains(whole: Evidence, part: Evidence) -> bool:
    wanted = part.opening_shingles
    if len(wanted) < _SHORTEST_OPENING:
        return bool(part.opening) and part.opening == whole.opening
    return len(wanted & whole.head_shingles) >= _ALIKE * len(wanted)


def _shingles(folded: str) -> frozenset[str]:
    words = _CJK.sub(r" \1 ", folded).split()
    return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))
