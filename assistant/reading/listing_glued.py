"""Lists whose entries run together: "…end of an abstract.Next Title First Author, Second Author 2024-05-02 16:18:21", "Summary:".

The label after each head is the anchor. Where a title begins and where it ends is written nowhere; it is found from the
words: those of an abstract recur in the list, names do not.
"""

from __future__ import annotations

import re
from collections import Counter

from assistant.reading.dates import Date, ending_date
from assistant.reading.listing_entry import Entry
from assistant.reading.names import PARTICLES, is_name, parse_names

_LABEL = re.compile(
    r"(?:^|(?<=[\s\d]))(?:summary|abstract|tl;dr|overview|description)[ \t]*:[ \t]*(?:\n\s*|(?=\S))",
    re.IGNORECASE | re.MULTILINE,
)
_TITLE_LIMIT = 350
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TEAM = re.compile(r"(?:Team|Group|Collaboration|Consortium|Lab|Labs|Research)$")
_SUFFIX = re.compile(
    r"(?:tion|sion|ing|ment|ity|ness|ism|ics|ous|ive|able|ible|ical|ally|graphy|ology|ance|ence|ships?|ions|ments|ities|ances|ences|ives|izers?|isers?|ators?|works?|ware)$"
)
_COMMON = frozenset(
    "about abilities ability action after agents again all alone analysis anything approach apps art attack attacks autonomy benchmark better "
    "beyond board book books boundaries brain case change circuits code collapse control cost data dataset datasets debate decoding defense "
    "design dialogue domain domains down effects enough era evidence experts face faces failure fast feedback field fields free friends from "
    "future games generalist generation good graphs guide hard here heads home human humans images in inference insights is it kernels knowledge "
    "know labels language languages law laws layers learn learners learning less life light limits long look loss machines maps matter matters "
    "memories memory method methods mind minds mind model models more music need needs network networks neurons noise not now objects on once "
    "one online out overview parallelism paradigm parameters parsers past patterns people perspective perspectives physics planning plans play "
    "policies policy power practice practices preferences problem problems process programs progress prompts proofs proteins queries question "
    "questions reality reasoners report research results retrieval review risk risks road roadmap robots rules safety scale scaling science "
    "scores scratch search sequence sequences simple skills small society software solutions space speech stars states step steps story "
    "street structure structures study survey system systems tables talk task tasks teaching test tests text texts theory think thoughts time "
    "tokens tools trees truth tuning understanding video videos vision way wild with words work works world worlds".split()
)


def glued_entries(text: str) -> list[Entry]:
    """Return the entries of such a list; empty where `text` is none."""
    labels = list(_LABEL.finditer(text))
    heads = [text[a:b] for a, b in zip([0, *(m.end() for m in labels)], (m.start() for m in labels), strict=False)]
    dated = sum(ending_date(head.rstrip()) is not None for head in heads)
    if dated < 2 or dated * 2 < len(heads):
        return []
    words = _Words(text)
    bodies = [*heads[1:], text[labels[-1].end() :]]
    cuts = [_head(head, body, words) for head, body in zip(heads, bodies, strict=True)]
    ends = [start for start, *_ in cuts[1:]] + [len(bodies[-1])]
    entries = []
    for (_, title, authors, date), body, end in zip(cuts, bodies, ends, strict=True):
        if not title:
            continue
        names = parse_names(authors) if authors else None
        entries.append(
            Entry(
                title=title,
                text=body[:end].strip(),
                authors=names.authors if names else (),
                date=date.text if date else None,
                year=date.year if date else None,
                notes=(names.note,) if names and names.note else (),
            )
        )
    return entries


class _Words:
    """What the list's own words tell: which are common, which are somebody's given name."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.whole = Counter(token.strip(".,;:!?()[]{}\"'") for token in text.split())
        self.lower = {word for word in _WORD.findall(text) if word.islower()}
        self.stems = {word[:6] for word in self.lower if len(word) > 6}

    def common(self, token: str, abstract: frozenset[str]) -> bool:
        """Tell whether a capitalised token is a word rather than a name."""
        for part in _WORD.findall(token):
            word = part.lower()
            known = (
                word in self.lower or word in abstract or word in _COMMON or (len(word) > 6 and word[:6] in self.stems)
            )
            if known or (len(word) > 5 and _SUFFIX.search(word)):
                return True
        return False


def _head(before: str, body: str, words: _Words) -> tuple[int, str, str, Date | None]:
    """Split what stands before a label: where the title begins in it, the title, the authors, the date."""
    head = before.rstrip()
    ended = ending_date(head)
    date = None
    if ended:
        head, date = ended
    head = head.rstrip(" ,|·-–—")
    abstract = frozenset(word.lower() for word in _WORD.findall(body[:2500]))
    end = _authors_start(head, abstract, words)
    start = _title_start(head[:end].rstrip(), body, words)
    return start, " ".join(head[start:end].split()), head[end:].strip(), date


def _authors_start(head: str, abstract: frozenset[str], words: _Words) -> int:
    """Return where the authors begin in a head that ends with them; its length where it names none."""
    line = head.rfind("\n") + 1
    if line and parse_names(head[line:]).authors and all(map(is_name, re.split(r",\s*", head[line:]))):
        return line
    start = len(head)
    several = False
    while (comma := head.rfind(",", line, start)) >= 0:
        segment = head[comma + 1 : start].strip()
        first, *rest = segment.split() or [""]
        if not is_name(re.sub(r"^(?:and|&)\s+", "", segment)) or (
            len(rest) > 1 and words.common(first, abstract) and _plain(first)
        ):
            break
        several, start = True, comma
    segment_start = max(head.rfind(",", line, start) + 1, line)
    tokens = [(m.start() + segment_start, m.group()) for m in re.finditer(r"\S+", head[segment_start:start])]
    if len(tokens) < 2:
        return len(head)
    count = _name_length([token for _, token in tokens], abstract, words, sole=not several)
    return tokens[-count][0] if count else len(head)


def _plain(token: str) -> bool:
    return token.istitle() and len(token) > 3


def _name_length(tokens: list[str], abstract: frozenset[str], words: _Words, *, sole: bool) -> int:
    """Return how many of the last tokens are the first author's name."""
    if (
        not tokens[-1][0].isupper()
        or words.common(tokens[-1], abstract)
        and words.common(tokens[-2], abstract)
        and sole
    ):
        return 0
    if (
        sole
        and any(letter.isupper() for letter in tokens[-1][1:])
        and "-" not in tokens[-1][:-3]
        and tokens[-1].isalpha()
    ):
        return 1 if not _name_like(tokens[-1]) else 2
    count = 2
    while count < min(len(tokens), 6):
        first, next_ = tokens[-count], tokens[-count - 1]
        unfinished = first.lower() in PARTICLES and first.islower() or len(first.rstrip(".")) == 1
        if not unfinished and not (
            next_ in PARTICLES and not words.common(tokens[-count], abstract) and len(tokens) > count + 1 and False
        ):
            if not _name_like(next_) or words.common(next_, abstract):
                break
        count += 1
    return count


def _name_like(token: str) -> bool:
    bare = re.sub(r"^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|O['’]|D['’])(?=[A-Z])", "", token)
    bare = re.sub(r"[-'’‐‑]", "", bare) if "-" not in token else re.split(r"[-‐‑]", bare)[0]
    if not token[0].isupper() or not bare.rstrip(".").isalpha():
        return False
    return len(bare) <= 2 or not any(letter.isupper() for letter in bare[1:])


def _title_start(head: str, body: str, words: _Words) -> int:
    """Return where a title begins that may be glued to the abstract before it."""
    line = head.rfind("\n") + 1
    window = max(line, len(head) - _TITLE_LIMIT)
    best, best_score = line if line >= window else window, 6.0 if line and line >= window else 0.0
    if line == 0 and window == 0:
        best_score = 3.0
    breaks = 0
    for token in reversed(list(re.finditer(r"\S+", head[window:]))):
        offset = window + token.start()
        for position, score in _glue(token.group(), body, words):
            score -= 3 * breaks
            if score > best_score:
                best, best_score = offset + position, score
        if token.start() and re.search(r"[.!?][)\"'”]?$", head[window : offset - 1]) and token.group()[0].isupper():
            if best_score < 5 - 3 * breaks:
                best, best_score = offset, 5 - 3 * breaks
            breaks += 1
    return best


def _glue(token: str, body: str, words: _Words) -> list[tuple[int, float]]:
    """Return where in a token a new title may begin, with how likely that is."""
    core = token.strip(".,;:!?()[]{}\"'")
    known = words.whole[core] > 1 or len(core) > 3 and core in body
    address = "://" in token or "www." in token
    found = []
    for position in range(1, len(token)):
        left, right = token[:position], token[position:]
        camel = right[0].islower() and right[1:2].isupper()
        if not (right[0].isupper() or camel or right[0].isdigit() and right[1:2].isupper()):
            continue
        name = re.match(r"[^\W_][\w'’\-+*]*", right)
        fresh = name is not None and (words.whole[name.group().strip(":")] > 1 or name.group().strip(":") in body)
        word = _WORD.match(right)
        fresh = fresh or word is not None and word.group().lower()[:6] in body.lower()
        if re.search(r"[.!?…。][)\]}\"'”’]*$", left):
            if re.search(r"(?:^|[^\w])[A-Z]\.$", left) or known:
                continue
            found.append((position, 10.0 + fresh))
        elif not known and not camel and right[0].isupper():
            previous = left[-1]
            if previous.islower() or previous.isdigit() or previous in ")]}\"'”%$/":
                pass
            elif not (previous.isupper() and right[1:2].islower()):
                continue
            tail = re.search(r"[A-Z]?[a-z]+$|[A-Z]+$|\d+$", left)
            ending = address or tail is not None and tail.group().lower() in words.lower or previous in ")]}\"'”%$"
            score = 4.0 + 2 * fresh + 2 * ending
            whole_left = left.strip("(\"'")
            if words.whole[whole_left] > 1 or (address and whole_left in words.text):
                score += 0.5
            found.append((position, score))
    return found
