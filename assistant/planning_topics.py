"""What a question about papers is about: what is left of it without the words that only ask. Knows no paper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.planning_fields import counts_data
from assistant.words import content

_PAPERS = "papers articles studies publications preprints works entries documents manuscripts"
_ASKING = frozenset(
    f"""{_PAPERS} paper article study publication preprint work entry document manuscript please can could would you i
    we me us my our want need like know have has had got list find show name give tell search look looks looking
    for which what whose who how many much number count is are was were be been being do does did there any all
    some of the a an these them those this that in from by with among as to s co and or but not both also only
    just mainly mostly primarily chiefly really library collection one ones other others else newest latest most
    recent recently oldest earliest first last new old ever publish publishes published write writes wrote
    written author authors authored authoring coauthor coauthored appear appears appeared come comes came out
    dated date dates carry carries carrying together jointly about on concern concerns concerning concerned
    regarding deal deals dealing dealt address addresses addressing discuss discusses discussing treat treats
    treating studying studied investigate investigates investigating examine examines examining explore explores
    exploring cover covers covering focus focuses focusing focused present presents presented presenting listed
    contained accepted describe describes describing mention mentions mentioning talk talks talking speak speaks
    report reports reporting propose proposes proposing introduce introduces introducing offer offers offering
    provide provides providing consider considers considering tackle tackles contain contains include includes
    use uses using make makes apply applies applying work works working exist exists year years topic subject
    said says say at into full title titled called""".split()
)
_MARKER = re.compile(
    r"(?:about|on|regarding|concerning|(?:deal\w*|work\w*) with|look\w* (?:at|into)|(?:topic|subject) of)$", re.I
)
_TAIL = frozenset(
    f"""{_PAPERS} paper article publication preprint there exist exists available please are is do does did was were i
    we you me my our us have has got in from by with the of a library collection list write wrote written publish
    published appear appeared come came out and or author authors authored coauthored co s here to know
    called titled""".split()
)
_ONE = "paper|article|study|preprint|publication|work"
_PLURAL = rf"(?:{_PAPERS.replace(' ', '|')}|surveys|reviews)"
_BEGIN = r"(?:^|[.?!:;]\s+)\W*(?:please |can you |could you |and |now |i (?:want|need) )*"
_FOR_PAPERS = re.compile(
    rf"{_BEGIN}(?:(?:in )?(?:which|what)|list|find|show|name|enumerate|collect|gather|pull together|give|tell|"
    rf"are there|is there|do (?:i|we|you) have|any|all|every|how many)\b"
    rf"(?: (?!(?:of|do|does|did|has|have|can|could|{_ONE})\b)[\w-]+){{0,5}}? {_PLURAL}\b"
    rf"|^\W*(?:all |the )*{_PLURAL} (?:on|about|that|which|by|from|with|w/|dealing|using)"
    rf"|{_BEGIN}(?:list |show |find )?(?:me )?(?:everything|all (?:the |my )?work|every (?:{_ONE})) "
    r"(?:on|about|that|to do with|which|using)\b"
    r"|^\W*(?:what (?:do|have) (?:i|we) (?:got|have)?|do (?:i|we) have (?:any|some)thing) ?(?:on|about)\b"
    r"|^\W*which (?:ones|of (?:these|them|my|the) (?:papers|articles|studies))\b(?! (?:is|was|has|does)\b)"
    r"|\bis there more than one (?:paper|article|study)\b",
    re.I,
)
_WHAT_THEY_SAY = re.compile(
    rf"^\W*(?:and )?what (?:do|does|did|has|have) (?:\w+ ){{0,3}}?(?:{_PLURAL}|literature|library)\b.*?"
    r"\b(?:say|said|show|shown|find|found|report|reported|conclude|concluded|tell|know)\b",
    re.I,
)
_FOR_ONE = re.compile(
    r"^\W*(?:and |now )*(?:in |from )?(?:which|what) (?:(?!(?:is|are|was|were|do|does|did|has|of)\b)[\w-]+ ){0,2}?"
    rf"(?:{_ONE})\b(?! of (?:these|them|those))",
    re.I,
)
_WHAT_IS = r"what(?:[’']?s| is| was)"
_DESCRIBES_ONE = re.compile(
    rf"\b{_WHAT_IS} the (?:[\w-]+ ){{0,3}}?(?:{_ONE})\b (?:called|that|which|where|in which|on|by|from|about(?!\W*$))\b"
    rf"|\b(?:is|was) there (?:an?|any|some) (?:[\w-]+ ){{0,2}}?(?:{_ONE})\b"
    r"|\b(?:is|was) there (?:some|any)thing (?:by|from|that|which|where|about|on)\b"
    rf"|\b(?:looking|look|searching) for (?:an?|the|that) (?:[\w-]+ ){{0,2}}?(?:{_ONE}|one)\b"
    rf"|\b(?:find|know|remember|recall|name) (?:me |of )*(?:an?|the|that) (?:[\w-]+ ){{0,2}}?(?:{_ONE})\b"
    rf"|\b{_WHAT_IS} (?:the|that) (?:{_ONE})\W*$|\b{_WHAT_IS} it called\b"
    r"|\bwhich (?:one|paper) is (?:it|that)\b|\bwhere (?:can|do) i read about\b"
    rf"|^(?!.*\b(?:how|what|when|why)\b)\W*(?:any|that|the) (?:{_ONE})"
    r" (?:\w+ ){0,3}?(?:that|which|where|on|about|with|showing)\b"
    rf"|\b(?:need|want) the (?:[\w-]+ )?(?:reference|{_ONE}|one|\w+ one)\b|\bis that (?:{_ONE}) in\b"
    r"|^\W*which (?:one|of (?:these|my|the) (?:papers|articles|studies)) (?:has|is|was|does|uses|shows|describes)\b"
    r"|^\W*who (?:first )?(?:proposed|introduced|invented|came up with)\b",
    re.I,
)


def asks_for_one_paper(question: str) -> bool:
    """Tell whether a question looks for one paper by what it says: `Which paper shows that ...?`"""
    return _FOR_ONE.search(question) is not None


def describes_one_paper(question: str) -> bool:
    """Tell whether a question describes a paper to have it named: `Is there a paper that ...?`, `the one that ...`"""
    return _DESCRIBES_ONE.search(question) is not None


def asks_what_papers_say(question: str) -> bool:
    """Tell whether a question asks what the papers as a whole say: `What do the studies say on eels?`"""
    return _WHAT_THEY_SAY.search(question) is not None


def asks_for_papers(question: str) -> bool:
    """Tell whether a question asks for papers, as many as there are: `Which papers ...`, `List the studies on ...`."""
    return _FOR_PAPERS.search(question) is not None and not counts_data(question)


def topic_of(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return what is left of a question without its spans and the words that only ask; empty if nothing is."""
    text = question
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    tokens = re.findall(r"[^\W_]+", text)
    places = [match.span() for match in re.finditer(r"[^\W_]+", text)]
    first, last = 0, len(tokens)
    while first < last and tokens[first].casefold() in _ASKING:
        first += 1
        if _MARKER.search(" ".join(tokens[max(0, first - 2) : first])) and not _goes_on(tokens[first:last]):
            break
    while last > first and tokens[last - 1].casefold() in _TAIL:
        last -= 1
    if first == last:
        return ""
    topic = " ".join(text[places[first][0] : places[last - 1][1]].split())
    return topic if any(not word.isdigit() for word in content(topic)) else ""


def _goes_on(tokens: Sequence[str]) -> bool:
    """Tell whether what follows still only asks: `about or on`, `about the topic of`."""
    return bool(
        re.match(r"(?:(?:or|and) (?:\w+ ){0,2}(?:about|on|with)|the (?:topic|subject) of)\b", " ".join(tokens), re.I)
    )
