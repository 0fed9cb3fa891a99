"""The page: where its parts stand and which handler answers to which. The parts' own code is in the views."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.llm import Model
from assistant.web.chat import Chat
from assistant.web.intake import Intake
from assistant.web.libraries import LABELS, MINE, Libraries
from assistant.web.render import DISPLAY_MATHS, INLINE_MATHS, engine_line
from assistant.web.upload_view import Upload

TITLE = "Footnote"
_DAY = 24 * 60 * 60
_MATHS: list[dict[str, str | bool]] = [
    {"left": INLINE_MATHS[0], "right": INLINE_MATHS[1], "display": False},
    {"left": DISPLAY_MATHS[0], "right": DISPLAY_MATHS[1], "display": True},
]


def build(libraries: Libraries, intake: Intake) -> gr.Blocks:
    """Lay out the page over the libraries and what takes files in, and say which handler answers to which part."""
    page = gr.Blocks(title=TITLE, fill_width=True, delete_cache=(_DAY, _DAY), analytics_enabled=False)
    with page:
        with gr.Row(elem_id="fn-head"):
            head = _Head(libraries)
        with gr.Row(elem_id="fn-desk"):
            with gr.Column(elem_id="fn-shelf", min_width=0):
                shelf = _Shelf()
            with gr.Column(elem_id="fn-talk", min_width=0):
                talk = _Talk(libraries.assistant(MINE).model)
        _connect(page, head, shelf, talk, Chat(libraries), Upload(intake))
    page.queue(max_size=64, default_concurrency_limit=8, api_open=False)
    return page


class _Head:
    """The name, the choice of library, and a new start."""

    def __init__(self, libraries: Libraries) -> None:
        gr.Markdown('<h1 class="fn-wordmark">Footnote<sup>1</sup></h1>', elem_id="fn-brand")
        self.library = gr.Radio(
            [(LABELS[key], key) for key in libraries.keys],
            value=libraries.keys[0],
            show_label=False,
            container=False,
            elem_id="fn-library",
            label="Library",
        )
        self.anew = gr.Button("New conversation", size="sm", elem_id="fn-anew")


class _Shelf:
    """Adding papers; script.js puts the list of papers below."""

    def __init__(self) -> None:
        self.files = gr.UploadButton("Add papers", file_count="multiple", size="sm", elem_id="fn-add")
        self.stop = gr.Button("Stop adding", size="sm", visible=False, elem_id="fn-stop-adding")
        self.report = gr.Markdown(elem_id="fn-report", latex_delimiters=_MATHS)


class _Talk:
    """The conversation and the question.

    script.js writes into `scope` which papers are chosen, into `conversation` which conversation is to be opened,
    into `resumed` which answer is to go on, and into `anew` which question is to be asked again, and in which words.
    """

    def __init__(self, model: Model | None) -> None:
        self.session = gr.State({})
        self.messages = gr.Chatbot(
            elem_id="fn-messages",
            show_label=False,
            label="Conversation",
            container=False,
            layout="panel",
            buttons=[],
            feedback_options=None,
            latex_delimiters=_MATHS,
            group_consecutive_messages=False,
            height="100%",
            autoscroll=False,  # script.js shows an answer from its question on
        )
        self.question = gr.Textbox(
            placeholder="Ask your papers…",
            show_label=False,
            label="Question",
            container=False,
            lines=1,
            max_lines=6,
            max_length=4_000,
            submit_btn=True,
            elem_id="fn-question",
            autofocus=True,
        )
        engine = engine_line(model.name, model.host) if model else engine_line()
        gr.Markdown(f'<p class="fn-engine">{engine}.</p>', elem_id="fn-engine")
        self.scope = gr.Textbox(elem_id="fn-scope", visible="hidden", show_label=False, label="Chosen papers")
        self.conversation = gr.Textbox(
            elem_id="fn-conversation", visible="hidden", show_label=False, label="Conversation"
        )
        self.resumed = gr.Textbox(elem_id="fn-resumed", visible="hidden", show_label=False, label="Answer")
        self.anew = gr.Textbox(elem_id="fn-ask-anew", visible="hidden", show_label=False, label="Asked anew")


def _connect(page: gr.Blocks, head: _Head, shelf: _Shelf, talk: _Talk, chat: Chat, upload: Upload) -> None:
    """Say which handler answers to which part; none is offered as an API."""
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    seen = [head.library, talk.session]
    shown = [talk.messages, talk.session, talk.conversation]
    arriving = page.load(chat.arrive, talk.session, [head.library, *shown], **quiet)
    asking = talk.question.submit(
        chat.ask,
        [talk.question, head.library, talk.scope, talk.session],
        [talk.question, *shown],
        cancels=arriving,
        trigger_mode="once",
        concurrency_limit=4,
        **quiet,
    )
    resuming = talk.resumed.submit(
        chat.resume,
        [talk.resumed, *seen],
        [talk.question, *shown],
        trigger_mode="once",
        concurrency_limit=4,
        **quiet,
    )
    asking_anew = talk.anew.submit(
        chat.ask_anew,
        [talk.anew, head.library, talk.scope, talk.session],
        [talk.question, *shown],
        trigger_mode="once",
        concurrency_limit=4,
        **quiet,
    )
    talk.question.stop(chat.stop, None, None, queue=False, **quiet)
    under_way: list[Any] = [arriving, asking, resuming, asking_anew]
    for elsewhere in (
        talk.conversation.submit(chat.open, [talk.conversation, *seen], shown, cancels=under_way, **quiet),
        head.anew.click(chat.begin_anew, seen, shown, cancels=under_way, **quiet),
        head.library.input(chat.show, seen, shown, cancels=under_way, **quiet),
    ):
        elsewhere.then(chat.ready, None, talk.question, **quiet)
    (
        shelf.files.upload(upload.turn_to_mine, None, head.library, cancels=arriving, **quiet)
        .then(chat.show, seen, shown, **quiet)
        .then(upload.add, shelf.files, [shelf.report, shelf.stop], concurrency_limit=2, **quiet)
        .then(chat.show, seen, shown, **quiet)
    )
    shelf.stop.click(upload.stop, None, None, queue=False, **quiet)
