"""Whether a passage bears out a statement: `judge` and its `Judgement`; `check_quote` for a quote alone."""

from assistant.verdicts.judging import Judgement, ReasonCode, judge
from assistant.verdicts.quotes import QuoteFinding, check_quote

__all__ = ["Judgement", "QuoteFinding", "ReasonCode", "check_quote", "judge"]
