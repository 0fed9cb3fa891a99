"""The page: where its parts stand and which handler answers to which. The parts' own code is in the views."""

from __future__ import annotations

import gradio as gr

from assistant.reading import READABLE
from assistant.web.chat import Chat, Conversations
from assistant.web.libraries import LABELS, Libraries
from assistant.web.render import DISPLAY_MATHS, INLINE_MATHS, engine_line
from assistant.web.upload_view import Upload

TITLE = "Footnote"
_DAY = 24 * 60 * 60
_MATHS: list[dict[str, str | bool]] = [
    {"left": INLINE_MATHS[0], "right": INLINE_MATHS[1], "display": False},
    {"left": DISPLAY_MATHS[0], "right": DISPLAY_MATHS[1], "display": True},
]


def build(libraries: Libraries) -> gr.Blocks:
    """Lay out the page over the libraries."""
    chat, upload = Chat(libraries), Upload(libraries)
    page = gr.Blocks(title=TITLE, fill_width=True, delete_cache=(_DAY, _DAY), analytics_enabled=False)
    with page:
        conversations = gr.State(Conversations({}))
        with gr.Row(elem_id="fn-head"):
            gr.Markdown('<h1 class="fn-wordmark">Footnote<sup>1</sup></h1>', elem_id="fn-brand", sanitize_html=True)
            library = gr.Radio(
                [(LABELS[key], key) for key in libraries.keys],
                value=libraries.keys[0],
                show_label=False,
                container=False,
                elem_id="fn-library",
                label="Library",
            )
            anew = gr.Button("New conversation", size="sm", elem_id="fn-anew")
        with gr.Row(elem_id="fn-desk"):
            with gr.Column(elem_id="fn-shelf", min_width=0):
                files = gr.UploadButton(
                    "Add papers", file_count="multiple", file_types=sorted(READABLE), size="sm", elem_id="fn-add"
                )
                stop_adding = gr.Button("Stop adding", size="sm", visible=False, elem_id="fn-stop-adding")
                report = gr.Markdown(elem_id="fn-report", latex_delimiters=_MATHS)
            with gr.Column(elem_id="fn-talk", min_width=0):
                messages = gr.Chatbot(
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
                )
                question = gr.Textbox(
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
                gr.Markdown(f'<p class="fn-engine">{engine_line("extractive")}.</p>', elem_id="fn-engine")
                scope = gr.Textbox(elem_id="fn-scope", visible="hidden", show_label=False, label="Chosen papers")
        question.submit(
            chat.ask,
            [question, library, scope, conversations],
            [question, messages, conversations],
            show_progress="hidden",
            trigger_mode="once",
            concurrency_limit=4,
            api_visibility="private",
        )
        question.stop(chat.stop, None, None, queue=False, api_visibility="private")
        anew.click(
            chat.begin_anew,
            [library, conversations],
            [messages, conversations],
            show_progress="hidden",
            api_visibility="private",
        )
        library.input(chat.show, [library, conversations], messages, show_progress="hidden", api_visibility="private")
        files.upload(
            upload.add,
            files,
            [report, stop_adding],
            show_progress="hidden",
            concurrency_limit=2,
            api_visibility="private",
        )
        stop_adding.click(upload.stop, None, None, queue=False, api_visibility="private")
        page.load(chat.opening, None, library, show_progress="hidden", api_visibility="private").then(
            chat.show, [library, conversations], messages, show_progress="hidden", api_visibility="private"
        )
    page.queue(max_size=64, default_concurrency_limit=8, api_open=False)
    return page
