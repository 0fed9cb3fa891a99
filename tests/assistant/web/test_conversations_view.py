"""The list of stored conversations as HTML."""

from datetime import UTC, date, datetime

import pytest

from assistant.web.conversations_view import SHOWN, conversations_html, day
from vectorstore.conversations import Conversation


def made(number: int, title: str = "Lanterns", turns: int = 1) -> Conversation:
    now = datetime.now(UTC)
    return Conversation(f"c{number}", title, now, now, turns)


@pytest.mark.parametrize(
    ("today", "name"),
    [
        (date(2026, 3, 3), "today"),
        (date(2026, 3, 4), "yesterday"),
        (date(2026, 3, 5), "3 March"),
        (date(2027, 3, 3), "3 March 2026"),
        (date(2026, 3, 2), "3 March"),
    ],
)
def test_a_day_is_named_as_people_do(today: date, name: str) -> None:
    assert day(datetime(2026, 3, 3, 12).astimezone(), today) == name


def test_titles_are_escaped_and_ids_cannot_break_out() -> None:
    hostile = Conversation('a"/><b>', '<b>\u202e"x"', datetime.now(UTC), datetime.now(UTC), 2)
    html = conversations_html([hostile])
    assert "<b>" not in html and "\u202e" not in html
    assert "&lt;b&gt;&quot;x&quot;" in html and 'href="#open/a%22%2F%3E%3Cb%3E"' in html


def test_counts_say_what_is_shown() -> None:
    assert "1 conversation<" in conversations_html([made(1)])
    assert "today · 1 question<" in conversations_html([made(1)])
    assert "today · 2 questions<" in conversations_html([made(1, turns=2)])
    many = conversations_html([made(number) for number in range(SHOWN + 3)], "lan")
    assert "203 conversations found" in many and many.count("<li") == SHOWN and "3 more; search to find them." in many
    assert "No conversation has these words." in conversations_html([], "zebra")
    assert "kept here" in conversations_html([], " ")
