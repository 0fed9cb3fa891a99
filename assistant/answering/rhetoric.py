"""Which part of a paper's argument a sentence plays: problem, method, data, results, limits, and those of training.

By its cues and its section, after argumentative zoning (Teufel and Moens, 2002, "Summarizing scientific articles").
"""

# ruff: noqa: E501 - patterns stay on one line
from __future__ import annotations

import re

from assistant.answering.expected import NUMBER

_OURS = r"(?:we|our|this (?:paper|work|study|article|report|thesis|survey)|here,? we|the authors?)"
_CUES: dict[str, tuple[tuple[float, str], ...]] = {
    "problem": (
        (1.0, r"\b(?:however|unfortunately|despite|yet|although|nevertheless)\b.{0,120}\b(?:not|no|lack\w*|fail\w*|limit\w*|"
              r"difficult\w*|challeng\w*|costly|expensive|slow\w*|hinder\w*|require\w*|suffer\w*|scarce|few|little|remain\w*|poor\w*)\b"),
        (1.0, r"\b(?:lack of|fail(?:s|ed)? to|suffer\w* from|bottleneck|remains? (?:an? )?(?:open|challeng\w+|difficult|unclear|unexplored|"
              r"elusive)|poorly understood|little is known|has not been|have not been|is (?:still )?(?:limited|unknown|unclear)|"
              r"drawbacks?|shortcomings?|prohibitive\w*|intractable)\b"),
        (0.7, r"\b(?:challeng\w+|problem|difficult\w*|costly|expensive|inefficien\w+|limitation of (?:existing|current|previous))\b"),
        (0.7, r"\b(?:goal|aim|objective|purpose|motivat\w+|question) (?:of this|is to|was to|by)\b|\bwe (?:aim|seek|ask|address|tackle|study|"
              r"investigate|consider|explore) "),
    ),
    "method": (
        (1.2, rf"\b{_OURS}\b[^.]{{0,60}}?\b(?:propos\w+|introduc\w+|present\w*|develop\w*|describ\w+|design\w*|"
              r"devis\w+|formulat\w+|build|built|construct\w*|offer\w*)\b"),
        (0.7, r"\b(?:consists? of|is composed of|is based on|based on|comprises?|combin\w+|leverag\w+|architecture|works? by|the (?:key |main |core )?"
              r"(?:idea|insight|innovation)|instead of|uses? an? |employ\w*|first\b.{0,80}\bthen|by (?:\w+ly )?\w+ing)\b"),
        (0.4, r"\bwe (?:use|train|apply|adopt|extend|model|define|replace|optimi[sz]e|fine-?tune|pre-?train|initiali[sz]e)\b"),
    ),
    "data": (
        (1.2, r"\b(?:(?:train|evaluat|test|pre-?train|fine-?tun|validat|experiment|collect|annotat|recruit|sampl|creat|cur|releas|"
              r"construct|gather)\w*)\b[^.]{0,80}\b(?:data ?sets?|corp(?:us|ora)|data|benchmarks?|examples|tokens|images|sentences|samples|"
              r"participants|patients|subjects|mice|queries|questions|documents|pairs|triples|hours|records|users|tasks|annotators)\b"),
        (0.6, r"\b(?:data ?sets?|corp(?:us|ora)|training (?:set|data)|benchmarks?|participants|patients|volunteers|annotators|cohort|"
              r"train(?:ing)?[/, ]+(?:dev|validation)|test set)\b"),
    ),
    "results": (
        (1.2, r"\b(?:achiev\w+|outperform\w*|surpass\w*|improv\w+|reduc\w+|exceed\w*|attain\w*|yield\w*|reach\w*|gain\w*|beat\w*|"
              r"sav(?:es?|ed|ing)|decreas\w+|increas\w+|scor(?:es?|ed)|speed-?ups?|faster|state[- ]of[- ]the[- ]art|better than|comparable)\b"),
        (0.8, rf"\b(?:results?|experiments?|evaluations?|findings|analys[ei]s)\b[^.]{{0,40}}\b(?:show|demonstrat|indicat|reveal|suggest|confirm)\w*|"
              rf"\b{_OURS} (?:also |further )?(?:show|find|found|demonstrate|observe|report)\b"),
    ),
    "limits": (
        (1.4, r"\b(?:limitations?|future (?:work|research|stud(?:y|ies)|direction)|caveats?|threats? to validity|shortcomings? of (?:our|this|the)|"
              r"left (?:for|to) future|(?:remains?|leave|leaving)\b[^.]{0,60}\b(?:future|open)|beyond the scope)\b"),
        (0.8, r"\b(?:we|our|this (?:work|study|paper|approach|method))\b[^.]{0,80}\b(?:do(?:es)? not|did not|cannot|can not|could not|only|is limited|"
              r"are limited|fail\w*|not (?:yet|able))\b"),
        (0.6, r"\b(?:may not|might not|we (?:hope|plan|intend|leave|expect)|open (?:question|problem)s?|further (?:work|research|investigation)|"
              r"still (?:lag|far|fail|struggl)\w*)\b"),
    ),
    "start": (
        (1.2, r"\b(?:initiali[sz]\w*|from scratch|starting (?:from|with|point)|warm-?start\w*|backbone|pre-?trained (?:weights|model|checkpoint|"
              r"language model|on)|base model|built (?:up)?on)\b|\bfine-?tun\w+ (?:from|an?|the)\b|\bbased on the \w+-?\d|both based on\b"),
    ),
    "objective": (
        (1.2, r"\b(?:loss(?: function)?|objective|maximi[sz]\w*|minimi[sz]\w*|reward\w*|log-?likelihood|likelihood|cross-entropy|penalt\w+|"
              r"KL|margin|optimi[sz]e[sd]?|trained to|predict\w*)\b"),
    ),
    "stages": (
        (1.2, r"\b(?:imitation learning|reinforcement learning|supervised (?:fine-?tuning|learning|policy)|PPO|policy gradient|"
              r"pre-?training|fine-?tuning|distillation|(?:first|second|third|two|three|final|next) (?:stage|step|phase)s?|stages?|phases?)\b"),
        (0.8, r"\b(?:first(?:ly)?|then|next|finally|afterwards|subsequently|step \d|alternat\w+|iterat\w+)\b"),
    ),
    "examples": (
        (1.2, r"\b(?:positives?|negatives?|distractors?|demonstrations?|comparisons?|rankings?|label(?:l?ers?|s)|annotat\w+|contractors?|"
              r"pairs?|triples?|triplets?|synthetic\w*|generated by|sampled? from|collected? from|drawn from)\b"),
    ),
    "settings": (
        (1.2, r"\b(?:learning rates?|batch(?:es| size)|epochs?|optimi[sz]er|Adam\w*|SGD|dropout|weight decay|warm-?up|hyper-?parameters?|"
              r"momentum|gradient (?:clipping|accumulation)|training steps)\b"),
    ),
    "hardware": (
        (1.2, r"\b(?:GPUs?|TPUs?|GPU[- ](?:days|hours)|[AVHP]100s?|1080\s?Ti|(?:training|search) (?:time|cost)|took (?:about |around )?\d)\b"),
    ),
    "asked": ((0.6, r"\w"),),
}  # fmt: skip
_TRAINING = ("start", "stages", "objective", "data", "examples", "settings", "hardware")
# What a person asks a paper about, and the parts of the argument that tell it.
_PARTS = (
    (r"train|fine-?tun|learn|teach|taught", _TRAINING),
    (r"problem|motivat|why|goals?\b|aims?\b|gap\b", ("problem",)),
    (r"limit|weak|lack|drawback|shortcoming|future|fail|caveat|open question|disadvantage|risk", ("limits",)),
    (r"results?|find|found|performance|outcome|conclu|accura", ("results",)),
    (r"evaluat|tested|experiment|benchmark", ("asked", "data", "results")),
    (r"data|corpus|corpora|set-?up|setting|material|participant|sample", ("data", "examples")),
    (r"contribut", ("method", "results")),
    (r"about\b", ("problem", "method", "results")),
    (
        r"work|method|approach|idea|architecture|design|built|build|construct|function|algorithm|model",
        ("asked", "method"),
    ),
)
_SECTIONS = {
    "problem": r"introduction|motivation|problem|background",
    "method": r"method|approach|model|architecture|design|algorithm|proposed|framework|overview|implementation|system",
    "data": r"data|corpus|corpora|experimental set|set-?up|participants|materials|annotation|benchmark",
    "results": r"result|evaluation|experiment|performance|finding|comparison|ablation|analysis",
    "limits": r"limitation|discussion|conclusion|future|ethic|broader|threat|outlook|error|failure",
    "start": r"train|implement|method|model|objective|detail",
    "objective": r"train|objective|loss|optimi|method|model|reward|reinforce",
    "stages": r"train|method|approach|overview|procedure|model|detail",
    "examples": r"train|data|method|sampl|negative|collect|human",
    "settings": r"train|implement|detail|set-?up|hyper|optimi|experiment",
    "hardware": r"train|implement|detail|set-?up|hardware|experiment|time|cost",
    "asked": r"(?!)",
}
_FORWARD = re.compile(
    r"\b(?:organi[sz]ed as follows|remainder of (?:this|the) paper|in (?:the )?(?:next|following) section|as follows\W*$|following\W*$|"
    r"see (?:section|appendix|figure|table)|(?:section|appendix|figure|fig\.|table|algorithm|eq\.?)\s?\(?\d)",
    re.I,
)
_OTHERS_SECTION = re.compile(r"\bbaselines?\b|\brelated\b|\bpreliminar|\bbackground\b|\backnowledg", re.I)
_SIGNPOST = re.compile(
    r"^\W*(?:in (?:the|this) (?:(?:next|following|previous|preceding|remaining) )?(?:sub)?sections?|in the following|"
    r"(?:sub)?sections? \d)\b|\borgani[sz]ed as follows\b|^\W*we (?:first |now |next )?(?:describe|detail|discuss|"
    r"review)\b[^.]*\b(?:in (?:section|sect\.|appendix)|below)\b",
    re.I,
)
_BACKWARD = re.compile(r"^\W*(?:this|these|it|they|he|she|such|that|those|here|there|also|then|thus|hence|so)\b", re.I)
_compiled = {part: tuple((w, re.compile(p, re.I)) for w, p in cues) for part, cues in _CUES.items()}
_in_section = {part: re.compile(pattern, re.I) for part, pattern in _SECTIONS.items()}
_LIMITS = re.compile(
    r"(?:(?:the|its|their|main|key|own|known|stated|reported) )*(?:limitations?|limits|weakness(?:es)?|drawbacks?|"
    r"shortcomings?|caveats?|future work)(?: (?:and|or|of|the|this|work|approach|method|paper|study|future)\b)*",
    re.I,
)
STANDING_PARTS = ("problem", "method", "data", "results", "limits")
IN_SECTION = 0.6  # what it weighs that a sentence stands where its part is told
LEAST = 0.6  # strength from which a sentence can be said to play a part


def parts_of(aspect: str) -> tuple[str, ...]:
    """Return the parts of an argument that tell of an aspect, by its name; those of the name itself first."""
    if aspect in STANDING_PARTS:
        return (aspect,)
    return next((parts for pattern, parts in _PARTS if re.search(rf"\b(?:{pattern})", aspect, re.I)), ("asked",))


def is_limits(aspect: str) -> bool:
    """Tell whether an aspect is the limits of the work and no more: `main limitations`, but not `size limit`."""
    return _LIMITS.fullmatch(aspect) is not None


def is_signpost(sentence: str) -> bool:
    """Tell whether a sentence only says what stands where in the paper."""
    return _SIGNPOST.search(sentence) is not None


def strength(part: str, sentence: str, section: str, kind: str) -> float:
    """Say how strongly a sentence plays a part, 0 to about 2; 0 where no cue of it stands there.

    `section` is the title of the section the sentence stands in, `kind` the section's kind.
    """
    cue = max((weight for weight, pattern in _compiled[part] if pattern.search(sentence)), default=0.0)
    if not cue or kind in {"references", "front"}:
        return 0.0
    if _in_section[part].search(section):
        cue += IN_SECTION
    elif part in _TRAINING and _in_section["results"].search(section):
        cue -= IN_SECTION
    if kind == "abstract":
        cue += 0.3
    if kind == "related" or _OTHERS_SECTION.search(section):
        cue -= 0.6
    if part == "results" and NUMBER.search(sentence):
        cue += 0.4
    if part in {"data", "examples", "settings", "hardware"} and NUMBER.search(sentence):
        cue += 0.3
    if _FORWARD.search(sentence):
        cue -= 0.5
    if _BACKWARD.search(sentence):
        cue -= 0.2
    return max(cue, 0.0)
