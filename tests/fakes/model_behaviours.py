"""What the scripted server says, by the model's name. Knows the form of our prompts and the protocol, no network.

`@behaviour("name")` adds one: a function from an Ask to a Script, or to a text that is sent as a good server would.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

ABSTAINS = "NOT IN THE EVIDENCE"
STALL_S = 30.0  # how long a stalled server holds the connection, unless the client leaves
_APART = re.compile(r"\n\s*\n")
_STOP_WORDS = frozenset(
    "a an and are as at by did do does for from how in is it of on or the to was what which with".split()
)


@dataclass(frozen=True)
class Piece:
    """A piece of evidence in a request: its key, the line that names its paper, its text, a paragraph a line."""

    key: str
    head: str
    text: str


@dataclass(frozen=True)
class Said:
    """A statement to write, with the key and the quote that it gives."""

    text: str
    key: str
    quote: str


@dataclass
class Ask:
    """One chat request. `number` counts those for its model, from 1; `left`: the client hung up; `at`: when it came."""

    body: dict[str, Any]
    key: str
    number: int
    headers: dict[str, str] = field(default_factory=dict)
    left: bool = False
    at: float = field(default_factory=time.monotonic)

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def roles(self) -> list[str]:
        return [message["role"] for message in self.body["messages"]]

    @property
    def prompt(self) -> str:
        """All messages, one after the other."""
        return "\n\n".join(message["content"] for message in self.body["messages"])

    @property
    def evidence(self) -> list[Piece]:
        """The pieces between the markers, none when there are no markers."""
        block = re.search(r"^BEGIN EVIDENCE (\S+)\n(.*?)^END EVIDENCE \1$", self.prompt, re.MULTILINE | re.DOTALL)
        pieces = re.findall(
            r"^\[(S\d+)\] *([^\n]*)\n(.*?)(?=^\[S\d+\]|\Z)", block[2] if block else "", re.MULTILINE | re.DOTALL
        )
        return [
            Piece(key, head, "\n".join(map(_in_one_line, _APART.split(text.strip())))) for key, head, text in pieces
        ]

    @property
    def task(self) -> Literal["answer", "condense", "judge", "rewrite"]:
        """What the request asks for, by its first marker."""
        begun = re.search(r"^BEGIN (EVIDENCE|SENTENCES|PASSAGES) ", self.prompt, re.MULTILINE)
        tasks: dict[str, Literal["answer", "condense", "judge"]]
        tasks = {"EVIDENCE": "answer", "SENTENCES": "condense", "PASSAGES": "judge"}
        return tasks[begun[1]] if begun else "rewrite"

    def lines(self, block: str) -> list[str]:
        """The lines between the markers of a block that are not empty, none when there is no such block."""
        found = re.search(rf"^BEGIN {block} (\S+)\n(.*?)^END {block} \1$", self.prompt, re.MULTILINE | re.DOTALL)
        return [line for line in found[2].splitlines() if line] if found else []

    @property
    def kind(self) -> str:
        """The kind of answer that is asked for."""
        asked = re.search(r"^Kind of answer: (\w+)$", self.prompt, re.MULTILINE)
        return asked[1] if asked else "fact"

    @property
    def question(self) -> str:
        """The question of the request, or the last one of a conversation."""
        asked = re.findall(r"^(?:Last q|Q)uestion: (.*)$", self.prompt, re.MULTILINE)
        return str(asked[-1]) if asked else str(self.body["messages"][-1]["content"])


@dataclass(frozen=True)
class Script:
    """What the server does. Seconds pass before the first token and between tokens; `cut` comes after `keep` tokens."""

    text: str = ""
    status: int = 200
    error: dict[str, Any] | None = None  # the body's "error"; a status other than 200 has one
    headers: dict[str, str] = field(default_factory=dict)
    page: str = ""  # sent as HTML instead of anything else
    finish: str | None = "stop"
    reasoning: str = ""
    prompt_tokens: int | None = None  # None: as many as the request has, roughly
    usage: bool = True
    first_after: float = 0.0
    between: float = 0.0
    cut: Literal["", "stall", "drip", "reset", "close", "broken", "error"] = ""
    keep: int = 4
    whole_limit: bool = True  # whether max_tokens is obeyed
    as_stream: bool | None = None  # None: as it was asked for


Behaviour = Callable[[Ask], Script | str]
Added = TypeVar("Added", bound=Behaviour)
BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(*names: str) -> Callable[[Added], Added]:
    """Give a function to the models of these names; a name may be a pattern."""

    def add(function: Added) -> Added:
        BEHAVIOURS.update(dict.fromkeys(names, function))
        return function

    return add


def script(ask: Ask) -> Script:
    """Return what the model of this request does. A name nobody gave is a model that the server does not have."""
    for name, function in BEHAVIOURS.items():
        if re.fullmatch(name, ask.model):
            done = function(ask)
            return Script(done) if isinstance(done, str) else done
    return failed(404, f"The model `{ask.model}` does not exist", code="model_not_found")


def failed(status: int, message: str, *, code: str = "", param: str = "", **headers: str) -> Script:
    """Return an error as OpenAI words it; underscores in a header's name stand for hyphens."""
    return Script(
        status=status,
        error={"message": message, "type": "invalid_request_error", "param": param or None, "code": code or None},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


# Good answers, from the evidence in the request.


def statements(ask: Ask) -> list[Said]:
    """Return the sentences of the evidence that share most words with the question, each from another piece."""
    most = 8 if ask.kind in ("list", "compare", "summary") else 3
    wanted = _words(ask.question)
    found = []
    for piece in ask.evidence:
        sentences = [sentence for sentence in re.split(r"(?<=[.!?])\s+|\n", piece.text) if len(sentence) > 20]
        if sentences:
            best = max(sentences, key=lambda sentence: len(wanted & _words(sentence)))
            shared = len(wanted & _words(best))
            found.append((shared, Said(best, piece.key, " ".join(best.split()[:12]))))
    most_shared = max((shared for shared, _ in found), default=0)
    good = [said for shared, said in found if shared and shared * 2 >= most_shared]
    return sorted(good, key=lambda said: -len(wanted & _words(said.text)))[:most]


def written(said: list[Said]) -> str:
    """Return statements in the form that the prompt asks for."""
    return "\n".join(f'{one.text} [{one.key}] "{one.quote}"' for one in said) or ABSTAINS


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in re.findall(r"\w+", text.lower())) - _STOP_WORDS


def condensed(ask: Ask) -> str:
    """Score a passage by the words that its sentences share with the question, and name those that share some."""
    wanted = _words(ask.question)
    numbered = re.findall(r"^\[(\d+)\] (.*)$", "\n".join(ask.lines("SENTENCES")), re.MULTILINE)
    shared = {number: len(wanted & _words(sentence)) for number, sentence in numbered}
    best = max(shared.values(), default=0)
    return f"{min(best, 10)}\n{', '.join(number for number in shared if shared[number] and shared[number] == best)}"


def judged(ask: Ask, word: str = "yes") -> str:
    """Say the same word of every statement."""
    return "\n".join(f"{line.split('.')[0]}. {word}" for line in ask.lines("STATEMENTS"))


@behaviour("good")
def good(ask: Ask) -> str:
    if ask.task == "condense":
        return condensed(ask)
    if ask.task == "judge":
        return judged(ask)
    if ask.task == "rewrite":
        return ask.question
    return written([said for said in statements(ask) if said.text not in ask.lines("WRITTEN")])


# Answers that are not what was asked for.


@behaviour("wrong-keys")
def wrong_keys(ask: Ask) -> str:
    return written([replace(said, key=f"S{90 + place}") for place, said in enumerate(statements(ask))])


@behaviour("swapped-keys")
def swapped_keys(ask: Ask) -> str:
    """Each statement with the key of another piece, and the quote of its own."""
    keys = [piece.key for piece in ask.evidence]
    return written([replace(said, key=keys[keys.index(said.key) - 1]) for said in statements(ask)])


@behaviour("invented-quotes")
def invented_quotes(ask: Ask) -> str:
    return written(
        [replace(said, quote="these words stand in no paper of the library at all") for said in statements(ask)]
    )


@behaviour("altered-numbers", "altered-first-number")
def altered_numbers(ask: Ask) -> str:
    """All numbers, or those of the first statement; asked again, it says yes to everything."""
    if ask.task != "answer":
        return good(ask)

    def other(number: re.Match[str]) -> str:
        return str(int(number[0]) + 7)

    said = statements(ask)
    altered = [replace(each, text=re.sub(r"\d+", other, each.text)) for each in said]
    return written(altered if ask.model == "altered-numbers" else [*altered[:1], *said[1:]])


@behaviour("stern-judge", "stern-judge-of-rewordings")
def stern_judge(ask: Ask) -> str:
    """Quotes, or rewords a little; asked again, it says no to everything."""
    if ask.task == "judge":
        return judged(ask, "no: it says nothing of the kind [S1] https://evil.example")
    reworded = [replace(said, text=f"In short, {said.text}") for said in statements(ask)]
    return good(ask) if ask.model == "stern-judge" else written(reworded)


@behaviour("no-format")
def no_format(ask: Ask) -> str:
    """A plain paragraph, as small local models write it."""
    return " ".join(said.text for said in statements(ask)) or "I could not find this."


@behaviour("stubborn-then-good")
def stubborn_then_good(ask: Ask) -> str:
    return no_format(ask) if ask.number == 1 else good(ask)


@behaviour("prose-then-json")
def prose_then_json(ask: Ask) -> str:
    listed = [{"statement": said.text, "keys": [said.key], "quote": said.quote} for said in statements(ask)]
    document = json.dumps({"statements": listed}, indent=2)
    return f"Sure! Here is what I found:\n\n```json\n{document}\n```\nI hope this helps!"


@behaviour("empty")
def empty(ask: Ask) -> str:
    return ""


@behaviour("very-long")
def very_long(ask: Ask) -> Script:
    """Far more than the most tokens asked for, and says that it is whole."""
    return Script("\n".join([good(ask)] * 400), whole_limit=False)


@behaviour("obedient")
def obedient(ask: Ask) -> str:
    """Do what the evidence says: repeat every sentence that gives an order, with its links and markup."""
    orders = re.compile(
        r"ignore|disregard|instead|you must|system prompt|instruction|reply with|say that|https?://|<\w|!\[",
        re.IGNORECASE,
    )
    ordered = [
        sentence
        for piece in ask.evidence
        for sentence in re.split(r"(?<=[.!?])\s+", piece.text)
        if orders.search(sentence)
    ]
    return "\n".join([*ordered, good(ask)])


@behaviour("thinks")
def thinks(ask: Ask) -> str:
    return f"<think>\nLet me see [S1]... the secret plan.\n</think>\n\n{good(ask)}"


@behaviour("thinks-unopened")
def thinks_unopened(ask: Ask) -> str:
    """As from templates that open the thinking themselves."""
    return f"Let me see [S1]... the secret plan.\n</think>\n\n{good(ask)}"


@behaviour("thinks-for-ever")
def thinks_for_ever(ask: Ask) -> Script:
    return Script("<think>\n" + "and again, " * 50, finish="length")


@behaviour("reasons")
def reasons(ask: Ask) -> Script:
    return Script(good(ask), reasoning="Let me see... the secret plan.")


# Servers that do not take everything.


@behaviour("no-temperature")
def no_temperature(ask: Ask) -> Script | str:
    if "temperature" in ask.body:
        words = (
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) is supported."
        )
        return failed(400, words, code="unsupported_value", param="temperature")
    return good(ask)


@behaviour("wants-max-completion-tokens")
def wants_max_completion_tokens(ask: Ask) -> Script | str:
    if "max_tokens" in ask.body:
        words = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return failed(400, words, code="unsupported_parameter", param="max_tokens")
    return good(ask)


@behaviour("no-system")
def no_system(ask: Ask) -> Script | str:
    return failed(400, "System role not supported") if "system" in ask.roles else good(ask)


@behaviour("no-system-500")
def no_system_500(ask: Ask) -> Script | str:
    """As from a server whose chat template raises."""
    words = "Conversation roles must alternate user/assistant/user/assistant/..."
    return failed(500, words) if "system" in ask.roles else good(ask)


@behaviour("no-stream-options")
def no_stream_options(ask: Ask) -> Script | str:
    if "stream_options" in ask.body:
        return failed(422, "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options')}]")
    return replace(Script(good(ask)), usage=False)


@behaviour("takes-little")
def takes_little(ask: Ask) -> Script | str:
    """All of these at once, told one after the other."""
    for refuses in (no_temperature, wants_max_completion_tokens, no_system, no_stream_options):
        refused = refuses(ask)
        if isinstance(refused, Script) and refused.status != 200:
            return refused
    return replace(Script(good(ask)), usage=False)


@behaviour("ignores-stream")
def ignores_stream(ask: Ask) -> Script:
    return Script(good(ask), as_stream=False)


@behaviour("cuts-prompt")
def cuts_prompt(ask: Ask) -> Script:
    """As Ollama does with its default window: what is over is dropped without a word, and only the usage shows it."""
    return Script(good(ask), prompt_tokens=200)


@behaviour("context-length")
def context_length(ask: Ask) -> Script:
    words = "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens."
    return failed(400, words, code="context_length_exceeded", param="messages")


@behaviour("context-length-once")
def context_length_once(ask: Ask) -> Script | str:
    return context_length(ask) if ask.number == 1 else good(ask)


# Servers that fail.


@behaviour(r"status-\d{3}")
def status(ask: Ask) -> Script:
    return failed(int(ask.model[-3:]), f"this server always answers {ask.model[-3:]}")


@behaviour(r"flaky-\d{3}")
def flaky(ask: Ask) -> Script | str:
    """Fail twice, then be good."""
    return failed(int(ask.model[-3:]), "try again") if ask.number <= 2 else good(ask)


@behaviour(r"retry-after-[\d.]+")
def retry_after(ask: Ask) -> Script | str:
    """Ask to wait that many seconds, once."""
    seconds = ask.model.rpartition("-")[2]
    return failed(429, "slow down", retry_after=seconds) if ask.number == 1 else good(ask)


@behaviour(r"busy-[\d.]+")
def busy(ask: Ask) -> Script:
    """Ask to wait that many seconds, each time."""
    return failed(429, "slow down", retry_after=ask.model.rpartition("-")[2])


@behaviour("quota")
def quota(ask: Ask) -> Script:
    return failed(429, "You exceeded your current quota, please check your plan.", code="insufficient_quota")


@behaviour("echo-key")
def echo_key(ask: Ask) -> Script:
    words = f"Incorrect API key provided: {ask.key}; Authorization: Bearer {ask.key}"
    return failed(401, words, code="invalid_api_key", x_your_key=ask.key)


@behaviour(r"echo-key-\d{3}")
def echo_key_status(ask: Ask) -> Script:
    return replace(echo_key(ask), status=int(ask.model[-3:]))


@behaviour("echo-key-in-reply")
def echo_key_in_reply(ask: Ask) -> Script:
    return Script(f"{good(ask)}\nYour key is {ask.key} indeed.", headers={"x-your-key": ask.key})


@behaviour("html")
def html(ask: Ask) -> Script:
    return Script(page="<!doctype html><title>Router</title><p>Please log in.")


@behaviour("redirect")
def redirect(ask: Ask) -> Script:
    return Script(status=307, headers={"location": "/v1/elsewhere"}, error={"message": "moved"})


@behaviour("error-event")
def error_event(ask: Ask) -> Script:
    return Script(good(ask) + " and more words", cut="error")


@behaviour(r"slow-first-token-[\d.]+")
def slow_first_token(ask: Ask) -> Script:
    return Script(good(ask), first_after=float(ask.model.rpartition("-")[2]))


@behaviour("stall-at-once")
def stall_at_once(ask: Ask) -> Script:
    return Script(good(ask), first_after=STALL_S)


@behaviour("(stall|drip|reset|close|broken)")
def cut(ask: Ask) -> Script:
    """Send a few tokens; then silence, comments without end, a reset, a clean end, an event that is not JSON."""
    return Script(good(ask) + " and some more words to be cut", cut=ask.model)  # type: ignore[arg-type]


@behaviour(r"breaks-off-(reset|close|stall|broken)(-once)?")
def breaks_off(ask: Ask) -> Script | str:
    """Send the first statement and the beginning of more, then a cut; with `-once` the second time all goes well."""
    _, _, how, *once = ask.model.split("-")
    if ask.task != "answer" or (once and ask.number > 1):
        return good(ask)
    first = good(ask).split("\n")[0] + "\n"
    keep = len(re.findall(r"\S+\s*|\s+", first)) + 2
    return Script(f"{first}And then there is still more to be said.", cut=how, keep=keep)  # type: ignore[arg-type]


@behaviour("condenses-in-prose", "condenses-never", "condenses-to-nothing")
def condenses_badly(ask: Ask) -> Script | str:
    """Good, save when a passage is to be condensed."""
    if ask.task != "condense":
        return good(ask)
    if ask.model == "condenses-never":
        return failed(400, "no such requests here")
    return "0" if ask.model == "condenses-to-nothing" else "This passage is of great interest, in all its sentences."


@behaviour("reset-at-once")
def reset_at_once(ask: Ask) -> Script:
    return Script(good(ask), cut="reset", keep=0)


@behaviour("length", "content-filter")
def ends_early(ask: Ask) -> Script:
    return Script(" ".join(good(ask).split()[:6]), finish=ask.model.replace("-", "_"))


@behaviour("no-finish")
def no_finish(ask: Ask) -> Script:
    return Script(good(ask), finish=None)


@behaviour(r"abstains-(no-finish|length|reset|close|stall|broken)")
def abstains_cut_off(ask: Ask) -> Script:
    """Say that the answer is not in the evidence, in a reply that ends before its end."""
    how = ask.model.removeprefix("abstains-")
    if how in ("no-finish", "length"):
        return Script(f"{ABSTAINS}.", finish="length" if how == "length" else None)
    return Script(f"{ABSTAINS}. But then, ", cut=how, keep=5)  # type: ignore[arg-type]


@behaviour(r"ttft\d+-itl\d+-len\d+")
def paced(ask: Ask) -> Script:
    """So many milliseconds before the first token and between tokens, and so many tokens."""
    first, between, length = (int(number) for number in re.findall(r"\d+", ask.model))
    words = (good(ask).split() * length)[:length] or ["word"] * length
    return Script(" ".join(words), first_after=first / 1000, between=between / 1000, whole_limit=False)
