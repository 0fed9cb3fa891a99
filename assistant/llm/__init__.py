"""The one place that talks to a model. Knows no paper, no prompt and no page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.llm.budget import Budgeted, DayBudget, TokenBudget
from assistant.llm.types import Message, Model, Reply, count_prompt

if TYPE_CHECKING:
    from assistant.settings import Settings

__all__ = ["DayBudget", "Message", "Model", "Reply", "count_prompt", "for_question", "open_model"]


def open_model(settings: Settings, *, day_budget: DayBudget | None = None) -> Model | None:
    """Return the model that the settings name, None when they name none. A key or an address alone opens nothing.

    `day_budget` defaults to that of the settings, kept in the library's folder. Raise SettingsError when the settings
    cannot work. Nothing is sent.
    """
    if not settings.model:
        return None
    from assistant.llm.client import OpenAIModel

    model: Model = OpenAIModel.of(settings)
    if day_budget is None and settings.day_budget is not None:
        day_budget = DayBudget(settings.library / "usage.json", settings.day_budget)
    return Budgeted(model, day_budget) if day_budget else model


def for_question(model: Model, settings: Settings, *, spent: int = 0) -> Model:
    """Return the model with the budget of one question, which all its replies share; `spent` tokens of it are gone."""
    return model if settings.question_budget is None else Budgeted(model, TokenBudget(settings.question_budget, spent))
