"""Budgets: refused before anything is sent, kept over restarts, shared by threads and processes."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import BudgetSpent, ModelCut, ModelRefused
from assistant.llm import DayBudget, count_prompt, for_question, open_model
from assistant.llm.budget import Budgeted, TokenBudget
from assistant.settings import Settings
from tests.assistant.llm.conftest import MESSAGES, Opener
from tests.fakes.model_server import ModelServer

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)


def test_a_question_over_its_budget_is_not_sent(opened: Opener, server: ModelServer) -> None:
    model = opened("good")
    needed = count_prompt(model, MESSAGES) + 300
    with pytest.raises(BudgetSpent) as caught:
        Budgeted(model, TokenBudget(needed - 1)).reply(MESSAGES, max_tokens=300)
    assert f"up to {needed}" in caught.value.message
    assert server.asks == []
    assert Budgeted(model, TokenBudget(needed)).reply(MESSAGES, max_tokens=300).text


def test_what_was_set_aside_and_not_used_can_be_used(opened: Opener, server: ModelServer) -> None:
    model = opened("good")
    first = model.reply(MESSAGES, max_tokens=300).usage
    used = first["prompt_tokens"] + first["completion_tokens"]
    budgeted = Budgeted(model, TokenBudget(used * 2 + count_prompt(model, MESSAGES) + 300))
    for _ in range(3):
        budgeted.reply(MESSAGES, max_tokens=300)
    with pytest.raises(BudgetSpent):
        budgeted.reply(MESSAGES, max_tokens=300)
    assert len(server.asks) == 4


def test_a_cut_reply_costs_what_came_and_a_refused_one_nothing(opened: Opener) -> None:
    budget = TokenBudget(100_000)
    with pytest.raises(ModelRefused):
        Budgeted(opened("status-401"), budget).reply(MESSAGES, max_tokens=300)
    assert budget._spent == 0
    with pytest.raises(ModelCut) as caught:
        Budgeted(opened("reset"), budget).reply(MESSAGES, max_tokens=300, on_delta=lambda _: None)
    assert budget._spent == sum(caught.value.usage.values()) > 0


def test_the_settings_budgets_are_kept(tmp_path: Path, server: ModelServer) -> None:
    settings = Settings(
        library=tmp_path / "library", model="good", base_url=server.url, question_budget=1_000, day_budget=1_200
    )
    for _ in range(2):  # a restart gives no new budget
        model = open_model(settings)
        assert model is not None
        for_question(model, settings).reply(MESSAGES, max_tokens=300)
    with pytest.raises(BudgetSpent, match="day"):
        for _ in range(20):
            for_question(model, settings).reply(MESSAGES, max_tokens=300)
    one = for_question(model, settings.model_copy(update={"question_budget": 300}))
    with pytest.raises(BudgetSpent, match="question"):
        one.reply(MESSAGES, max_tokens=300)


def test_the_day_is_kept_over_restarts_and_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    monday = DayBudget(path, 100, today=lambda: MONDAY)
    monday.reserve(80)
    monday.settle(80, 60)
    again = DayBudget(path, 100, today=lambda: MONDAY)
    assert again.spent == 60
    with pytest.raises(BudgetSpent, match="60 are spent"):
        again.reserve(41)
    DayBudget(path, 100, today=lambda: TUESDAY).reserve(100)


def test_what_is_set_aside_is_counted_after_a_crash(tmp_path: Path) -> None:
    DayBudget(tmp_path / "usage.json", 100).reserve(80)
    assert DayBudget(tmp_path / "usage.json", 100).spent == 80


@pytest.mark.parametrize("content", ["", "{", "[]", '{"day": "2026-01-05", "tokens": "many"}'])
def test_a_count_that_cannot_be_read_may_not_be_spent(tmp_path: Path, content: str) -> None:
    (tmp_path / "usage.json").write_text(content)
    with pytest.raises(BudgetSpent, match=r"usage\.json"):
        DayBudget(tmp_path / "usage.json", 100, today=lambda: MONDAY).reserve(1)


def test_a_count_that_cannot_be_written_may_not_be_spent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BudgetSpent, match="cannot be kept"):
        DayBudget(tmp_path / "file" / "usage.json", 100).reserve(1)


def test_histories_never_go_over_the_limit(tmp_path: Path) -> None:
    chance = random.Random(3)
    for history in range(20):
        limit = chance.randint(1, 500)
        budgets = (TokenBudget(limit), DayBudget(tmp_path / f"{history}.json", limit))
        held: list[int] = []
        spent = 0
        for _ in range(12):
            if held and chance.random() < 0.5:
                reserved = held.pop()
                used = chance.randint(0, reserved)
                spent += used
                for budget in budgets:
                    budget.settle(reserved, used)
            else:
                tokens = chance.randint(1, 200)
                fits = spent + sum(held) + tokens <= limit
                for budget in budgets:
                    if fits:
                        budget.reserve(tokens)
                    else:
                        with pytest.raises(BudgetSpent):
                            budget.reserve(tokens)
                if fits:
                    held.append(tokens)
        assert budgets[1].spent == spent + sum(held) <= limit


def test_threads_and_processes_share_a_day(tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    program = (
        "import sys; from pathlib import Path; from assistant.llm.budget import DayBudget\n"
        "budget = DayBudget(Path(sys.argv[1]), 10_000)\n"
        "for _ in range(25): budget.reserve(2); budget.settle(2, 1)"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[3])
    budget = DayBudget(path, 10_000)

    def spend(_: int) -> None:
        budget.reserve(2)
        budget.settle(2, 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(spend, range(50)))
    assert other.wait(60) == 0
    assert budget.spent == 75
