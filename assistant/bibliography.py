"""Papers -> BibTeX. What papers say shows as written: it is never a command of LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from vectorstore.identity import author_key, fold, fold_arxiv, fold_doi
from vectorstore.records import Metadata

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}
_SMALL = frozenset("a an and at by for from in of on the to with".split())
# A venue that is a meeting, by its words or an acronym: NeurIPS, OSDI 2006; but JMLR, TACL and PNAS are journals.
_MEETING = re.compile(
    r"\b(?:[Pp]roceedings|[Cc]onference|[Ww]orkshop|[Ss]ymposium)\b|"
    r"^(?![JT]|PNAS|CACM|NEJM|BMJ|PLOS)[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:[ ’'-]?\d{2,4})?$"
)
_ADDRESS = re.compile(r"https?://[^\s{}\\\"<>]+")


def to_bibtex(papers: Iterable[Metadata]) -> str:
    """Return an entry for each paper, in order; keys as "vaswani2017attention", alike ones told apart by a letter."""
    entries: list[str] = []
    taken: set[str] = set()
    for paper in papers:
        key = _free(_key(paper), taken)
        taken.add(key)
        entries.append(_entry(key, paper))
    return "\n".join(entries)


def _entry(key: str, paper: Metadata) -> str:
    doi, arxiv = fold_doi(paper.doi), fold_arxiv(paper.arxiv_id)
    venue = paper.venue or ""
    kind, place = ("inproceedings", "booktitle") if _MEETING.search(venue) else ("article", "journal")
    fields = {
        "title": f"{{{_words(paper.title)}}}",
        "author": " and ".join(map(_name, filter(str.strip, paper.authors))),
        "year": str(paper.year or ""),
        place: _words(venue),
        "doi": re.sub(r"[{}\\%]", "", doi or ""),
        "eprint": arxiv or "",
        "archiveprefix": "arXiv" if arxiv else "",
        "url": found[0] if (found := _ADDRESS.fullmatch(paper.url or "")) else "",
    }
    lines = [f"  {name:<13} = {{{value}}}," for name, value in fields.items() if value.strip("{}")]
    return "\n".join([f"@{kind if venue else 'misc'}{{{key},", *lines, "}", ""])


def _key(paper: Metadata) -> str:
    family = author_key(paper.authors[0])[0] if paper.authors else ""
    word = next((word for word in fold(paper.title).split() if word not in _SMALL), "")
    return _letters(f"{family}{paper.year or ''}{word}") or "paper"


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())[:60]


def _free(key: str, taken: set[str]) -> str:
    number = 0
    while (free := key + _suffix(number)) in taken:
        number += 1
    return free


def _suffix(number: int) -> str:
    return "" if number == 0 else chr(ord("a") + number) if number < 26 else f"-{number}"


def _name(author: str) -> str:
    """Return a name; one that BibTeX would take apart stays whole."""
    name = _words(author)
    return f"{{{name}}}" if "," in name or " and " in f" {name} ".lower() else name


def _words(text: str) -> str:
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return "".join(_COMMANDS.get(letter, letter) for letter in line)
