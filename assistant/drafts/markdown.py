"""Markdown -> prose: headings, code, tables, links' addresses, citations and maths taken out."""

from __future__ import annotations

import re
from itertools import accumulate

from assistant.drafts.maths import spoken
from assistant.drafts.prose import Prose
from assistant.reading.headings import section_kind

_FRONT = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_INLINE = re.compile(
    r"""
    (?P<code>(?P<ticks>`+)(?P<inner>.+?)(?<!`)(?P=ticks)(?!`))
    |(?P<cited>\[[^\[\]\n]*@[^\[\]\n]*\]|(?<![\w.])@\w[\w:.-]*\w|\\[A-Za-z]*cite[A-Za-z]*\*?(?:\[[^\]]*\])*\{[^{}]*\}
        |\[\^[^\]\s]+\]:?)
    |(?P<image>!\[[^\]]*\](?:\([^()\n]*\)|\[[^\]]*\]))
    |(?P<link>\[(?P<words>[^\[\]]+)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)|\[[^\[\]]*\]))
    |(?P<html><!--.*?-->|</?[A-Za-z][^<>]*>)
    |(?P<address>https?://\S*[^\s.,;:)\]])
    |(?P<display>\$\$.{1,2000}?\$\$|\\\[.{1,2000}?\\\])
    |(?P<maths>(?<![\\$\w])\$(?P<sum>(?=\S)(?:\\.|[^$\\])+?)(?<!\s)\$(?![\w$])|\\\((?P<sum_too>.{1,1000}?)\\\))
    |(?P<escape>\\(?P<sign>[!-/:-@\[-`{-~]))
    |(?P<mark>(?<!\d)\*+(?=\S)|(?<=\S)\*+(?!\d)|~~|(?<!\w)_+(?=\S)|(?<=[^\s_])_+(?!\w))
    """,
    re.VERBOSE | re.DOTALL,
)


def markdown_prose(draft: str) -> list[Prose]:
    """Return the paragraphs, list items and quotations of a Markdown draft."""
    from markdown_it import MarkdownIt

    front = _FRONT.match(draft)
    before = front.end() if front else 0
    lines = draft[before:].split("\n")
    starts = [before, *accumulate((len(line) + 1 for line in lines), initial=before)][1:]
    prose = Prose(draft)
    heading, in_table, in_references = False, False, False
    for token in MarkdownIt("commonmark").enable("table").parse(draft[before:]):
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type != "inline" or token.map is None:
            continue
        if heading:
            in_references = section_kind(token.content) == "references"
        elif not in_table and not in_references:
            for number, words in zip(range(*token.map), token.content.split("\n"), strict=False):
                place = lines[number].find(words)
                if place >= 0:
                    _take_in(prose, starts[number] + place, starts[number] + place + len(words))
                    prose.put("\n", starts[number], starts[number])
            prose.part(starts[token.map[0]])
    return [prose]


def _take_in(prose: Prose, start: int, end: int) -> None:
    at = start
    for token in _INLINE.finditer(prose.draft, start, end):
        prose.copy(at, token.start())
        at = token.end()
        match token.lastgroup:
            case "code":
                prose.copy(*token.span("inner"))
            case "link":
                _take_in(prose, *token.span("words"))
            case "maths":
                prose.put(spoken(token["sum"] or token["sum_too"]), *token.span())
            case "escape":
                prose.copy(*token.span("sign"))
    prose.copy(at, end)
