"""The room of settings: what is set and where, tried before it is kept, and used from the next question on.

A key comes in and never goes out: the page learns whether there is one, and nothing of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from assistant import keeping_settings
from assistant.errors import SettingsError, UsageError
from assistant.keeping_settings import KEY
from assistant.llm import DayBudget, open_model
from assistant.settings import Settings, own_file, read_own, set_elsewhere
from assistant.web.fragments import told
from assistant.web.libraries import MINE, Libraries
from assistant.web.render import engine_line, notice, plain, words
from assistant.words import counted
from vectorstore.embedding import MINILM
from vectorstore.errors import FootnoteError

_MOST_BYTES = 100_000  # of a form
_NEEDS_RESTART = ("embedder", "embedding_base_url")


class Form(BaseModel):
    """What the person filled in: texts by the settings' names, `engine` quoted or model; a key only when it is new."""

    model_config = ConfigDict(hide_input_in_errors=True)

    engine: str = ""
    values: dict[str, Annotated[str, Field(max_length=2_000)]] = {}
    key: Annotated[SecretStr, Field(max_length=2_000)] = SecretStr("")
    forget_key: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    """A setting on the page: how it is called, what it means, and what is entered."""

    name: str
    label: str
    meaning: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    unset: str = ""  # shown where nothing is set


_MODEL = (
    _Field("model", "Model", "The name by which its server knows it, as gpt-4.1-mini or llama3.1:8b."),
    _Field("base_url", "Server", "Its address, often ending in /v1. Nothing else is asked.", unset="OpenAI’s"),
)
_MANNER = (
    _Field("timeout_s", "Patience, in seconds", "How long the model may be silent before it is cut."),
    _Field("temperature", "Temperature", "How freely it words its answers, 0 to 2.", unset="the server’s"),
    _Field("context_window", "Context window, in tokens", "What the model reads and writes in all."),
    _Field("max_tokens", "Longest reply, in tokens", "Models that think before they write need more."),
    _Field(
        "second_look",
        "Second look",
        "Which statements the model is asked about once more, as a judge.",
        "choice",
        (("off", "None"), ("doubtful", "Doubtful ones"), ("all", "All")),
    ),
)
_BUDGETS = (
    _Field("question_budget", "Tokens for a question", "Over it, nothing is sent.", unset="no limit"),
    _Field("day_budget", "Tokens for a day", "For all questions of a day.", unset="no limit"),
)
_EMBEDDER = (
    _Field("embedder", "Embedder", f"{MINILM}, which is built in, or openai:MODEL for a server’s."),
    _Field("embedding_base_url", "Its server", "For openai:MODEL only.", unset="OpenAI’s"),
)


def routes(libraries: Libraries) -> APIRouter:
    """Serve the settings, try them and keep them, for our own page (the guard refuses all others)."""
    router = APIRouter(prefix="/view")

    @router.get("/settings", response_class=HTMLResponse)
    def settings() -> HTMLResponse:
        return told(lambda: settings_html(libraries.assistant(MINE).settings))

    @router.get("/engine", response_class=HTMLResponse)
    def engine() -> HTMLResponse:
        model = libraries.assistant(MINE).model
        return HTMLResponse(f"{engine_line(model.name, model.host) if model else engine_line()}.")

    @router.post("/settings/try", response_class=HTMLResponse)
    async def attempt(request: Request) -> HTMLResponse:
        return await _answered(request, lambda form: _try(libraries, form))

    @router.post("/settings", response_class=HTMLResponse)
    async def keep(request: Request) -> HTMLResponse:
        return await _answered(request, lambda form: _keep(libraries, form))

    return router


async def _answered(request: Request, work: Callable[[Form], str]) -> HTMLResponse:
    try:
        form = _read(await request.body())
    except UsageError as error:
        return HTMLResponse(notice(error.message, error.hint), status_code=422)
    return await run_in_threadpool(lambda: told(lambda: work(form)))


def _read(body: bytes) -> Form:
    """Read a form; what is wrong with it is said without a word of it, for there may be a key in it."""
    try:
        if len(body) > _MOST_BYTES:
            raise ValueError
        return Form.model_validate(json.loads(body))
    except (ValueError, ValidationError, RecursionError):
        raise UsageError("What was entered cannot be read.", "Shorten it, and try again.") from None


def _own(form: Form) -> dict[str, object]:
    values = dict(form.values)
    if form.engine == "quoted":
        values["model"] = ""
    elif form.engine == "model" and not values.get("model", "x").strip():
        raise SettingsError("The model has no name.", "Enter the name that its server knows, or choose quotes.")
    return keeping_settings.wanted(values, form.key.get_secret_value(), forget_key=form.forget_key)


def _try(libraries: Libraries, form: Form) -> str:
    settings = keeping_settings.would_be(_own(form), libraries.assistant(MINE).settings)
    return "".join(
        notice(
            ("It works: " if finding.healthy else "It does not work: ") + finding.detail,
            kind="note" if finding.healthy else "error",
        )
        for finding in keeping_settings.tried(settings)
    )


def _keep(libraries: Libraries, form: Form) -> str:
    assistant = libraries.assistant(MINE)
    now, own = assistant.settings, _own(form)
    settings = keeping_settings.would_be(own, now)
    if settings.embedder != now.embedder and (papers := len(assistant.papers())):
        raise SettingsError(
            f"This library’s {counted(papers, 'paper')} were embedded by {now.embedder}; another embedder needs them "
            "embedded anew.",
            f"Close Footnote, set FOOTNOTE_EMBEDDER={settings.embedder}, and read the papers into a new library: "
            f"footnote ingest --library NEW_FOLDER {now.library / 'originals'}",
        )
    keeping_settings.keep(own)
    libraries.use(settings, open_model(settings))
    restart = any(getattr(settings, name) != getattr(now, name) for name in _NEEDS_RESTART)
    after = (
        "Close Footnote and start it again for the new embedder." if restart else "They hold from the next question on."
    )
    return settings_html(settings, notice("The settings are kept.", after, kind="note"))


def settings_html(settings: Settings, said: str = "") -> str:
    """Show the settings as a form; `said` is what became of it last."""
    elsewhere, own = set_elsewhere(), read_own()
    shown = _Shown(settings, elsewhere, own)
    written = "model" if settings.model else "quoted"
    fixed = " disabled" if "model" in elsewhere else ""
    engines = "".join(
        f'<label><input type="radio" name="engine" value="{value}"{" checked" if value == written else ""}{fixed}>'
        f"<span>{label}<small>{meaning}</small></span></label>"
        for value, label, meaning in (
            ("quoted", "Quotes", "Answers are quoted from your papers; no model is asked."),
            ("model", "A model", "It writes answers from the passages found, and each sentence is checked."),
        )
    )
    model = "".join(map(shown.field, _MODEL))
    manner = "".join(map(shown.field, _MANNER))
    budgets = "".join(map(shown.field, _BUDGETS)) + f'<p class="fn-spent">{_spent(settings)}</p>'
    embedder = "".join(map(shown.field, _EMBEDDER)) + (
        "<p>A library remembers its embedder: another needs the papers embedded anew, in a new library.</p>"
    )
    return (
        '<form class="fn-settings"><h2>Settings</h2>'
        f"<p>What is entered here is kept in <code>{plain(str(own_file()))}</code>, which only your "
        "user can read.</p>"
        f'<fieldset class="fn-engines"><legend>Who writes the answers</legend>{engines}'
        f"{_fixed(elsewhere, 'model') if fixed else ''}</fieldset>"
        f'<fieldset class="fn-of-model"><legend>The model</legend>{model}</fieldset>'
        f"<fieldset><legend>Key</legend>{_key(settings, elsewhere)}</fieldset>"
        f'<details class="fn-of-model"><summary>How it is asked</summary><fieldset>{manner}</fieldset></details>'
        f'<fieldset class="fn-of-model"><legend>Budgets</legend>{budgets}</fieldset>'
        f"<fieldset><legend>What finds the passages</legend>{embedder}</fieldset>"
        f'<div class="fn-do"><div class="fn-said" role="status">{said}</div>'
        '<button type="button" class="fn-try">Try it</button>'
        '<button type="submit" class="fn-keep">Keep these settings</button></div></form>'
    )


def _at_home(path: Path) -> str:
    home = Path.home()
    return f"~{os.sep}{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


class _Shown:
    def __init__(self, settings: Settings, elsewhere: dict[str, str], own: dict[str, object]) -> None:
        self._settings = settings
        self._elsewhere = elsewhere
        self._own = own

    def field(self, field: _Field) -> str:
        """Show one setting with what it is and where that comes from."""
        value = getattr(self._settings, field.name)
        text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        fixed = " disabled" if field.name in self._elsewhere else ""
        common = f'id="fn-set-{field.name}" name="{field.name}" aria-describedby="fn-told-{field.name}"{fixed}'
        if field.choices:
            options = "".join(
                f'<option value="{key}"{" selected" if key == text else ""}>{label}</option>'
                for key, label in field.choices
            )
            entry = f"<select {common}>{options}</select>"
        else:
            entry = (
                f'<input type="text" {common} value="{plain(text)}" placeholder="{plain(field.unset)}" maxlength="2000"'
                ' autocomplete="off" spellcheck="false">'
            )
        return _row(field.name, field.label, entry, plain(field.meaning), self._where(field.name))

    def _where(self, name: str) -> str:
        if name in self._elsewhere:
            return _fixed(self._elsewhere, name)
        return "Set here." if name in self._own else "The default."


def _row(name: str, label: str, entry: str, meaning: str, where: str) -> str:
    return (
        f'<div class="fn-setting"><label for="fn-set-{name}">{label}</label><div>{entry}'
        f'<p id="fn-told-{name}">{meaning} <span class="fn-from">{where}</span></p></div></div>'
    )


def _fixed(elsewhere: dict[str, str], name: str) -> str:
    variable = f"FOOTNOTE_{name.upper()}" if name != KEY else "OPENAI_API_KEY, with or without FOOTNOTE_ before it"
    return f'<span class="fn-fixed">Set in {plain(elsewhere[name])} ({variable}); change it there.</span>'


def _key(settings: Settings, elsewhere: dict[str, str]) -> str:
    """Show whether there is a key, never the key."""
    where = _fixed(elsewhere, KEY) if KEY in elsewhere else ""
    there = settings.openai_api_key is not None and bool(settings.openai_api_key.get_secret_value())
    fixed = " disabled" if where else ""
    told = "none" if not there else "a key is set" if where else "a key is set; enter another to replace it"
    entry = (
        f'<input type="password" id="fn-set-{KEY}" name="key" aria-describedby="fn-told-{KEY}" maxlength="2000"'
        f' autocomplete="off" placeholder="{told}"{fixed}>'
    )
    if there and not where:
        entry += '<label class="fn-forget"><input type="checkbox" name="forget_key"> Forget the key that is set</label>'
    meaning = "For the model’s server, and openai:MODEL as embedder. It is sent to these only, and never shown again."
    return _row(KEY, "API key", entry, meaning, where or ("A key is set." if there else "No key is set."))


def _spent(settings: Settings) -> str:
    if settings.day_budget is None:
        return "Today’s tokens are counted once a day has a budget."
    try:
        spent = DayBudget(settings.library / "usage.json", settings.day_budget).spent
    except FootnoteError as error:
        return words(error.sentences)
    return f"Spent today: {spent:,} of {settings.day_budget:,} tokens."
