"""Author lines to names, "First Last". Knows how names are written, not whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

PARTICLES = frozenset(
    (
        "al ap ben bin bint da das de del della den der di do dos du e el ibn la las le les los mac san st ten ter van "
        "von y zu zum zur"
    ).split()
)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md"})
_MARKS = re.compile(r"[*†‡§¶#✉]+|[⁰¹²³⁴-⁹]+|(?<=[^\W\d_])\d+(?:,\d+)*\b|\(\d[\d, ]*\)|\[\d[\d, ]*\]")
_LABEL = re.compile(r"^\W*(?:authors?|author\(s\)|written by|by)\s*[::]\s*|^by\s+(?=[A-ZÀ-Þ])", re.IGNORECASE)
_COUNT = re.compile(
    r",?\s*(?:\band\b|&|\+|\bplus\b|\bwith\b)?\s*(?:\d[\d,]*\s*\+?|many|several)\s*(?:more\s+|other\s+|additional\s+)*(?:authors?|others?|more|co-?authors?|contributors?)\b\.?"
    r"|,?\s*\band\s+(?:others|colleagues|co-?authors)\b\.?|,?\s*\bet\.?\s+al\b\.?|,?\s*(?:…|\.\.\.)$",
    re.IGNORECASE,
)
_INCLUDED = re.compile(r"\(\s*(?:incl\.?|including)\s+([^()]{1,2000})\)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,;·•|,、]\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+")
_LISTED = re.compile(r"[,;·•|,、]|\s(?:and|&)\s")
_NO_NAMES = frozenset(
    "the of for and in on to with from via by at is are using towards toward learning model models language neural "
    "networks analysis survey study approach method methods system systems data".split()
)


@dataclass(frozen=True, slots=True)
class Names:
    """The authors a line names, "First Last", and its own words for those it leaves out ("and 300+ authors")."""

    authors: tuple[str, ...]
    others: str = ""

    @property
    def note(self) -> str:
        """A sentence for the reader where not all authors are named."""
        return f'The source names not all authors: it adds "{self.others}".' if self.others else ""


def has_label(line: str) -> bool:
    """Tell whether a line begins by saying that authors follow ("Authors: ...", "By ...")."""
    return bool(_LABEL.match(line))


def parse_names(line: str) -> Names:
    """Return the names of an author line, with or without its label, in either order of family and given name."""
    line = _LABEL.sub("", line.strip())
    included = _INCLUDED.search(line)
    line = _INCLUDED.sub("", line)
    others = _COUNT.search(line)
    line = _COUNT.sub("", line)
    segments = _segments(line)
    names = _in_order(segments, cut_short=bool(others))
    if ";" in line and "," in line:
        names = [" ".join(reversed(re.split(r"\s*,\s*", part, maxsplit=1))) for part in line.split(";") if part.strip()]
    if included:
        names = [*names, *_segments(included.group(1))]
    cleaned = (_clean(name) for name in names)
    return Names(
        tuple(name for name in cleaned if any(map(str.isalpha, name)) and name.lower() != "null"),
        others.group().strip(" ,") if others else "",
    )


def are_names(line: str) -> bool:
    """Tell whether a line without a label is a list of persons' names and nothing else."""
    if not _LISTED.search(line) or line[-1] in "?!:" or '"' in line or "“" in line:
        return False
    line = _COUNT.sub("", _INCLUDED.sub("", line.strip()))
    segments = [segment for segment in _segments(line) if any(map(str.isalpha, segment)) and segment.lower() != "null"]
    joined = _LISTED.findall(line)
    if len(segments) < 2 or (
        len(joined) == 1 and joined[0].strip() in {"and", "&"} and not all(" " in part for part in segments)
    ):
        return False
    good = sum(is_name(segment) for segment in segments)
    if good < len(segments) * 0.9:
        return False
    if _family_first(segments):
        return True
    return sum(len(segment.split()) >= 2 for segment in segments) >= len(segments) * 0.6


def is_name(segment: str) -> bool:
    """Tell whether a piece of text has the shape of a person's name, or of a part of one."""
    tokens = _clean(segment).split()
    if not 1 <= len(tokens) <= 7 or any(token.lower() in _NO_NAMES for token in tokens):
        return False
    capital = False
    for token in tokens:
        bare = re.sub(r"[.'’‘`\-‐‑]", "", token)
        if not bare.isalpha():
            return False
        if token[0].isupper():
            capital = True
        elif not (token in PARTICLES or token.startswith(("d'", "d’", "al-", "el-")) or len(tokens) == 1):
            return False
    return capital or len(tokens) == 1


def _segments(line: str) -> list[str]:
    parts = [part.strip() for part in _SEPARATOR.split(_MARKS.sub("", line))]
    segments: list[str] = []
    for part in parts:
        if part.lower() in _SUFFIXES and segments:
            segments[-1] += f" {part}"
        elif part:
            segments.append(part)
    return segments


def _family_first(segments: list[str]) -> bool:
    """Tell whether segments alternate between family and given names: "Hou, Thomas Y., Liu, Ziming"."""
    if len(segments) < 2:
        return False
    return sum(map(_is_single, segments)) >= len(segments) * 0.5


def _is_single(part: str) -> bool:
    return len([token for token in part.split() if not _initial(token)]) <= 1


def _initial(token: str) -> bool:
    return len(token) <= 2 and token[0].isupper() and (len(token) == 1 or token[1] == ".")


def _in_order(segments: list[str], *, cut_short: bool) -> list[str]:
    """Return the names of segments "First Last", whichever way round they stand."""
    single = [_is_single(part) for part in segments]
    if len(segments) > 2 and all(single[:2]) and not any(single[2:]):
        return [f"{segments[1]} {segments[0]}", *segments[2:]]  # "Hou, Thomas, Ziming Liu, and Max Tegmark"
    if not _family_first(segments) or (cut_short and len(segments) > 2 and all(single)):
        return segments
    pairs = [segments[i : i + 2] for i in range(0, len(segments), 2)]
    return [" ".join(reversed(pair)) for pair in pairs if "null" not in pair and ":" not in pair]


def _clean(name: str) -> str:
    return " ".join(_MARKS.sub("", name).split()).strip(" ,;:")
