"""The written forms that headings, captions, page numbers, values and accents take. Knows no geometry."""

from __future__ import annotations

import re
import unicodedata

CAPTION = re.compile(
    r"^(?P<what>Table|TABLE|Tab\.|Tableau|Tabelle|Tabla|表|Figure|FIGURE|Fig\.|FIG\.|Abbildung|图|Algorithm|Listing)"
    r"\s*(?P<number>\d{1,3}|[IVXLC]{1,6}|[A-Z]\.?\d{1,2})(?:\.\d{1,2})?\s*(?:[:.：|–—-]|\s)",
)
PAGE_NUMBER = re.compile(r"^[\W_]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[\W_]*$", re.IGNORECASE)
BULLET = re.compile(r"^(?:[•◦▪‣●■○∙·*–—]\s|\[\d{1,3}\]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s)")
ENDS = re.compile(r"[.!?:;。！？”\")\]]\s*$")
NUMBER = re.compile(r"^[-+−±~<>≈]?[$€£]?[\d.,]+(?:[%xMKBkm×∗*†‡]|e-?\d+)*$|^[-–—✓✗×±/|]+$")
HEADING_NUMBER = re.compile(
    r"^(?:(?:Appendix|APPENDIX|Chapter|Section|Annexe?|第)\s*)?"
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-K](?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[０-９一二三四五六七八九十]+[、.．]?)\s+(?=\S)"
)
SECTION_NAMES = re.compile(
    r"^(?:abstract|summary|introduction|background|related works?|previous work|prior work|methods?|methodology"
    r"|approach|materials and methods|experiments?|results?|results and discussion|discussion|evaluation|conclusions?"
    r"|conclusions? and future work|discussion and conclusions?|future work|limitations?|ethics statement"
    r"|broader impact|acknowledge?ments?|references(?: and notes)?|bibliography|literature cited|works cited|notation"
    r"|appendi(?:x|ces)|supplementary materials?|résumé|références(?: bibliographiques)?|literatur(?:verzeichnis)?"
    r"|zusammenfassung|einleitung|referencias|摘要|引言|参考文献|结论|المراجع|المصادر)\s*[:.]?$",
    re.IGNORECASE,
)


def is_section_name(text: str) -> bool:
    """Tell whether a text is a name that sections of papers go by."""
    return bool(SECTION_NAMES.match(text.strip()))


_ACCENTS = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "¸": "\u0327"}
_ACCENTS |= {"˚": "\u030a", "˘": "\u0306", "¯": "\u0304", "˙": "\u0307", "˝": "\u030b"}


def mended(text: str) -> str:
    """Return text whose loose accents stand on their letters: "Wo´zniak" is Woźniak."""

    def compose(match: re.Match[str]) -> str:
        before, accent, after = match.group(1), _ACCENTS[match.group(2)], match.group(3)
        ahead = unicodedata.normalize("NFC", after + accent) if after else ""
        if len(ahead) == 1:
            return before + ahead
        behind = unicodedata.normalize("NFC", before + accent)
        return (behind if len(behind) == 1 else before) + after

    pattern = rf"([^\W\d_]?)([{''.join(_ACCENTS)}])\s?([^\W\d_]?)"
    text = re.sub(pattern, lambda match: compose(match) if match.group(1) or match.group(3) else match.group(), text)
    return unicodedata.normalize("NFC", text)
