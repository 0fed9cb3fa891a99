"""Names of persons on a paper's first page, told from their affiliations. Knows nothing of titles."""

from __future__ import annotations

import re
import unicodedata

from assistant.reading.names import PARTICLES
from assistant.reading.pdf_forms import mended
from assistant.reading.pdf_lines import Line

_MARKS = re.compile(r"[\d*∗†‡§¶#✉♠♣♥♦♢◇△▽⋆★☆∗⁎�\ufffd\ue000-\uf8ff■•·;|¹²³⁰⁴-⁹⊕∇?]+")
_SEPARATOR = re.compile(r"\s*(?:[,，、;；|&]|\band\b|\bund\b|\bet\b|\bwith\b)\s*")
_DEGREES = re.compile(
    r"^(?:ph\.?\s?d\.?|m\.?d\.?|m\.?sc\.?|jr\.?|sr\.?|ii|iii|fellow|(?:student |senior )?member|ieee|dr|by"
    r"|prof(?:essor)?)\.?$",
    re.IGNORECASE,
)
_TITLES = re.compile(r"^(?:by|dr\.?|prof\.?|professor|von:|authors?:?|作者[:：])\s+", re.IGNORECASE)
_NO_PERSON = frozenset(
    """
    university université universität universidad universitat università universidade univ institute institut
    instituto department dept département school college faculty laboratory laboratoire laboratories lab labs
    centre center research google facebook microsoft openai deepmind meta amazon ibm intel nvidia apple adobe
    baidu alibaba tencent huawei bytedance salesforce uber twitter linkedin yahoo samsung naver kakao inc ltd co
    corp corporation company gmbh group team foundation academy brain ai science sciences technology
    technologies engineering mathematics physics chemistry biology medicine hospital computer computing
    informatics informatik informatique information systems software data language learning network networks
    neural division unit program project national international state federal ministry street avenue road box
    usa uk china germany france canada japan korea india italy spain switzerland netherlands australia singapore
    israel russia brazil austria sweden finland norway denmark belgium poland portugal ireland scotland england
    california massachusetts york washington seattle boston london paris berlin beijing shanghai tokyo seoul
    toronto montreal zurich stanford mit cmu berkeley princeton harvard oxford cambridge cornell yale columbia
    abstract keywords introduction email mail corresponding author authors equal contribution contributed
    contributions received accepted published draft version preprint copyright demo code page webpage website
    http https figure table view mountain valley and the of for in to a an on with by from at is are we our this
    that using via towards toward january february march april may june july august september october november
    december general notes journal volume issue society association conference proceedings rue place
    """.split()
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}")
_CHINESE_PLACES = re.compile(r"[学院系所校部室局司省市县区路号]|中心|大学|公司|研究|技术|管理|信息")


def find_authors(head: list[Line]) -> tuple[list[str], list[Line]]:
    """Return the authors that the lines below a title name, and the lines that do."""
    named = [(line, names) for line in head if (names := names_in(line))]
    if not named:
        return [], []
    first = named[0][0]
    chosen = [(line, names) for line, names in named if _alike(first, line)]
    floor = _first_prose(head, first)
    authors: list[str] = []
    lines: list[Line] = []
    for line, names in chosen:
        if line.order >= floor:
            break
        authors += [name for name in names if name not in authors]
        lines.append(line)
    return authors[:300], lines


def _first_prose(head: list[Line], first: Line) -> int:
    """Return the order of the first line below the names that is running text."""
    for line in head:
        words = line.text.split()
        if line.order > first.order and len(words) > 9 and sum(word.islower() for word in words) > 0.5 * len(words):
            return line.order
    return 1 << 30


def _alike(first: Line, line: Line) -> bool:
    return abs(first.size - line.size) < 0.6 and first.bold == line.bold


def names_in(line: Line) -> list[str]:
    """Return the persons a line names; none where it names anything else as well."""
    pieces = _pieces(line)
    names = [name for piece in pieces if (name := _person(piece))]
    return names if names and len(names) >= 0.6 * len(pieces) else []


def _pieces(line: Line) -> list[str]:
    """Cut a line at its wide gaps, raised marks, symbols, commas and "and"."""
    text = line.text
    cuts = {position for position, _, _ in line.gaps}
    spans = [*(at for at, _ in line.sizes), len(text)]
    marked = list(text)
    for (at, size), end in zip(line.sizes, spans[1:], strict=True):
        raised = size < 0.85 * line.size and text.upper() != text
        if raised and not re.search(r"[^\W\d_]{3}", text[at:end]):
            marked[at:end] = ["|"] * (end - at)
    for position in cuts:
        if 0 < position <= len(marked):
            marked[position - 1] = "|"
    text = unicodedata.normalize("NFKC", mended("".join(marked)))
    text = _TITLES.sub("", text.strip())
    if "@" in text or "://" in text or "{" in text:
        return [text]
    text = _MARKS.sub("|", text)
    pieces = []
    for piece in _SEPARATOR.split(text):
        piece = " ".join(piece.strip(" .:()[]-–—'\"").split()) + ("." if re.search(r"\b[A-Z]\.\s*$", piece) else "")
        if piece and not _DEGREES.match(piece):
            pieces.append(piece)
    if pieces and all(_CHINESE.match(piece.replace(" ", "")) for piece in pieces):
        pieces = [part for piece in pieces for part in piece.split()]
    return pieces


def _person(piece: str) -> str:
    """Return a piece as a name, "First Last", or nothing."""
    piece = _TITLES.sub("", piece)
    if _CHINESE.fullmatch(piece):
        return "" if _CHINESE_PLACES.search(piece) else piece
    tokens = piece.split()
    if not 2 <= len(tokens) <= 5 or len(piece) > 45:
        return ""
    if any(token.casefold().strip(".,") in _NO_PERSON for token in tokens if len(token) > 1 and token[1:] != "."):
        return ""
    for token in tokens:
        bare = re.sub(r"[.'’‘`´\-‐‑]", "", token)
        if not bare or not bare.isalpha():
            return ""
        if (
            not token[0].isupper()
            and token.casefold() not in PARTICLES
            and not re.match(r"(?:[dl]['’]|al-|el-)", token)
        ):
            return ""
    if not any(len(token.strip(".")) > 1 for token in tokens):
        return ""
    if all(token.isupper() for token in tokens if len(token.strip(".")) > 2) and any(
        len(token) > 3 for token in tokens
    ):
        tokens = [token if "." in token or len(token) < 3 else _capitalised(token) for token in tokens]
    return " ".join(tokens)


def _capitalised(token: str) -> str:
    return "-".join(part.capitalize() for part in token.split("-"))
