"""Names and acronyms of a statement, and whether they stand in its passages, spelled out or short. Knows no paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from assistant.verdicts.units import is_unit
from assistant.words import STOPWORDS, stem

_TOKEN = re.compile(r"[^\W_](?:[\w+.'’/-]*[\w+])?", re.UNICODE)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "ι": "iota", "ξ": "xi",
}  # fmt: skip
_OF_PEOPLE = re.compile(r"^[A-Z][a-z]+(?:an|ese|ish|ic|i)$")  # Norwegian, Japanese: of Norway, of Japan
_SPECIES = re.compile(r"(?<![\w.])[A-Z]\. ([a-z]{4,})(?![\w.])")  # E. coli
_ORDINAL_OR_AMOUNT = re.compile(
    r"\d[\d.,]*(?:st|nd|rd|th|s|x|k|m|b|mg|kg|g|ml|h|hr|min|nm|mm|cm|km|ms|gb|mb|%)?", re.IGNORECASE
)
_HYPHENS = str.maketrans("‐‑", "--")
_PLAIN_WORDS = frozenset(
    "i january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday table figure fig section appendix equation eq et al".split()
)


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[str, ...]:
    """Return the names in a text, a word each, as written: inner capitals, letters with digits, capitals within."""
    text = text.translate(_HYPHENS)
    found = []
    for match in _TOKEN.finditer(text):
        token = re.sub(r"['’]s$|\.$", "", match[0])
        if token.casefold() in _PLAIN_WORDS or _ORDINAL_OR_AMOUNT.fullmatch(token):
            continue
        if is_unit(token) and re.search(r"\d[\s-]?$", text[: match.start()]):
            continue
        before = text[: match.start()].rstrip(" \"'“‘([")
        opens = not before or before[-1] in ".?!:;•"
        if _coded(token) or (not opens and token[0].isupper() and len(token) > 2 and token.casefold() not in STOPWORDS):
            found.append(token)
    found += [match[1] for match in _SPECIES.finditer(text)]
    return tuple(dict.fromkeys(name for name in found if not _is_explained(name, text)))


def _is_explained(name: str, text: str) -> bool:
    """Tell whether a text gives a name in brackets behind what it is short for."""
    place = text.find(f"({name})")
    letters = [letter.casefold() for letter in name if letter.isupper()]
    before = re.findall(r"[^\W\d_]+", text[: max(0, place)])[-len(letters) - 2 :]
    initials = iter(word[0].casefold() for word in before)
    return place >= 0 and len(letters) > 1 and all(letter in initials for letter in letters)


def _coded(token: str) -> bool:
    """Tell whether a token is written as only names are: two capitals, a capital within, or letters with digits."""
    parts = [part for part in re.split(r"[-/]", token) if part]
    for part in parts:
        letters = [letter for letter in part if letter.isalpha()]
        capitals = sum(letter.isupper() for letter in letters)
        if len(part) > 1 and (capitals >= 2 or (capitals and not part[0].isupper())):
            return True
        if letters and any(letter.isdigit() for letter in part) and not _ORDINAL_OR_AMOUNT.fullmatch(part):
            return True
    return token[0].isupper() and any(part[0].isdigit() for part in parts[1:])


def fold(token: str) -> str:
    """Return a name without case, accents, hyphens and Greek letters ("TNF-α" is "tnfalpha")."""
    plain = unicodedata.normalize("NFKD", "".join(_GREEK.get(letter, letter) for letter in token.casefold()))
    return "".join(letter for letter in plain if letter.isalnum())


class NamesOfText:
    """The names that a text can answer: its words, neighbours written as one, and the initials of its phrases."""

    def __init__(self, text: str) -> None:
        tokens = [match[0] for match in re.finditer(r"[^\W_]+", text)]
        folded = [fold(token) for token in tokens]
        self._words = set(folded)
        for size in (2, 3, 4):
            self._words.update("".join(folded[i : i + size]) for i in range(len(folded) - size + 1))
        self._capitals = {
            word for token, word in zip(tokens, folded, strict=True) if token[0].isupper() and len(word) > 4
        }
        self._stems = {stem(word) for word in folded}
        strong = [
            word for token, word in zip(tokens, folded, strict=True) if word and token.casefold() not in STOPWORDS
        ]
        self._initials = "".join(word[0] for word in strong)
        self._all_initials = "".join(word[0] for word in folded if word)
        self._acronyms = {fold(token) for token in tokens if sum(letter.isupper() for letter in token) >= 2}

    def has(self, name: str) -> bool:
        """Tell whether the text has the name, in another spelling, as part of a longer one, or as initials."""
        folded = fold(name)
        if folded in self._words or folded.rstrip("s") in self._words or folded + "s" in self._words:
            return True
        if stem(name.casefold()) in self._stems:
            return True
        if _OF_PEOPLE.search(name) and any(word[:4] == folded[:4] for word in self._capitals):
            return True
        if any(word.startswith(folded) and word[len(folded) :].isdigit() for word in self._words if len(folded) >= 3):
            return True
        parts = [part for part in re.split(r"[-/]", name) if part]
        coded = [part for part in parts if not part.islower()]
        if any(part.isdigit() for part in parts[1:]):
            return False
        if len(parts) > 1 and coded and len(fold("".join(coded))) > 1 and all(self.has(part) for part in coded):
            return True
        letters = [letter for letter in name if letter.isupper()]
        if 3 <= len(letters) <= 7 and len(letters) >= len(name.rstrip("s")) - 1:
            initials = "".join(letters).casefold()
            return initials in self._initials or (len(initials) > 3 and initials in self._all_initials)
        return False


@lru_cache(maxsize=1024)
def _names_of(text: str) -> NamesOfText:
    return NamesOfText(text)


def missing_names(statement: str, passages: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the statement that stand in none of the passages."""
    sources = [_names_of(passage) for passage in passages]
    return tuple(name for name in names(statement) if not any(source.has(name) for source in sources))
