"""Figures and differences against values worked out elsewhere."""

from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.evaluation.comparing import compare
from assistant.evaluation.figures import figures, mean, quantile
from assistant.evaluation.runs import Result


def results(*hits: float, measure: str = "hit", kind: str = "fact") -> list[Result]:
    return [Result(str(number), kind, f"question {number}", {measure: hit}, 0.1) for number, hit in enumerate(hits)]


def test_the_interval_is_wilsons() -> None:
    """The values are those of scipy.stats.binomtest(k, n).proportion_ci(method="wilson")."""
    from scipy.stats import binomtest

    for k, n in ((0, 5), (3, 10), (41, 45), (7, 7)):
        expected = binomtest(k, n).proportion_ci(method="wilson")
        figure = mean([1.0] * k + [0.0] * (n - k))
        assert (figure.low, figure.high) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_the_interval_of_graded_scores_is_by_bootstrap_where_there_are_enough() -> None:
    few, many = mean([0.4, 0.6] * 10), mean([0.4, 0.6] * 50)
    assert few.high - few.low > 0.3  # Wilson's, as if they were zeros and ones
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.1 / 100**0.5, rel=0.15)  # the normal approximation


def test_figures_stand_by_kind_and_over_all() -> None:
    rows = figures([*results(1, 0), *results(1, measure="abstain", kind="unanswerable")])
    assert list(rows) == ["fact", "unanswerable", "all"]
    assert (rows["fact"].measures["hit"].value, rows["all"].measures["hit"].n) == (0.5, 2)


def test_quantiles_are_values_that_were_measured() -> None:
    assert [quantile([float(n) for n in range(1, 101)], share) for share in (0.5, 0.95)] == [50.0, 95.0]
    assert quantile([], 0.5) == 0.0


def test_the_same_run_twice_differs_in_nothing() -> None:
    same = compare(results(1, 0, 1), results(1, 0, 1))
    assert same.changed == ()
    assert {(each.change, each.low, each.high, each.p) for each in same.differences} == {(0.0, 0.0, 0.0, 1.0)}


def test_a_difference_has_an_interval_and_an_exact_test() -> None:
    before, after = results(*[0] * 9, *[1] * 11), results(*[1] * 9, *[1] * 10, 0)
    difference = compare(before, after).differences[0]
    assert (difference.better, difference.worse, difference.n) == (9, 1, 20)
    assert difference.change == pytest.approx(0.4)
    assert 0.1 < difference.low < 0.4 < difference.high < 0.7
    assert difference.p == pytest.approx(2 * (1 + 10) / 2**10)  # at most one of ten the other way, either way


def test_less_false_abstaining_is_better() -> None:
    comparison = compare(results(1, measure="false_abstain"), results(0, measure="false_abstain"))
    assert comparison.changed[0].direction == "better"
    assert (comparison.differences[0].better, comparison.differences[0].change) == (1, -1.0)


def test_only_questions_that_both_runs_asked_are_compared() -> None:
    assert compare(results(0, 0), results(1, 1, 1)).n == 2
    with pytest.raises(UsageError, match="no question in common"):
        compare(results(0)[:1], results(0, 1)[1:])
