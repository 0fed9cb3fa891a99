"""Whether a passage bears out a statement: `judge` and its `Judgement`; `check_quote` for a quote alone.

`judge_found` is for a passage that was looked for because it is near, and so has to be surer.
"""

from assistant.verdicts.judging import Judgement, ReasonCode, judge, judge_found
from assistant.verdicts.quotes import QuoteFinding, check_quote

__all__ = ["Judgement", "QuoteFinding", "ReasonCode", "check_quote", "judge", "judge_found"]
