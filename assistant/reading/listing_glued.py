"""Lists whose entries run together: "…end of an abstract.Next Title First Author, Other Author 2024-05-02", "Summary:"

The label after each head is the anchor. Where a title begins and where it ends is written nowhere; it is found from the
words: those of an abstract recur in the list, names do not.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from assistant.reading.dates import Date, ending_date
from assistant.reading.listing_entry import Entry
from assistant.reading.names import PARTICLES, is_name, parse_names

_LABEL = re.compile(
    r"(?:^|(?<=[\s\d]))(?:summary|abstract|tl;dr|overview|description)[ \t]*:[ \t]*(?:\n\s*|(?=\S))",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE_LIMIT = 350
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PUNCTUATION = ".,;:!?()[]{}\"'“”‘’"
_CLOSING = ")]}\"'”%$"
_STOP = re.compile(r"[.!?…。][)\]}\"'”’]*$")
_INITIAL = re.compile(r"(?:^|\W)[A-Z]\.$")
_OPEN_ENDS = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "via", "with"})
_AND = re.compile(r"^\s*(?:and|&)\s+")
_TEAMS = frozenset({"Team", "Group", "Collaboration", "Consortium"})
_NAME_PREFIX = re.compile(r"^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|O['’]|D['’])(?=[A-Z])")
_SUFFIX = re.compile(
    r"(?:tion|sion|ing|ment|ity|ness|ism|ics|ous|ive|able|ible|ical|ally|graphy|ology|ance|ence|ships?|ions|ments|ities|ances|ences|ives|izers?|isers?|ators?|works?|ware)$"
)
_COMMON = frozenset(
    (
        "abilities ability about action actions after again agent agents all alone analysis answer answers anything "
        "api apis approach apps art assistant assistants attack attacks attention audio autonomy behavior behaviors "
        "behaviour benchmark benchmarks better beyond bias biology board book books boundaries brain bug bugs call "
        "calls care case cell cells challenges change chemistry chess circuits cities city climate clinical cloud "
        "code collapse community compiler compilers considered context contexts control conversation cost crowd "
        "culture data database databases dataset datasets debate decoding deep defense design device devices dialog "
        "dialogue diffusion disease domain domains down driving drug drugs earth economics edge education effects "
        "embedding embeddings energy enough environment environments era error errors event events evidence experts "
        "explained face faces failure fairness fast feature features feedback field fields finance flow flows free "
        "frequency friends from future galaxies galaxy game games gene general generalist generation genes genome go "
        "good graph graphics graphs guide hard hardware harmful heads health here high home human humans image images "
        "in inference insights internet introduction is it itself kernels know knowledge labels language languages "
        "large law laws layers learn learners learning legal less lessons life light limits line lines logic long "
        "look loss low machines malware maps market markets material materials math mathematics matter matters media "
        "medicine memories memory method methods metric metrics mind minds model models molecule molecules more "
        "motion music need needs network networks neurons news noise not now object objects ocean on once one online "
        "opportunities ourselves out overview paradigm parallelism parameters parsers particle particles past path "
        "paths patient patients patterns people perspective perspectives phase physics planning plans play player "
        "players point points policies policy power practice practices preference preferences present primer privacy "
        "problem problems process programs progress prompts proof proofs protein proteins quantum queries query "
        "question questions rank reality reasoners reasoning report reports representation representations research "
        "response responses results retrieval review reviews revisited reward rewards risk risks road roadmap robot "
        "robotics robots rules safety scale scaling scenario scenarios scene scenes school science score scores "
        "scratch search security sequence sequences series shape shapes signal signals simple skills slow small "
        "social society software solutions space spectrum speech sports star stars state states step steps storage "
        "story street structure structures student students study surface survey synthesis system systems tables talk "
        "task tasks teaching test tests text texts themselves theorem theorems theory think thoughts time today token "
        "tokens tomorrow tools traffic trajectories trajectory transformer transformers translation tree trees trial "
        "trials truth tuning tutorial understanding unified universal user users value values vehicle vehicles video "
        "videos vision wave waves way weather web wide wild with words work works world worlds "
        "yourself you your we us me my they them"
    ).split()
)


def glued_entries(text: str) -> list[Entry]:
    """Return the entries of such a list; empty where `text` is none."""
    labels = [label for label in _LABEL.finditer(text) if label.group().endswith("\n") or _follows_date(text, label)]
    parts = [text[a:b] for a, b in pairwise([0, *(at for label in labels for at in label.span()), len(text)])][::2]
    heads, bodies = parts[:-1], parts[1:]
    dated = sum(ending_date(head.rstrip()) is not None for head in heads)
    if dated < 2 or dated * 2 < len(heads):
        return []
    # Once roughly cut, the abstracts alone tell better than the whole text which words are no names.
    abstracts = [cut.abstract for cut in _cut(heads, bodies, _Words(text))]
    return [cut.entry() for cut in _cut(heads, bodies, _Words(text, "\n".join(abstracts))) if cut.title]


def _follows_date(text: str, label: re.Match[str]) -> bool:
    return ending_date(text[max(0, label.start() - 80) : label.start()].rstrip()) is not None


@dataclass(frozen=True, slots=True)
class _Cut:
    """A head cut up, with the abstract that follows it."""

    start: int
    title: str
    authors: str
    date: Date | None
    abstract: str

    def entry(self) -> Entry:
        names = parse_names(self.authors)
        return Entry(
            title=self.title,
            text=self.abstract,
            authors=names.authors,
            date=self.date.text if self.date else None,
            year=self.date.year if self.date else None,
            notes=(names.note,) if names.note else (),
        )


def _cut(heads: list[str], bodies: list[str], words: _Words) -> list[_Cut]:
    """Cut up all heads, the last first: where one's title begins, the abstract before it ends."""
    cuts: list[_Cut] = []
    end = None
    for head, body in zip(reversed(heads), reversed(bodies), strict=True):
        cuts.append(_head(head, body[:end].strip(), words))
        end = cuts[-1].start
    return cuts[::-1]


def _words(text: str) -> list[str]:
    """Return the words of a text, those of web addresses left out."""
    return _WORD.findall(" ".join(token for token in text.split() if "://" not in token and "www." not in token))


class _Words:
    """What the list's own words tell: which of them are words rather than names."""

    def __init__(self, text: str, abstracts: str = "") -> None:
        self.whole = Counter(re.sub(r"['’]s$", "", token.strip(_PUNCTUATION)) for token in text.split())
        plain = _words(abstracts or text)
        self.seen = {word.lower() for word in plain} if abstracts else set()
        self.lower = {word for word in plain if word.islower()}
        self.stems = {word[:6] for word in self.lower if len(word) > 6}

    def common(self, token: str, abstract: frozenset[str]) -> bool:
        """Tell whether a capitalised token is a word rather than a name."""
        return any(self._common(part.lower(), abstract) for part in _WORD.findall(token))

    def _common(self, word: str, abstract: frozenset[str]) -> bool:
        forms = {word, word.removesuffix("s"), word + "s", word.removesuffix("es")}
        if forms & self.lower or forms & self.seen or forms & abstract or forms & _COMMON:
            return True
        return len(word) > 6 and (word[:6] in self.stems or _SUFFIX.search(word) is not None)


def _head(before: str, abstract: str, words: _Words) -> _Cut:
    """Cut up what stands before a label: the end of the abstract before, a title, authors, a date."""
    ended = ending_date(before.rstrip())
    head, date = ended or (before, None)
    head = head.rstrip(" ,|·-–—\n")
    own = frozenset(word.lower() for word in _words(abstract))
    end = _authors_start(head, own, words)
    start = _title_start(head[:end].rstrip(), abstract, words)
    return _Cut(start, " ".join(head[start:end].split()), head[end:].strip(), date, abstract)


def _authors_start(head: str, own: frozenset[str], words: _Words) -> int:
    """Return where the authors begin in a head that ends with them; its length where it names none."""
    line = head.rfind("\n") + 1
    if line and all(" " in part and _clean_name(part, own, words) for part in re.split(r",\s*", head[line:].strip())):
        return line
    start = len(head)
    while (comma := head.rfind(",", line, start)) >= 0:
        before = head[head.rfind(",", line, comma) + 1 : comma]
        # A doubtful name between clean ones is one of the list; the end of a title is not.
        if not _clean_name(head[comma + 1 : start], own, words) and not (
            is_name(_AND.sub("", head[comma + 1 : start])) and " " in before.strip() and _clean_name(before, own, words)
        ):
            break
        start = comma
    several = start < len(head)
    segment_start = max(head.rfind(",", line, start) + 1, line)
    tokens = [
        (found.start() + segment_start, found.group()) for found in re.finditer(r"\S+", head[segment_start:start])
    ]
    if len(tokens) < 2:
        return len(head)
    count = _name_length([token for _, token in tokens], own, words, sole=not several)
    return tokens[-count][0] if count else len(head)


def _clean_name(segment: str, own: frozenset[str], words: _Words) -> bool:
    """Tell whether a segment is a name, and does not begin with a word that a title may end with."""
    segment = _AND.sub("", segment.strip())
    tokens = segment.split()
    if not is_name(segment):
        return False
    if len(tokens) == 1:
        return not words.common(segment, own)
    return _name_length(tokens, own, words, sole=False) == len(tokens)


def _name_length(tokens: list[str], own: frozenset[str], words: _Words, *, sole: bool) -> int:
    """Return how many of the last tokens are the first author's name; 0 where they are none."""
    last = tokens[-1]
    if last in _TEAMS:
        return 2
    if not last[0].isupper() or (sole and all(words.common(token, own) for token in tokens[-2:])):
        return 0
    if not _may_be_name(last):
        return 1 if last.isalpha() or last.endswith("-AI") else 0
    count = 2
    while count < min(len(tokens), 6):
        first, before = tokens[-count], tokens[-count - 1]
        unfinished = first in PARTICLES or len(first.rstrip(".")) == 1
        initial = len(before) == 2 and before[0].isupper() and before[1] == "."
        if not (unfinished or initial) and (not _may_be_name(before) or words.common(before, own)):
            break
        count += 1
    # No title ends with "of" or "at".
    return count - 1 if count > 2 and count < len(tokens) and tokens[-count - 1] in _OPEN_ENDS else count


def _may_be_name(token: str) -> bool:
    """Tell whether a token is written as a name is: no digits, no colon, no capitals within but those of names."""
    parts = re.split(r"[-‐‑]", _NAME_PREFIX.sub("", token).rstrip("."))
    bare = re.sub(r"['’]", "", parts[0])
    if not token[0].isupper() or not bare.isalpha() or not all(part[:1].isalpha() for part in parts):
        return False
    return len(bare) == 1 or bare[1:].islower()


def _title_start(head: str, abstract: str, words: _Words) -> int:
    """Return where the title begins that ends `head`; often it is glued to the end of the abstract before it."""
    line = head.rfind("\n") + 1
    window = max(line, len(head) - _TITLE_LIMIT)
    best, best_score = window, 6.0 if line and line == window else 0.0
    breaks = 0.0
    stems = {word.lower()[:6] for word in _words(abstract)}
    for token in reversed(list(re.finditer(r"\S+", head[window:]))):
        offset = window + token.start()
        cost = breaks + (len(head) - offset) / 150
        for position, score in _joints(token.group(), abstract, stems, words):
            if score - cost > best_score:
                best, best_score = offset + position, score - cost
        if "://" in token.group():
            breaks += 9
        elif stop := token.group()[0].isupper() and re.search(
            r"([.!?])[)\"'”]?\s$", head[max(window, offset - 3) : offset]
        ):
            # A title may hold a question; a full stop seldom.
            score, step = (5, 3) if stop.group(1) == "." else (3, 1)
            if score - cost > best_score:
                best, best_score = offset, score - cost
            breaks += step
    return best


def _joints(token: str, abstract: str, stems: set[str], words: _Words) -> list[tuple[int, float]]:
    """Return where within a token a title may begin, and how likely that is: 10 after a full stop, else 4 and more."""
    core = token.strip(_PUNCTUATION).removesuffix("'s").removesuffix("’s")
    inside = token[0].isalnum()
    if core and inside and words.whole[core] > 1:
        return []
    whole = inside and len(core) > 3 and core in abstract
    found = []
    for position in range(1, len(token)):
        left, right = token[:position], token[position:]
        inner = right[1:2].isupper() and not right[0].isupper()  # "iTransformer", "3D"
        if not (right[0].isupper() or (inner and right[0].isalnum())):
            continue
        word = re.match(r"[^\W_][\w'’+*]*(?:[-.][\w]+)*", right)
        head = word.group() if word else ""
        recurs = float(len(head) > 3 and head.lower()[:6] in stems)
        if words.whole[head] or head in abstract:
            recurs = 1 + min(len(head), 15) / 20  # the more of a name is known, the surer it begins here
        if _STOP.search(left):
            if not _INITIAL.search(left) and not whole:
                found.append((position, 10.0 + recurs))
        elif not inner and not whole and _may_end(left, right):
            tail = re.search(r"[A-Z]?[a-z]+$|[A-Z]+$", left)
            ends = "://" in left or left[-1] in _CLOSING or (tail is not None and tail.group().lower() in words.lower)
            last = 0.0
            if "://" in left:  # an address may hold capitals itself
                last = position / len(token) - 2 * ("/" in right)
            found.append((position, 4.0 + 2 * recurs + 2 * ends + last))
    return found


def _may_end(left: str, right: str) -> bool:
    """Tell whether an abstract without a full stop may end between the two: "forgetting|Can", "LoRA|Simplifying"."""
    return (
        left[-1].islower()
        or left[-1].isdigit()
        or left[-1] in _CLOSING
        or (left[-1].isupper() and right[1:2].islower())
    )
