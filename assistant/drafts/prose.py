"""The words of a draft without its markup, each letter with its place in the draft. Knows no format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.sentences import split_sentences
from assistant.words import words

LEAST_WORDS = 3  # a sentence with fewer states nothing that could be looked up
_BEFORE_SIGN = re.compile(r"\s+(?=[.,;:!?)\]%](?:\s|$))")
_HOLLOW = re.compile(r"[(\[]\s*[,;]?\s*[)\]]")
_OPENERS = re.compile(r"(?:\\(?:emph|text[a-z]{2})\{|[*_~`])+$")
_CLOSERS = re.compile(r"[*_~`]+")


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence that stands at draft[start:end]: `text` as written, `plain` as it reads without the markup."""

    text: str
    plain: str
    start: int
    end: int


@dataclass(slots=True)
class Prose:
    """Letters as they read, with the span of the draft that each stands for."""

    draft: str
    letters: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)

    def copy(self, start: int, end: int) -> None:
        """Add draft[start:end] as it is."""
        self.letters += self.draft[start:end]
        self.places += ((place, place + 1) for place in range(start, end))

    def put(self, text: str, start: int, end: int) -> None:
        """Add a text that stands for draft[start:end]."""
        self.letters += text
        self.places += [(start, end)] * len(text)

    def part(self, place: int) -> None:
        """End the sentence, whether or not it has a full stop."""
        self.put("\n\n", place, place)

    def sentences(self) -> list[DraftSentence]:
        """Return the sentences that state something, in order; questions and single words are none."""
        text = "".join(self.letters)
        found = []
        for sentence in split_sentences(text):
            plain = _HOLLOW.sub("", " ".join(text[sentence.start : sentence.end].split()))
            plain = _BEFORE_SIGN.sub("", plain).strip()
            if len([word for word in words(plain) if word.text[0].isalpha()]) < LEAST_WORDS or plain.endswith("?"):
                continue
            start, end = self.places[sentence.start][0], self.places[sentence.end - 1][1]
            start, end = _with_markup(self.draft, start, end)
            found.append(DraftSentence(self.draft[start:end], plain, start, end))
        return found


def _with_markup(draft: str, start: int, end: int) -> tuple[int, int]:
    """Take in the markup that opens before a sentence's first word and closes behind its last."""
    if opener := _OPENERS.search(draft, max(0, start - 40), start):
        start = opener.start()
    if closer := _CLOSERS.match(draft, end):
        end = closer.end()
    while draft[end : end + 1] == "}" and draft.count("{", start, end) > draft.count("}", start, end):
        end += 1
    return start, end
