"""Takes out of a stream of text what is not the reply: the model's thinking, and the key. Knows no server."""

from __future__ import annotations

import re

_OPEN = ("<think>", "<thinking>")
_CLOSE = ("</think>", "</thinking>")
_KEY_PATTERN = re.compile(r"\b(sk-|Bearer\s+)\S+")
_SHORTEST_SECRET = 8  # "none", "EMPTY", "ollama" are placeholders, and words
REDACTED = "[key]"


def is_secret(key: str) -> bool:
    """Tell a key that has to be kept secret from a placeholder."""
    return len(key) >= _SHORTEST_SECRET


def redacted(words: str, key: str) -> str:
    """Return a server's words, shortened, without the key: some servers echo it, whole or in part."""
    if is_secret(key):
        words = words.replace(key, REDACTED)
    return " ".join(_KEY_PATTERN.sub(REDACTED, words).split())[:300]


class Sieve:
    """Lets a reply's text through as it comes. A mark that comes in pieces is held back until it is whole."""

    def __init__(self, key: str) -> None:
        self._key = key if is_secret(key) else ""
        self._held = ""
        self._thinking = False
        self._text: list[str] = []

    @property
    def text(self) -> str:
        """What came through so far."""
        return "".join(self._text)

    def feed(self, piece: str, *, last: bool = False) -> str:
        """Return what of the text so far can be let through now; with `last`, all that is left."""
        self._held += piece
        passed = []
        while True:
            marks = _CLOSE if self._thinking else (*_OPEN, *_CLOSE, *filter(None, [self._key]))
            place, mark = min(((self._held.find(mark), mark) for mark in marks if mark in self._held), default=(-1, ""))
            if place < 0:
                break
            before, self._held = self._held[:place], self._held[place + len(mark) :]
            if not self._thinking:
                passed.append(before)
            if mark == self._key:
                passed.append(REDACTED)
            elif mark in _CLOSE and not self._thinking:  # some templates open the thinking themselves
                passed.clear()
                self._text.clear()
            else:
                self._thinking = mark in _OPEN
                self._held = self._held if self._thinking else self._held.lstrip("\n")
        kept = 0 if last else _unfinished(self._held, marks)
        if not self._thinking:
            passed.append(self._held[: len(self._held) - kept])
        self._held = self._held[len(self._held) - kept :]
        through = "".join(passed)
        if not self._text:
            through = through.lstrip()
        if through:
            self._text.append(through)
        return through


def _unfinished(text: str, marks: tuple[str, ...]) -> int:
    """Return the length of the longest end of the text that a mark begins with."""
    for length in range(min(len(text), max(map(len, marks)) - 1), 0, -1):
        if any(mark.startswith(text[-length:]) for mark in marks):
            return length
    return 0
