"""Which entry of the ledger a question asks for: authors, date, venue, a count, the newest. Knows no paper."""

from __future__ import annotations

import re

_PAPER = r"(?:papers?|articles?|stud(?:y|ies)|publications?|preprints?|reports?|entry|entries|works?)"
_ONE = r"(?:paper|article|study|publication|preprint)"
_PAPERS = r"(?:papers|articles|studies|publications|preprints|surveys|reports|entries|works)"
_ISSUED = r"(?:published|dated|released|posted|appear\w*|updated|written|come out|came out|comes out|submitted)"
_ASKED = r"\b(?:who|name|tell|give|which|what)"
_MOST = r"(?:the )?most (?:\w+ )?(?:papers|articles|publications|entries|works|often|of (?:the|these|my))"
_THAN_A_DATE = r"(?! than (?:\w+ ){0,2}(?:19|20)\d\d)"
OF_A_PAPER = frozenset(
    {"title", "authors", "first_author", "last_author", "author_count", "date", "venue", "doi", "arxiv_id"}
)
_FIELDS = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        (
            "title",
            rf"\bwhat(?:[’']?s| is| was) (?:the )?(?:[\w-]+ ){{0,2}}?(?:title|name) of (?:the|that|this)\b.*\b{_ONE}\b|"
            rf"\b(?:what|how)(?:[’']?s| is| was) (?:the|that)\b.*\b{_ONE}\b.*\b(?:called|titled|named)\b",
        ),
        (
            "top_author",
            rf"\b(?:which|what) (?:authors?|person|people|researchers?|scientists?)\b.*\b{_MOST}|"
            rf"\bwho (?:\w+ ){{0,2}}(?:wrote|written|published|(?:co-?)?authored|appears?|has|is)(?: \w+)? {_MOST}|"
            r"\bmost (?:prolific|frequent|common) (?:co-?)?authors?\b",
        ),
        (
            "years",
            r"\b(?:which|what) years\b|\b(?:range|span) of (?:years|dates)\b|\bhow far back\b",
        ),
        (
            "count",
            rf"(?<!\bon )(?<!\bfrom )(?<!\bacross )(?<!\bover )\bhow many (?:[\w-]+ ){{0,4}}?{_PAPERS}\b|"
            rf"\bnumber of (?:[\w-]+ ){{0,3}}?{_PAPERS}\b",
        ),
        (
            "author_count",
            r"\bhow many (?:co-?)?authors\b(?![’'])|\bnumber of (?:co-?)?authors\b|"
            r"\bhow many people (?:wrote|authored)\b",
        ),
        (
            "coauthors",
            r"\bco-?authors of (?!the |this |that )(?-i:[A-Z])|\bwith whom (?:did|has|have)\b|"
            r"\bwho\b[^?]*?\b(?:co-?author\w*|publish\w*|written|writes?|wrote|work\w*) (?:\w+ )?with\b",
        ),
        (
            "first_author",
            rf"{_ASKED}\b[^?.]*\b(?:first|lead)[- ]author\b|^\W*(?:the )?(?:first|lead) author of\b",
        ),
        (
            "last_author",
            rf"{_ASKED}\b[^?.]*\b(?:last|senior)[- ]author\b|^\W*(?:the )?(?:last|senior) author of\b",
        ),
        (
            "authors",
            r"\bwho (?:wrote|authored|published|(?:is|are|was|were) (?:the |its |their )?(?:\w+ ){0,2}?authors?)\b|"
            r"\b(?:who|list|name(?! (?:did|do|does|is|was|of|for))|give me|show|tell me)\b[^?.]*\bauthors?\b|"
            r"\bwhose (?:paper|work)\b|\bby whom\b|"
            r"^\W*(?:what (?:is|are) )?(?:the )?(?:authors?|author list) of\b|\bwho (?:is|are) (?:the \w+ )?behind\b|"
            r"^\W*(?:is|was) [^?.]* an? (?:co-?)?author (?:of|on)\b",
        ),
        (
            "date",
            rf"\bwhen (?:was|were|is|did|has) .*?\b{_ISSUED}\b|"
            rf"\b(?:in |on )?(?:which|what) (?:year|month|day|date) (?:was|were|did|is|has) .*?\b{_ISSUED}\b|"
            r"\b(?:publication|release) (?:date|year)\b|\bhow old is\b|"
            r"\bwhat (?:is the |its )?(?:date|year) (?:of|is)\b|"
            r"\b(?:which|what) (?:date|year|month)\b.*\b(?:give|list|carry|bear|have|state)s?\b|"
            r"\b(?:date|year)\b.*\b(?:given|listed|stated) for\b",
        ),
        (
            "venue",
            r"\bwhere (?:was|were|did|has|is) .*?\b(?:published|presented|appear\w*|accepted|come out)\b|"
            r"\b(?:which|what) (?:venue|conference|journal|workshop|proceedings)\b",
        ),
        ("doi", r"\bDOI\b"),
        ("arxiv_id", r"\barxiv (?:id|number|identifier)\b"),
        (
            "newest",
            rf"\b(?:newest|latest|most recent(?:ly)?)\b[^.?!]*?\b{_PAPER}\b|\blast (?:dated |published )?{_PAPER}\b|"
            rf"\b{_PAPER}\b[^.?!]*? the (?:newest|latest|most recent) (?:date|year)\b|"
            rf"\b(?:is|was|are) (?:the )?(?:newer|newest|later|latest|more recent|most recent|younger)\b{_THAN_A_DATE}|"
            r"\bcame (?:out )?later\b",
        ),
        (
            "oldest",
            rf"\b(?:oldest|earliest)\b[^.?!]*?\b{_PAPER}\b|"
            rf"\bfirst (?:dated |published )?{_PAPER}\b(?! (?:to|that|which)\b)|"
            rf"\b{_PAPER}\b[^.?!]*? the (?:oldest|earliest) (?:date|year)\b|"
            rf"\b(?:is|was|are) (?:the )?(?:older|oldest|earlier|earliest)\b{_THAN_A_DATE}|"
            r"\bcame (?:out )?(?:first|earlier)\b|\b(?:was|were) (?:published|released) first\b",
        ),
    )
)


_COUNTS_DATA = re.compile(
    r"\bhow many (?:[\w-]+ ){0,4}?(?:documents|articles|reports|entries|manuscripts|works|surveys|publications)\b.*"
    r"\b(?:data|datasets?|corpus|corpora|benchmark|graph|set|annotat\w*|label\w*|(?:pre-?)?train\w*|crawl\w*|mined|"
    r"sampled|collected)\b"
    r"|\bhow many (?:[\w-]+ ){0,4}?(?:papers|articles|studies|documents|publications) (?:did|does|do) the\b"
    r"|\bhow many (?:[\w-]+ ){0,4}?(?:papers|articles|studies|documents)\b.* (?:went|go) into\b",
    re.I,
)


def counts_data(question: str) -> bool:
    """Tell whether a question counts the texts that a paper works on: `How many articles are in the X corpus?`"""
    return _COUNTS_DATA.search(question) is not None


def field_of(question: str) -> str:
    """Return the field that a question asks for, empty when it asks for none."""
    if counts_data(question):
        return ""
    return next((name for name, pattern in _FIELDS if pattern.search(question)), "")
