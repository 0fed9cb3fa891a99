"""The lines of a page saved as text, and what each of them is: a person's names, a date, a citation, a button."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.reading.dates import Date, ending_date, parse_date
from assistant.reading.names import are_names, is_name

Kind = Literal["body", "names", "authors", "citation", "date", "venue", "twin", "chrome", "plain"]

_FIELD = re.compile(
    r"(?P<field>authors?|author\(s\)|written by|by|venue|published (?:in|at)|appeared (?:in|at)|journal|conference|"
    r"date|published|published on|posted|posted on|submitted|submitted on|year|abstract|summary|tl;dr)"
    r"\s*[::]\s*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_BY = re.compile(r"by\s+(?=[A-ZÀ-Þ])")
_ON = re.compile(r"(?:published|posted|submitted|updated|added)\s+(?:on\s+)?", re.IGNORECASE)
_BUTTONS = (
    r"read (?:more|on|paper|the paper|full .*)|continue reading|more info(?:rmation)?|paper link|download(?: .{0,20})?",
    r"(?:view|see|show|load|learn|find out) (?:more|all|less|details?|paper|publication)|(?:view )?pdf|html|arxiv|doi",
    r"(?:source )?code|slides?|videos?|posters?|talk|project(?: page)?|website|demo|data(?:set)?s?",
    r"bib(?:tex)?|cit(?:e|ation)s?|copy|share|tweet|subscribe|sign (?:in|up)|log ?in|register|upvotes?|likes?",
    r"menu|home|about(?: us)?|contact(?: us)?|search|blog|news|team|people|careers|research|publications?|papers?",
    r"sort(?:ed)? by.*|filter.*|new|trending|top|latest|popular|featured|tags?|topics?|back(?: to .*)?|skip to .*",
    r"(?:next|previous|prev|newer|older)(?: (?:page|posts?|papers?|entries))?|page \d+(?: of \d+)?|\d+ of \d+",
    r"abstract|(?:\d[\d.,]*k?|no) ?(?:comments?|likes?|upvotes?|views?|authors?|stars?|citations?|votes|results?)",
    r"comments?|links?|jobs|[\d.,]+k?|follow .{0,40}|(?:submitted|posted) by .{0,60}|all rights reserved.*|©.*",
    r"copyright\b.*|yesterday|today|last week|just now|(?:about )?\d+ \w+ ago|@\S+|·.*|×|←.*|→.*|.*(?:→|»|›)|https?://\S+",
)
_BUTTON = re.compile(rf"\W*(?:{'|'.join(_BUTTONS)})\W*", re.IGNORECASE)
_PAGE_TALK = re.compile(
    r"\b(?:cookies?|newsletter|inbox|subscribe|your (?:submission|search|browser|email|account)|"
    r"privacy policy|terms of (?:use|service)|(?:this|on our) (?:page|website|site)|try (?:different|again)|"
    r"all rights reserved|sign up|log in|click (?:here|on)|e-?mail alerts?|browse (?:the|our|all)|get in touch|"
    r"powered by)\b",
    re.IGNORECASE,
)
_VENUE = re.compile(
    r"\b(?:[Pp]roceedings|[Cc]onference|[Ww]orkshop|[Jj]ournal|[Tt]ransactions|[Ss]ymposium|[Pp]reprint|"
    r"[Tt]hesis|[Tt]echnical [Rr]eport|arXiv|bioRxiv|medRxiv|Annals|PLOS|PLoS|IEEE|ACM|NeurIPS|NIPS|ICML|ICLR|AAAI|"
    r"IJCAI|ACL|EMNLP|NAACL|EACL|COLING|LREC|TACL|CVPR|ICCV|ECCV|WACV|BMVC|MICCAI|Interspeech|INTERSPEECH|ICASSP|SIGIR|KDD|CIKM|WSDM|"
    r"RecSys|UAI|AISTATS|COLT|CoRL|ICRA|IROS|RSS|SOSP|OSDI|NSDI|SIGMOD|P?VLDB|CHI|UIST|CSCW|PLDI|POPL|USENIX|NDSS|"
    r"SIGGRAPH|JMLR|TMLR|T?PAMI|PNAS|MLSys|COLM)\b"
)
_VENUE_WITH_YEAR = re.compile(
    r"\b(?:review|letters|nature|science|cell|lancet|track|findings|oral|spotlight|poster|report|magazine|meeting|congress)\b",
    re.IGNORECASE,
)
_TWIN = re.compile(r"(\S.{1,118}?\S)\s+\1")
_QUOTED = re.compile(r"[\"“«](.{8,400}?)[.,?!]*[\"”»]")
_AND_OTHERS = re.compile(r"\bet\.? al\b[\s.,]*(?:\([^()]*\))?[\s.,:]*$")
_QUOTE = re.compile(r"[\"“«]")
_YEAR = re.compile(r"(?<![\d.:/])(?:19|20)\d\d(?![\d.]\d)")


@dataclass(slots=True)
class Line:
    """A line that is not blank, what it is, and what it says without its label; `date` where it says one."""

    text: str
    kind: Kind
    value: str = ""
    date: Date | None = None


def read_lines(text: str) -> list[Line]:
    """Return the lines of a page, each with what it is by itself. Citations show only beside their titles."""
    found = [line.strip() for line in text.split("\n") if line.strip()]
    counts = Counter(found)
    return [_line(line, counts[line]) for line in found]


def is_citation(line: str, title: str) -> bool:
    """Tell whether a line cites the paper of that title: quotes it, or names people, the title and a year."""
    dated = _YEAR.search(line) is not None
    if not (dated or _QUOTE.search(line)) or len(line) > 2_000 + 20 * line.count(","):
        return False
    quoted = _QUOTED.search(line)
    if quoted and (_names_people(line[: quoted.start()]) or _alike(quoted.group(1), title)):
        return dated or "arXiv" in line
    at = line.lower().find(title.lower())
    return dated and at > 0 and _names_people(re.sub(r"[\s.,(]*(?:19|20)\d\d[a-z]?[\s.,):]*$", "", line[:at]))


def quoted_span(line: str, title: str) -> tuple[int, int] | None:
    """Return where in a citation the title stands, quotes included."""
    quoted = _QUOTED.search(line)
    at = line.lower().find(title.lower())
    return quoted.span() if quoted else (at, at + len(title)) if at >= 0 else None


def looks_like_venue(line: str) -> bool:
    """Tell whether a short line names where a paper appeared."""
    if len(line) > 160 or line.endswith("?"):
        return False
    if _YEAR.search(line):
        return bool(_VENUE.search(line) or _VENUE_WITH_YEAR.search(line))
    return bool(_VENUE.search(line)) and len(line.split()) <= 6 and ":" not in line


def is_sentence(line: str) -> bool:
    """Tell whether a short line is running text rather than a title or a venue."""
    return line.endswith(".") and len(line.split()) >= 8 and not looks_like_venue(line)


def is_page_talk(line: str) -> bool:
    """Tell whether a line speaks of the page it stands on, not of a paper."""
    return bool(_PAGE_TALK.search(line))


def without_byline(lines: Sequence[str]) -> dict[str, str]:
    """Return each of a blog's heads ("ICLR Ann Lee") without the poster's name, which many of them share."""
    endings = Counter(" ".join(line.split()[-n:]) for line in lines for n in range(1, min(4, len(line.split())) + 1))
    venues = {}
    for line in lines:
        tokens = line.split()
        most = min(4, len(tokens) - 1 if looks_like_venue(tokens[0]) or tokens[0].isupper() else len(tokens))
        sizes = [n for n in range(1, most + 1) if is_name(" ".join(tokens[-n:]))]
        shares = {n: endings[" ".join(tokens[-n:])] for n in sizes}
        size = max(sizes, key=lambda n: (shares[n], n), default=0)
        if shares.get(size, 0) < max(2, len(lines) * 0.2):
            size = 2 if 2 in sizes and len(tokens) > 2 else 0
        venues[line] = " ".join(tokens[: len(tokens) - size]).strip(" ,·|-–—")
    return venues


def _line(text: str, count: int) -> Line:
    field = _FIELD.fullmatch(text)
    if field and field["value"]:
        return _labelled(text, field["field"].lower(), field["value"].strip())
    if field:
        return Line(text, "chrome")
    if by := _BY.match(text):
        named = are_names(text[by.end() :]) or is_name(text[by.end() :])
        return Line(text, "authors" if named else "plain", text[by.end() :] if named else text)
    if are_names(text):
        return Line(text, "names", text)
    date = parse_date(_ON.sub("", text)) if len(text) < 50 else None
    if date:
        return Line(text, "date", text, date)
    if len(text) < 200 and (_BUTTON.fullmatch(text) or is_page_talk(text)):
        return Line(text, "chrome")
    if len(text) < 250 and (twin := _TWIN.fullmatch(text)):
        half, date = ending_date(twin.group(1)) or (twin.group(1), None)
        return Line(text, "twin", half.rstrip(" ,·|-–—"), date)
    if _is_body(text):
        return Line(text, "body", text)
    if count > 2 and not looks_like_venue(text):
        return Line(text, "chrome")
    letters = sum(character.isalpha() for character in text)
    return Line(text, "plain" if letters >= 3 and letters * 3 >= len(text) else "chrome", text)


def _labelled(text: str, field: str, value: str) -> Line:
    if field in {"abstract", "summary", "tl;dr"}:
        return Line(text, "body", value)
    if field.startswith("author") or field in {"by", "written by"}:
        return Line(text, "authors", value)
    if date := parse_date(value):
        return Line(text, "date", value, date)
    kind: Kind = (
        "chrome"
        if field in {"date", "year", "posted", "posted on", "submitted", "submitted on", "published on"}
        else "venue"
    )
    return Line(text, kind, value)


def _is_body(text: str) -> bool:
    words = len(text.split())
    if len(text) >= 320 or (len(text) >= 200 and words >= 30):
        return True
    # Chinese and Japanese say in 60 characters what takes 200 letters.
    if len(text) >= 60 and words * 12 < len(text) and "://" not in text:
        return True
    return len(text) >= 110 and words >= 16 and text.endswith((".", "…"))


def _names_people(text: str) -> bool:
    return are_names(text.strip(" .,:")) or bool(_AND_OTHERS.search(text))


def _alike(quoted: str, title: str) -> bool:
    a, b = _fold(quoted), _fold(title)
    return bool(a and b) and (a == b or SequenceMatcher(None, a, b, autojunk=False).ratio() > 0.8)


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
