"""LaTeX -> prose: commands, comments, citations, maths, headings and code taken out. Runs no macro."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Mapping

from assistant.drafts.maths import spoken
from assistant.drafts.prose import Prose

_TOKEN = re.compile(
    r"""
    (?P<comment>%[^\n]*(?:\n(?![ \t]*\n)[ \t]*)?)
    |(?P<verb>\\(?:verb|lstinline)\*?(?P<fence>[^\w\s{*])[^\n]*?(?P=fence))
    |(?P<accent>\\(?P<sign>[`'^"~=.])\s?\{?\\?(?P<bare>[A-Za-z])\}?|\\(?P<letter_sign>[cvuHkr])\{(?P<letter>[A-Za-z])\})
    |(?P<display>\$\$.{0,3000}?\$\$|\\\[.{0,3000}?\\\])
    |(?P<maths>\$(?P<inner>(?:\\.|[^$\\]){1,1000}?)\$|\\\((?P<inner_too>.{0,1000}?)\\\))
    |(?P<begin>\\begin\s?\{(?P<environment>[^{}\n]{1,40})\})
    |(?P<end>\\end\s?\{[^{}\n]{1,40}\})
    |(?P<command>\\(?:(?P<name>[A-Za-z@]+)\*?[ \t]?|.))
    |(?P<dash>---?)
    |(?P<quote>``|'')
    |(?P<blank>~)
    |(?P<brace>[{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_HEADINGS = frozenset(
    "part chapter section subsection subsubsection paragraph subparagraph title subtitle author date affiliation "
    "institute keywords".split()
)
_UNSAID = re.compile(
    r"[A-Za-z]*(?:cite|Cite)[A-Za-z]*|[A-Za-z]*ref|label|bibliography\w*|usepackage|documentclass|include\w*|input|"
    r"graphicspath|[vh]space|(?:re)?newcommand|providecommand|def|setlength|addto\w*|index|todo|url|nocite|hypersetup|"
    r"footnotemark|pagestyle|thispagestyle|setcounter|addcontentsline|email|thanks|begingroup|color|definecolor|tag"
)
_ASIDES = frozenset("footnote footnotetext caption".split())  # what is said beside the text
_SECOND_SAYS = frozenset("href textcolor colorbox resizebox parbox".split())  # commands that say only their second part
_UNITS = frozenset("SI qty num SIrange numrange unit si".split())
_WHOLLY_MATHS = frozenset("equation align gather multline eqnarray displaymath math alignat flalign".split())
_PASSED_BY = frozenset(
    "verbatim lstlisting minted Verbatim tabular tabularx tabulary longtable tikzpicture algorithm algorithmic "
    "algorithm2e thebibliography comment filecontents keywords CCSXML".split()
)
_SIGNS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "i": "ı",
    "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textpm": "±", "pm": "±",
    "textmu": "µ", "textdegree": "°", "degree": "°", "texttimes": "×", "times": "×", "textasciitilde": "~",
    "LaTeX": "LaTeX", "TeX": "TeX", "quad": " ", "qquad": " ", "S": "§", "percent": "%", "textquotesingle": "'",
}  # fmt: skip
_COMBINING = dict(
    zip("`'^\"~=.cvuHkr", "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a", strict=True)
)
_LONGEST_GROUP = 5_000  # characters; a brace that closes later is taken for one that never does
_LINE_END = re.compile(r"[ \t]*\n(?![ \t]*\n)")
_ARGUMENT = re.compile(r"[ \t]*\n?[ \t]*(?=[\[{])")


def latex_prose(draft: str) -> list[Prose]:
    """Return the body of a LaTeX draft, then each footnote and caption by itself."""
    begin, end = draft.find("\\begin{document}"), draft.find("\\end{document}")
    body = (begin + len("\\begin{document}") if begin >= 0 else 0, end if end > begin else len(draft))
    found = []
    waiting = deque([body])
    closes = _braces(draft)
    while waiting:
        walk = _Walk(draft, closes, *waiting.popleft())
        found.append(walk.prose)
        waiting.extend(walk.asides)
    return found


class _Walk:
    """One way through draft[start:end]."""

    def __init__(self, draft: str, closes: Mapping[int, int], start: int, end: int) -> None:
        self.draft = draft
        self._closes = closes
        self.end = end
        self.prose = Prose(draft)
        self.asides: list[tuple[int, int]] = []
        self._unclosed: set[str] = set()
        at = start
        while at < end:
            token = _TOKEN.search(draft, at, end)
            stop = token.start() if token else end
            self.prose.copy(at, stop)
            at = self._take(token) if token else end

    def _take(self, token: re.Match[str]) -> int:
        """Take a token into the prose; return where the walk goes on."""
        start, end = token.span()
        prose = self.prose
        match token.lastgroup:
            case "begin":
                return self._environment(token["environment"].rstrip("*"), end)
            case "end":
                prose.part(start)
                return self._past_arguments(end, brackets_only=True)
            case "command":
                return self._command(token["name"] or "", token)
            case "display":
                return self._past_display(token[0].strip("\\$[]"), end)
            case "maths":
                prose.put(spoken(token["inner"] or token["inner_too"] or ""), start, end)
            case "accent":
                letter = token["bare"] or token["letter"]
                sign = _COMBINING[token["sign"] or token["letter_sign"]]
                prose.put(unicodedata.normalize("NFC", letter + sign), start, end)
            case "dash":
                prose.put("—" if token["dash"] == "---" else "–", start, end)
            case "quote":
                prose.put("“" if token["quote"] == "``" else "”", start, end)
            case "blank":
                prose.put(" ", start, end)
        return end

    def _environment(self, name: str, after: int) -> int:
        if name not in _WHOLLY_MATHS | _PASSED_BY:
            self.prose.part(after)
            return self._past_arguments(after)
        for ending in (f"\\end{{{name}}}", f"\\end{{{name}*}}"):
            if ending not in self._unclosed:
                if (place := self.draft.find(ending, after, self.end)) >= 0:
                    if name in _WHOLLY_MATHS:
                        return self._past_display(self.draft[after:place], place + len(ending))
                    self.prose.part(after)
                    return place + len(ending)
                self._unclosed.add(ending)
        return after

    def _past_display(self, maths: str, after: int) -> int:
        """Pass by a displayed formula and its line's end: the sentence goes on behind it, unless it ends there."""
        if maths.rstrip().endswith("."):
            self.prose.put(".", after, after)
        line_end = _LINE_END.match(self.draft, after, self.end)
        return line_end.end() if line_end else after

    def _command(self, name: str, token: re.Match[str]) -> int:
        start, after = token.span()
        prose = self.prose
        if not name:
            sign = self.draft[start + 1 : start + 2]
            said = sign if sign in "%&$#_{}" else " " if sign in "\\,;: \n" else ""
            prose.put(said, start, after)
        elif name in _HEADINGS:
            prose.part(start)
            after = self._past_arguments(after)
            prose.part(after)
        elif name in _ASIDES:
            after = self._past_arguments(after, brackets_only=True)
            if inside := self._group(after):
                self.asides.append(inside)
                after = inside[1] + 1
        elif name in _UNITS:
            after = self._amount(start, after)
        elif name in ("item", "par", "maketitle", "bibitem"):
            prose.part(start)
            after = self._past_arguments(after, brackets_only=True)
        elif name in _SIGNS:
            prose.put(_SIGNS[name], start, after)
        elif name in _SECOND_SAYS:
            after = self._past_arguments(after, brackets_only=True)
            after = first[1] + 1 if (first := self._group(after)) else after
        else:
            after = self._past_arguments(after, brackets_only=not _UNSAID.fullmatch(name))
        return after

    def _amount(self, start: int, after: int) -> int:
        r"""Say \SI{3.5}{\kilo\metre} as "3.5 kilometre"."""
        parts = []
        after = self._past_arguments(after, brackets_only=True)
        while inside := self._group(after):
            part = re.sub(r"\\([A-Za-z]+)", lambda macro: _SIGNS.get(macro[1], macro[1]), self.draft[slice(*inside)])
            parts.append(part.replace("percent", "%").strip())
            after = inside[1] + 1
        self.prose.put(" ".join(parts), start, after)
        return after

    def _past_arguments(self, at: int, *, brackets_only: bool = False) -> int:
        """Return the end of the [...] and {...} that follow."""
        while True:
            gap = _ARGUMENT.match(self.draft, at, self.end)
            if not gap:
                return at
            opens = gap.end()
            if self.draft[opens] == "[":
                closes = self.draft.find("]", opens, min(self.end, opens + 500))
                if closes < 0 or gap[0]:
                    return at
            elif brackets_only or not (inside := self._group(opens)):
                return at
            else:
                closes = inside[1]
            at = closes + 1

    def _group(self, at: int) -> tuple[int, int] | None:
        """Return the span of what stands in the braces that open at a place, if they do and close again."""
        closes = self._closes.get(at)
        return (at + 1, closes) if closes is not None and closes < self.end else None


def _braces(draft: str) -> dict[int, int]:
    """Return where each brace that opens a group closes it."""
    closes, waiting = {}, []
    for brace in re.finditer(r"\\.|[{}]", draft, re.DOTALL):
        if brace[0] == "{":
            waiting.append(brace.start())
        elif brace[0] == "}" and waiting and brace.start() - (opens := waiting.pop()) < _LONGEST_GROUP:
            closes[opens] = brace.start()
    return closes
