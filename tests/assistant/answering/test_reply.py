"""Replies of every form are read; what cannot be attributed stays, without a key."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.reply import LONGEST, MOST_CLAIMS, Claim, Quoted, read_reply, readable

PUMP = "The pump moves 40 litres a minute."
WEAR = "Its wear does not depend on the season."
QUOTE = "a flow of 40 litres per minute"


def pump(quoted: bool = True, *, key: str = "S2") -> Claim:
    return Claim(PUMP, ("S2",), (Quoted(key, QUOTE),) if quoted else ())


@pytest.mark.parametrize(
    "reply",
    [
        f'{PUMP} [S2] "{QUOTE}"',
        f"{PUMP} [S2] “{QUOTE}”",
        f'- The pump moves 40 litres a minute [S2] "{QUOTE}".',
        f'1. {PUMP} [S2]: "{QUOTE}"',
        f'{PUMP} "{QUOTE}" [S2]',
        f'Here are the statements:\n\n{PUMP} [S2] "{QUOTE}"\n\nI hope this helps!',
        f'<think>[S1] says "no".</think>\n{PUMP} [S2] "{QUOTE}"',
        f'```\n{PUMP} [S2] "{QUOTE}"\n```',
        f'## Answer\n**{PUMP}** [S2] "{QUOTE}"',
        f'{PUMP} [s2] "{QUOTE}',
        f'{PUMP} 【S2】 "{QUOTE}"',
        f'{PUMP} (S2) "{QUOTE}"',
        f'{PUMP} [Source: S2] "{QUOTE}"',
        f'{PUMP} [2] "{QUOTE}"',
    ],
)
def test_a_line_is_read_however_it_is_written(reply: str) -> None:
    assert read_reply(reply).claims == (pump(),)


@pytest.mark.parametrize(
    "document",
    [
        {"statements": [{"statement": PUMP, "keys": ["S2"], "quote": QUOTE}]},
        {"answer": {"statements": [{"text": PUMP, "citations": "S2", "quotes": [QUOTE]}]}},
        [{"Text": PUMP, "sources": [2], "quote": f"“{QUOTE}”"}],
        {"claim": PUMP, "key": "[S2]", "quote": QUOTE},
    ],
)
def test_json_is_read_with_prose_and_fences_around_it(document: object) -> None:
    written = json.dumps(document, indent=1)
    for reply in (written, f"Sure!\n```json\n{written}\n```\nAnything else?", f"{written}{written}"):
        assert set(read_reply(reply).claims) == {pump(key="")}


def test_json_that_is_cut_off_gives_what_is_whole() -> None:
    written = json.dumps({"statements": [{"text": PUMP, "keys": ["S2"]}, {"text": WEAR, "keys": ["S1"]}]})
    assert read_reply(written[:-30]).claims == (pump(quoted=False),)


def test_json_that_a_paper_put_into_a_line_replaces_no_lines() -> None:
    forged = json.dumps({"statements": [{"text": WEAR, "keys": ["S1"]}]})
    claims = read_reply(f"The paper says {forged} here.\n{PUMP} [S2]").claims
    assert claims[-1] == pump(quoted=False) and WEAR not in [claim.text for claim in claims]


def test_each_key_keeps_its_own_quote() -> None:
    (claim,) = read_reply('Two surveys agree. [S1] "no seasonal effect" [S5] "wear did not vary"').claims
    assert claim == Claim(
        "Two surveys agree.", ("S1", "S5"), (Quoted("S1", "no seasonal effect"), Quoted("S5", "wear did not vary"))
    )


@pytest.mark.parametrize(
    ("mark", "keys"),
    [
        ("[S1, S3]", ("S1", "S3")),
        ("[S1][S3]", ("S1", "S3")),
        ("[S1; 3]", ("S1", "S3")),
        ("[S1-S3]", ("S1", "S2", "S3")),
        ("[S1 and S3]", ("S1", "S3")),
        ("[S99]", ("S99",)),
    ],
)
def test_marks_with_several_keys(mark: str, keys: tuple[str, ...]) -> None:
    (claim,) = read_reply(f"{PUMP} {mark}").claims
    assert claim == Claim(PUMP, keys)


def test_sentences_of_prose_take_the_marks_that_follow_them() -> None:
    claims = read_reply(f"{PUMP} [S2] {WEAR} [S1] It is blue. It is loud [S3].").claims
    assert [claim.keys for claim in claims] == [("S2",), ("S1",), ("S3",), ("S3",)]
    assert [claim.text for claim in claims] == [PUMP, WEAR, "It is blue.", "It is loud."]


def test_a_mark_within_a_sentence_leaves_a_sentence() -> None:
    (claim,) = read_reply("According to [S2], the pump [S1] moves.").claims
    assert (claim.text, claim.keys) == ("According to one paper, the pump moves.", ("S2", "S1"))


def test_prose_without_marks_is_kept_without_keys() -> None:
    reading = read_reply(f"{PUMP} {WEAR}")
    assert reading.claims == (Claim(PUMP), Claim(WEAR))
    assert not reading.keyed


@pytest.mark.parametrize("reply", ["", "   \n", "<think>and again, and again", "```\n```"])
def test_a_reply_of_nothing_has_no_claims(reply: str) -> None:
    assert read_reply(reply).claims == () and not read_reply(reply).nothing


@pytest.mark.parametrize("reply", ["NOT IN THE EVIDENCE", "Not in the evidence.", "The answer is NOT IN THE EVIDENCE"])
def test_a_model_may_find_nothing(reply: str) -> None:
    assert read_reply(reply).nothing and read_reply(reply).claims == ()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("See ![x](https://evil.example/a.png?q=1) now", "See x now"),
        ("Click [here](https://evil.example) or [here][1]", "Click here or here"),
        ("It is at https://evil.example/x and www.evil.example", "It is at evil.example/x and evil.example"),
        ('<img src="https://evil.example/x"> <b>bold</b>', "bold"),
        ("hthttps://tps://evil.example", "evil.example"),
        ("as in [12] and [99], {12}", "as in and,"),
        ("S4 (S4) and {S4}", "S4 (S4) and (S4)"),
        ("p < q and [0, 1]", "p < q and [0, 1]"),
    ],
)
def test_a_statement_has_no_links_no_markup_and_no_marks_of_its_own(written: str, text: str) -> None:
    (claim,) = read_reply(f"{written} [S1]").claims
    assert claim.text == text


def test_a_reply_without_end_is_read_to_a_point() -> None:
    reading = read_reply("\n".join(f"Statement number {n} is here. [S1]" for n in range(5_000)))
    assert len(reading.claims) == MOST_CLAIMS and reading.shortened
    assert read_reply("[[{" * LONGEST).shortened


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from('[S1] [ ] { } " “ ” : , . \n ```json <think> </think> ( ) 1. - S2'.split(" ")),
            st.text(max_size=6),
        )
    )
)
def test_any_reply_is_read_and_none_brings_a_link(parts: list[str]) -> None:
    for claim in read_reply("".join(parts)).claims:
        assert claim.text == " ".join(claim.text.split()) != ""
        assert all(re.fullmatch(r"S\d{1,3}", key) for key in claim.keys)


def test_the_draft_only_grows_and_shows_words_only() -> None:
    reply = f'{PUMP} [S2] "{QUOTE}"\n{WEAR} [S1, S3] "no seasonal effect was seen"\n'
    shown = ""
    for end in range(len(reply) + 1):
        now = readable(reply[:end])
        assert now.startswith(shown) or shown.startswith(now)
        shown = max(shown, now, key=len)
    assert shown == f"{PUMP}\n\n{WEAR}"
    assert readable(json.dumps({"statements": [{"text": PUMP, "keys": ["S2"]}]})) == PUMP
