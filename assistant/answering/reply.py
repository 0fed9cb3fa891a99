"""A model's reply -> claims with keys and quotes, whatever its form. Knows no paper.

Read are the lines that were asked for, JSON with or without prose and fences around it, and prose with marks in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.sentences import split_sentences

LONGEST = 40_000  # characters read of a reply
MOST_CLAIMS = 60

_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_THOUGHT = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.IGNORECASE | re.DOTALL)
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w-]*\s*$", re.MULTILINE)
NOTHING = "NOT IN THE EVIDENCE"  # what a model is asked to say when no piece answers
_NOTHING = re.compile(rf"\b{NOTHING}\b", re.IGNORECASE)
_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s.*|\*\*[^*]+\*\*:?|(?:answer|statements?|sources|references|evidence)\s*:?)\s*$", re.I
)
_CHATTER = re.compile(  # leads up to an answer, or takes leave
    r"^(?:sure|certainly|of course|okay|(?:here|below) (?:is|are)|based on the (?:evidence|provided)|i hope|let me)\b"
    r"|:$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)]|statement \d+:)\s+", re.IGNORECASE)

_NUMBERS = r"[0-9]{1,3}(?:\s*(?:,|;|&|and|to|[–—-]|\s)\s*\^?[Ss]?[0-9]{1,3})*"
_WORD = r"(?:(?:keys?|sources?|pieces?|evidence)\s*:?\s*)?\^?"
# How keys are written, the surest way first; only the first that a reply uses is read, for the others may be its words.
_MARKS = (
    re.compile(rf"[\[【]\s*{_WORD}([Ss]{_NUMBERS})\s*[\]】]", re.IGNORECASE),
    re.compile(rf"\(\s*{_WORD}([Ss]{_NUMBERS})\s*\)", re.IGNORECASE),
    re.compile(rf"[\[【]\s*{_WORD}({_NUMBERS})\s*[\]】]", re.IGNORECASE),
)
_QUOTED = r"(?:“([^“”\n]+)(?:”|$)|\"([^\"\n]+)(?:\"|$)|«([^«»\n]+)»|‘([^‘’\n]{12,})’)"
_QUOTE_AFTER = re.compile(rf"\s*[:–—-]?\s*{_QUOTED}")
_STANDING_QUOTE = re.compile(rf"(?<=[.!?])\s+{_QUOTED}\s*\Z")
_STOP_AFTER = re.compile(r"\s*[.,;:!?]+")

_LEFTOVER_MARKS = re.compile(r"\s*[\[【{]\s*\^?\s*[Ss]?[1-9]\d{0,3}(?:\s*[,;–—-]\s*[Ss]?\d{1,4})*\s*[\]】}]")
_DISARMED_NAME = re.compile(r"\{\s*([Ss]\s*\d{1,3})\s*\}")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\](?=([\[(]))(?:\([^()]*\)|\[[^\[\]]*\])")
_ONLY_MARK = re.compile(rf"\s*\^?[Ss]?{_NUMBERS}\s*")
_JSON = re.compile(r'\{\s*(?:"|\Z)')
_CITING = re.compile(
    r"\b(?:according to|in|by|from|see)$", re.IGNORECASE
)  # before a mark that is a part of the sentence
_ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,12}://|mailto:|javascript:|data:)(?:www\.)?|\bwww\.(?=\w)", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|abbr|audio|b|base|body|br|button|code|div|em|embed|font|form|h[1-6]|head|html|i|iframe|img|input|li|link|"
    r"meta|object|ol|p|pre|q|s|script|span|strong|style|sub|sup|svg|table|td|th|tr|u|ul|video)\b[^<>]*/?>",
    re.IGNORECASE,
)
_UNFINISHED_MARK = re.compile(r"\s*(?:[\[【][^\]】]{0,40}|[\"“«‘])\Z")
_EMPHASIS = re.compile(r"\*\*(?=\S)([^*]+)(?<=\S)\*\*")

_TEXTS = ("text", "statement", "sentence", "claim", "answer", "content")
_KEYS = ("keys", "key", "citations", "citation", "sources", "source", "evidence", "cites", "refs", "references")
_QUOTES = ("quotes", "quote")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that a model says are a piece's; `key` is empty when it does not say which piece's."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a reply with the keys it names, in order, and the quotes it gives."""

    text: str
    keys: tuple[str, ...] = ()
    quotes: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says. `nothing` means that the model found no answer in the evidence."""

    claims: tuple[Claim, ...]
    nothing: bool = False
    shortened: bool = False

    @property
    def keyed(self) -> bool:
        """Whether any claim names a key."""
        return any(claim.keys for claim in self.claims)


def read_reply(reply: str) -> Reading:
    """Read a reply; never fails."""
    text = without_thinking(reply)
    cut = len(text) > LONGEST
    text = text[:LONGEST]
    claims, around = _from_json(text)
    if not claims or any(
        claim.keys for claim in _from_lines(around)
    ):  # lines were asked for: JSON beside them is a quote
        claims = tuple(_from_lines(_FENCE.sub("", text)))
    claims = tuple(claim for claim in claims if claim.keys or not _CHATTER.search(claim.text))
    nothing = _NOTHING.search(text) is not None and not any(claim.keys for claim in claims)
    if nothing:
        claims = ()
    return Reading(claims[:MOST_CLAIMS], nothing, cut or len(claims) > MOST_CLAIMS)


def without_thinking(reply: str) -> str:
    """Return a reply without what the model thought aloud before it."""
    return _THOUGHT.sub("", _THINKING.sub("", reply), count=1).strip()


def readable(reply: str) -> str:
    """Return what a person should see of a reply that is still being written: no keys, no quotes, no braces."""
    text = _THINKING.sub("", reply).lstrip()
    if begin := _JSON.search(text):
        text = text[begin.start() :]
        found = re.findall(r'"(?:text|statement|sentence|claim)"\s*:\s*"((?:[^"\\]|\\.)*)', text)
        lines = [piece.replace("\\n", " ").replace('\\"', '"').rstrip("\\") for piece in found]
    else:
        lines = _FENCE.sub("", text).split("\n")
    return "\n\n".join(shown for line in lines if (shown := _shown(line)))


@lru_cache(maxsize=1024)
def _shown(line: str) -> str:
    if _HEADING.match(line) or _CHATTER.search(line) or NOTHING.startswith(line.strip().upper()):
        return ""
    plain, _ = _without_marks(_UNFINISHED_MARK.sub("", _BULLET.sub("", line)), _MARKS[0])
    return tidy(plain)


def tidy(text: str) -> str:
    """Return a statement as plain words: no marks of any kind, no links, no markup, one line."""
    text = _DISARMED_NAME.sub(r"(\1)", text)
    text = _unlinked(text)
    text = _LEFTOVER_MARKS.sub("", text)
    while (shorter := _ADDRESS.sub("", text)) != text:
        text = shorter
    return re.sub(r"\s+([.,;:!?](?:\s|$))", r"\1", " ".join(text.split())).strip()


def _unlinked(text: str) -> str:
    """Return a text without links, pictures and markup; the words that were linked stay."""

    def words(link: re.Match[str]) -> str:
        if not _ONLY_MARK.fullmatch(link[1]):
            return link[1]
        return link[0] if link[2] == "[" else f"[{link[1]}]"

    return _EMPHASIS.sub(r"\1", _TAG.sub("", _IMAGE_OR_LINK.sub(words, text)))


def _from_lines(text: str) -> Iterator[Claim]:
    marks = next((pattern for pattern in _MARKS if pattern.search(text)), _MARKS[0])
    for line in text.split("\n"):
        if line.strip() and not _HEADING.match(line):
            yield from _from_line(_BULLET.sub("", _unlinked(line)), marks)


def _from_line(line: str, marks: re.Pattern[str]) -> Iterator[Claim]:
    """Read the sentences of a line; one that has no key of its own takes those that come next in the line."""
    plain, found = _without_marks(line, marks)
    sentences = [(s.start, s.end) for s in split_sentences(plain)]
    own: list[tuple[list[str], list[Quoted]]] = [([], []) for _ in sentences]
    for place, keys, quote in found:
        if not sentences:
            return
        at = max((i for i, (start, _) in enumerate(sentences) if start < place), default=0)
        own[at][0].extend(keys)
        if quote:
            own[at][1].append(Quoted(keys[-1] if keys else "", quote))
    for i in reversed(range(len(sentences) - 1)):
        if not own[i][0]:
            own[i][0].extend(own[i + 1][0])
    for i in range(1, len(sentences)):
        if not own[i][0]:
            own[i][0].extend(own[i - 1][0])
    for (start, end), (keys, quotes) in zip(sentences, own, strict=True):
        if words := tidy(plain[start:end]):
            yield Claim(words, tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(quotes)))


def _without_marks(line: str, marks: re.Pattern[str]) -> tuple[str, list[tuple[int, list[str], str]]]:
    """Take the marks out of a line; each is (where it stood in what is left, its keys, the quote beside it)."""
    plain, place = "", 0
    found: list[tuple[int, list[str], str]] = []
    for match in marks.finditer(line):
        plain += line[place : match.start()].rstrip()
        plain += " one paper" if _CITING.search(plain) else ""
        quote = ""
        if after := _QUOTE_AFTER.match(line, match.end()):
            quote, place = _first(after), after.end()
        elif before := _STANDING_QUOTE.search(plain):
            quote, plain, place = _first(before), plain[: before.start()], match.end()
        else:
            place = match.end()
        if plain and plain[-1] not in ".!?" and (stop := _STOP_AFTER.match(line, place)):
            plain += stop[0].strip()
            place = stop.end()
        found.append((len(plain), _keys(match[1]), quote))
    return plain + line[place:], found


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group).strip()


def _keys(written: str) -> list[str]:
    """Return the keys of a mark: `S1, 3` and `S1-S3` are read as people mean them."""
    keys: list[str] = []
    before, dash = 0, False
    for part in re.findall(r"[0-9]+|[–—-]|\bto\b", written):
        if not part.isdigit():
            dash = True
            continue
        number = int(part)
        if dash and before < number <= before + 8:
            keys += [f"S{between}" for between in range(before + 1, number)]
        keys.append(f"S{number}")
        before, dash = number, False
    return keys


def _from_json(text: str) -> tuple[tuple[Claim, ...], str]:
    """Return the statements in whatever JSON the text holds, also in one that is cut off, and the text around it."""
    decoder = json.JSONDecoder(strict=False)
    claims: list[Claim] = []
    around, place = "", 0
    while (begin := text.find("{", place)) >= 0:
        around += text[place:begin]
        try:
            value, place = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            around += "{"
            place = begin + 1
            continue
        claims += _claims_in(value, 0)
    return tuple(claims), around + text[place:]


def _claims_in(value: Any, depth: int) -> Iterator[Claim]:
    if depth > 6:
        return
    if isinstance(value, list):
        for each in value:
            yield from _claims_in(each, depth + 1)
    elif isinstance(value, dict):
        entries = {str(name).casefold(): each for name, each in value.items()}
        words = next((entries[name] for name in _TEXTS if isinstance(entries.get(name), str)), None)
        if words is None:
            for each in entries.values():
                yield from _from_strings(each) if _is_strings(each) else _claims_in(each, depth + 1)
            return
        keys = [key for name in _KEYS for key in _keys_of(entries.get(name))]
        quotes = [quote for name in (*_QUOTES, *_KEYS) for quote in _quotes_of(entries.get(name), name in _QUOTES)]
        yield from _with(words, keys, quotes)


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _from_strings(lines: Sequence[str]) -> Iterator[Claim]:
    for line in lines:
        yield from _from_lines(line)


def _with(words: str, keys: Sequence[str], quotes: Sequence[Quoted]) -> Iterator[Claim]:
    """Add the keys and quotes that stand beside a text to those that stand in it."""
    inside = list(_from_lines(words))
    for claim in inside:
        every = tuple(dict.fromkeys((*claim.keys, *keys)))
        yield Claim(claim.text, every, tuple(dict.fromkeys((*claim.quotes, *quotes))))


def _keys_of(value: Any) -> list[str]:
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [f"S{value}"]
    if isinstance(value, str):
        return _keys(value) if re.fullmatch(rf"\s*[\[(]?\s*{_WORD}[Ss]?{_NUMBERS}\s*[\])]?\s*", value, re.I) else []
    if isinstance(value, list):
        return [key for each in value for key in _keys_of(each)]
    if isinstance(value, dict):
        return [key for name in ("key", "id", "source", "number") for key in _keys_of(value.get(name))]
    return []


def _quotes_of(value: Any, is_quote: bool) -> list[Quoted]:
    if isinstance(value, str):
        return [Quoted("", value.strip(' "“”'))] if is_quote and value.strip(' "“”') else []
    if isinstance(value, list):
        return [quote for each in value for quote in _quotes_of(each, is_quote)]
    if isinstance(value, dict):
        words = next((value[name] for name in ("quote", "text", "words") if isinstance(value.get(name), str)), "")
        key = next((key for name in ("key", "id", "source") for key in _keys_of(value.get(name))), "")
        return [Quoted(key, words.strip(' "“”'))] if words.strip() else []
    return []
