"""Lists whose entries stand in lines of their own: a title, perhaps authors, date, venue, a citation; an abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from assistant.reading.dates import Date, ending_date, first_year, last_year
from assistant.reading.headings import is_heading
from assistant.reading.listing_entry import Entry
from assistant.reading.listing_lines import (
    Line,
    is_citation,
    is_page_talk,
    is_sentence,
    looks_like_venue,
    quoted_span,
    read_lines,
    without_byline,
)
from assistant.reading.names import is_name, parse_names

_YEAR_JOINT = re.compile(r"(?<=[^\w][12][09]\d\d)(?=[A-Z])|(?<=\d\))(?=[A-Z])")
_WORD_JOINT = re.compile(r"(?<=[a-z)])(?=[A-Z][a-z]* [a-z])")
_VERB = re.compile(r"\b(?:we|our|is|are|was|were|has|have|that|which|these)\b")


@dataclass(slots=True)
class _Draft:
    """An entry while it is put together: its title and the lines above it, below it, and after its abstract."""

    title: str
    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    abstract: list[str] = field(default_factory=list)
    trailing: list[Line] = field(default_factory=list)

    @property
    def authors(self) -> str:
        """What names its authors; a label wins over a bare line of names."""
        found = [line.value for kind in ("authors", "names") for line in self.after if line.kind == kind]
        return found[0] if found else ""

    @property
    def citation(self) -> str:
        return next((line.text for line in self.after if line.kind == "citation"), "")

    @property
    def anchored(self) -> bool:
        return bool(self.authors or self.citation or any(line.kind == "twin" for line in self.before))


def block_entries(text: str) -> list[Entry]:
    """Return the entries of such a list; empty where `text` is none."""
    lines = _in_company(read_lines(text))
    drafts = _drafts(lines)
    if not _is_list(drafts, lines):
        return []
    heads = [_head_line(draft) for draft in drafts]
    headed = sum(map(bool, heads)) * 3 >= len(drafts)
    venues = without_byline([head for head in heads if head])
    dates = _dates(drafts)
    anchored = any(draft.anchored for draft in drafts)
    return [
        _entry(draft, venues.get(head, "") if headed else "", date, anchored=anchored)
        for draft, head, date in zip(drafts, heads, dates, strict=True)
    ]


def _in_company(lines: list[Line]) -> list[Line]:
    """Settle what lines are that only their neighbours tell: citations, lone authors, titles that look like names."""
    named = sum(line.kind in {"names", "authors"} for line in lines)
    bodies = sum(line.kind == "body" for line in lines)
    for before, line, after in zip(lines, lines[1:], [*lines[2:], Line("", "chrome")], strict=False):
        if before.kind == "plain" and line.kind in {"body", "plain", "names"} and is_citation(line.text, before.text):
            line.kind = "citation"
        elif line.kind == "names" and before.kind != "plain" and after.kind in {"names", "authors"}:
            line.kind = "plain"
        elif line.kind == "plain" and before.kind in {"names", "authors", "citation"} and is_sentence(line.text):
            line.kind = "body"
        elif line.kind == before.kind == "plain" and after.kind == "body" and named * 5 >= bodies * 2:
            lone = is_name(line.text) and 2 <= len(line.text.split()) <= 4 and not looks_like_venue(line.text)
            line.kind = "names" if lone else "plain"
    return lines


def _drafts(lines: Sequence[Line]) -> list[_Draft]:
    """Return the entries in order: what stands before an abstract is its head, which may hold entries without one."""
    drafts: list[_Draft] = []
    head: list[Line] = []
    for line in lines:
        if line.kind != "body":
            head.append(line)
            continue
        if drafts and drafts[-1].abstract:
            while len(head) > 1 and head[0].kind == head[1].kind == "plain" and is_sentence(head[0].text):
                drafts[-1].abstract.append(head.pop(0).text)
        found = _read_head(head)
        whole = bool(drafts and drafts[-1].abstract)
        if not whole:
            # Above the first whole entry stands the page's own head, whose lines may look like an entry.
            found = [draft for draft in found[:-1] if any(line.kind == "authors" for line in draft.after)] + found[-1:]
        if drafts and found:
            drafts[-1].trailing = found[0].before
        drafts.extend(found)
        if drafts and (found or not any(item.kind in {"chrome", "twin", "date"} for item in head)):
            if not found:
                drafts[-1].abstract.extend(item.text for item in head)
            drafts[-1].abstract.append(line.value)
        head = []
    if drafts:
        drafts[-1].trailing = head
        drafts.extend(draft for draft in _read_head(head) if draft.authors or draft.citation)
    return [draft for draft in drafts if not (is_page_talk(" ".join(draft.abstract)[:300]) and not draft.anchored)]


def _read_head(head: Sequence[Line]) -> list[_Draft]:
    """Return the entries that begin in a head, the last of them the one whose abstract follows."""
    titles = _title_places(head)
    ends = [*titles[1:], len(head)][: len(titles)]
    drafts = []
    previous = 0
    for at, end in zip(titles, ends, strict=True):
        # What stands between two titles is about the first, save the lines that head the second.
        stop = next((i for i in range(at + 1, end) if head[i].kind == "twin"), end)
        drafts.append(_Draft(head[at].text, list(head[previous:at]), list(head[at + 1 : stop])))
        previous = stop
    return drafts


def _title_places(head: Sequence[Line]) -> list[int]:
    """Return where in a head the titles stand."""
    twins = [i for i, line in enumerate(head) if line.kind == "twin"]
    if twins:
        ends = [*twins[1:], len(head)]
        firsts = ([i for i in range(a, b) if head[i].kind == "plain"][:1] for a, b in zip(twins, ends, strict=True))
        return [i for first in firsts for i in first]
    places = []
    last = -1
    for i, line in enumerate(head):
        if line.kind not in {"authors", "names", "citation"}:
            continue
        above = [j for j in range(last + 1, i) if head[j].kind == "plain"]
        if not above:
            continue
        at = above[-1]
        if len(above) > 1 and looks_like_venue(head[at].text) and above[-2] == at - 1:
            at = above[-2]
        places.append(at)
        last = i
    if places:
        return places
    plain = [i for i, line in enumerate(head) if line.kind == "plain"]
    named = next((i for i, line in enumerate(head) if line.kind in {"authors", "names"}), None)
    if named is not None and any(i > named for i in plain):
        return [next(i for i in plain if i > named)]
    while len(plain) > 1 and looks_like_venue(head[plain[-1]].text) and not looks_like_venue(head[plain[-2]].text):
        plain.pop()
    return plain[-1:]


def _is_list(drafts: Sequence[_Draft], lines: Sequence[Line]) -> bool:
    """Tell whether drafts are a list of papers, not the sections of one: a pattern repeats, and covers the text."""
    whole = [draft for draft in drafts if draft.abstract]
    if len(drafts) < 2 or not whole:
        return False
    if any(is_heading(draft.title) for draft in drafts):
        return False
    covered = sum(len(draft.title) + sum(map(len, draft.abstract)) + len(draft.authors) for draft in drafts)
    if covered < 0.6 * sum(len(line.text) for line in lines):
        return False
    anchored = sum(draft.anchored for draft in drafts)
    if anchored >= 2 and anchored * 5 >= len(drafts) * 2:
        return True
    # With titles and abstracts alone, it takes more to tell a list from an article with headings.
    lengths = [sum(map(len, draft.abstract)) for draft in whole]
    single = sum(len(draft.abstract) == 1 for draft in whole)
    titled = sum(len(draft.title.split()) >= 3 and not draft.title.endswith((".", ":", ",")) for draft in drafts)
    return (
        len(whole) >= 3
        and single >= len(whole) * 0.8
        and titled >= len(drafts) * 0.6
        and median(len(draft.title.split()) for draft in drafts) >= 4
        and 250 <= median(lengths) <= 4_000
    )


def _head_line(draft: _Draft) -> str:
    """Return the line above a title that says where the paper appeared, with or without who posted it."""
    for line in reversed(draft.before):
        if line.kind == "twin":
            return line.value
    last = draft.before[-1] if draft.before else None
    return last.text if last and last.kind == "plain" and looks_like_venue(last.text) else ""


def _dates(drafts: Sequence[_Draft]) -> list[Date | None]:
    """Return each entry's date: one of its own where most have one, else that of the heading it stands under."""
    for places in ([d.after for d in drafts], [d.before for d in drafts], [d.trailing for d in drafts]):
        found = [next((line.date for line in reversed(place) if line.date), None) for place in places]
        if found[0] and sum(date is not None for date in found) * 2 >= len(drafts):
            return found
    headings = [next((line.date for line in reversed(draft.before) if line.date), None) for draft in drafts]
    if sum(date is not None for date in headings) < 2:
        return [None] * len(drafts)  # one date at the top is the page's
    carried: list[Date | None] = []
    for date in headings:
        carried.append(date or (carried[-1] if carried else None))
    return carried


def _entry(draft: _Draft, head_venue: str, date: Date | None, *, anchored: bool) -> Entry:
    """Return a draft as an entry; `anchored` where the list names authors or venues at all."""
    abstract = "\n\n".join(draft.abstract)
    cited, cited_venue = _read_citation(draft.citation, draft.title)
    names = parse_names(draft.authors or cited)
    labelled = next((line.value for line in draft.after if line.kind == "venue"), "")
    plain = [line.text for line in draft.after if line.kind == "plain" and len(line.text) <= 160]
    if dated := ending_date(head_venue):
        head_venue, date = dated[0].rstrip(" ,·|-–—"), date or dated[1]
    told = next((line for line in plain if draft.anchored or looks_like_venue(line)), "")
    venue = head_venue or labelled or told
    if not venue and anchored:
        venue, abstract = _unglued(abstract)
    venue = venue or cited_venue
    year, guessed = (date.year if date else None), frozenset[str]()
    if not year and (year := last_year(draft.citation) or first_year(venue)):
        guessed = frozenset({"year"})
    about = [line.text for line in [*draft.after, *draft.trailing] if line.kind not in {"names", "authors"}]
    return Entry(
        title=" ".join(draft.title.split()),
        text=abstract,
        authors=names.authors,
        date=date.text if date and date.text != str(date.year) else None,
        year=year,
        venue=venue or None,
        about="\n".join(about),
        notes=(names.note,) if names.note else (),
        guessed=guessed,
    )


def _unglued(abstract: str) -> tuple[str, str]:
    """Split a venue from the abstract that begins right after it: "Workshop on X – April 2022As models grow"."""
    head = re.split(r"(?<=[a-z)\d])[.!?]\s", abstract[:200], maxsplit=1)[0]
    for joint in (_YEAR_JOINT, _WORD_JOINT):
        for match in joint.finditer(head):
            venue = head[: match.start()].strip()
            if (joint is _YEAR_JOINT or looks_like_venue(venue)) and not _VERB.search(venue):
                return venue, abstract[match.start() :]
    return "", abstract


def _read_citation(citation: str, title: str) -> tuple[str, str]:
    """Return the authors and the venue of a citation: what stands before the title, and after it up to the year."""
    span = quoted_span(citation, title) if citation else None
    if not span:
        return "", ""
    authors = re.sub(r"[\s.,:]*(?:\(?(?:19|20)\d\d\w?\)?)?[\s.,:]*$", "", citation[: span[0]])
    venue = re.sub(r"^[\s.,?!]*(?:in:?\s+(?=proc|the|\d|[A-Z]))?", "", citation[span[1] :], flags=re.IGNORECASE)
    venue = re.sub(r"\s*(?:preprint\b)?\s*arxiv\s*:\s*[\w./-]*\d.*", "", venue, flags=re.IGNORECASE | re.DOTALL)
    venue = re.sub(r"[\s,(]*(?:19|20)\d\d\b.*", "", venue, flags=re.DOTALL).strip(" .,;")
    return authors, re.sub(r"\s+preprint$", "", venue, flags=re.IGNORECASE)
