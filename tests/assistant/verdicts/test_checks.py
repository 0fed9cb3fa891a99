"""The single checks: numbers and units, names, quotes, negation and opposites."""

# ruff: noqa: E501 - tables stay on one line
from __future__ import annotations

import pytest

from assistant.verdicts import check_quote
from assistant.verdicts.amounts import number_faults
from assistant.verdicts.clauses import misplaced_number, swapped_number, swapped_words
from assistant.verdicts.comparing import turned_comparison
from assistant.verdicts.dates import mistaken_dates
from assistant.verdicts.framing import without_frame
from assistant.verdicts.names import missing_names, names
from assistant.verdicts.numbers import numbers
from assistant.verdicts.placing import misplaced_name, put_in_negation, put_opposite
from assistant.verdicts.polarity import Turn, negation_turn, opposite_turn
from assistant.verdicts.quotes import is_verbatim


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("66 %", "65.5 %"), ("about 1,200 people", "1,234 people"), ("0.5 g", "500 mg"), ("two years", "24 months"),
        ("110 million parameters", "110M parameters"), ("43 per cent", "Forty-three per cent"), ("half of them", "50% of them"),
        ("a quarter", "25 %"), ("two thirds of it", "67%"), ("20 %", "one in five"), ("36 km/h", "10 m/s"), ("0.41 g", "410 mg"), ("50 °F", "10 °C"),
        ("4,5 %", "4.5%"), ("sixty-three parsecs", "63 pc"), ("17 points, from 71 % to 88 %", "from 71 % to 88 %"), ("3", "2.7"), ("twice", "2-fold"), ("six months", "26 weeks"), ("€2.5m", "€2.5 million"),
        ("10^6", "1 million"), ("1 in 5", "20%"), ("the 99th percentile", "p99"), ("30 %", "18 of 60 wells"), ("ten years", "from 2006 to 2015"),
        ("between 60 and 70%", "between 60% and 70%"), ("10,000", "10000"), ("2.5e-11", "2.5 × 10−11"), ("65.5 percent", "a share of 0.655"),
    ],
)  # fmt: skip
def test_the_same_amount_in_another_spelling_is_found(said: str, passage: str) -> None:
    assert not number_faults(said, [passage])


@pytest.mark.parametrize(
    ("said", "passage", "kind"),
    [
        ("56.5 %", "65.5 %", "number"), ("5 g", "5 mg", "unit"), ("12 weeks", "12 months", "unit"), ("2001", "2010", "number"),
        ("40 %", "40 kg", "unit"), ("1,324", "1,234", "number"), ("3 %", "forty-three per cent", "number"), ("0 minutes", "0 hours", "unit"),
    ],
)  # fmt: skip
def test_another_amount_or_unit_is_a_fault(said: str, passage: str, kind: str) -> None:
    assert [fault.kind for fault in number_faults(said, [passage])] == [kind]


@pytest.mark.parametrize(
    ("said", "passage", "found"),
    [
        ("It has 24 layers.", "It has 16 heads and 12 layers.", "12"), ("It has 8 attention heads.", "It has 12 layers, 16 attention heads and 9 inputs.", "16"),
        ("The red lamp drew 38 W.", "The blue lamp drew 37 W and the red lamp drew 60 W.", "60 W"), ("Accuracy was 81 %.", "Recall was 82 % and accuracy was 91 %.", "91 %"),
        ("On Lion it is 85 %.", "It reaches 84 % on Orca and 96 % on Lion.", "96 %"), ("It took 9 GPUs.", "It took 8 days on 64 GPUs.", "64"),
        ("The gain was 56.5 %.", "The gain was 65.5 %, with 57 % at first.", "65.5 %"), ("It took 9 days.", "There were 12 layers.", ""),
    ],
)  # fmt: skip
def test_a_fault_names_the_number_that_stands_beside_the_same_words(said: str, passage: str, found: str) -> None:
    assert [fault.found for fault in number_faults(said, [passage])] == [found]
    assert [fault.found for fault in number_faults(said, ["It is new in 3 ways.", passage])] == [found]


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("twice as many", "three times as many"),
        ("a year later", "a week later"),
        ("half of that", "twice that"),
        ("half of it", "a third of it"),
        ("the 17th century", "the 18th century"),
    ],
)
def test_words_that_are_numbers_now_and_then_are_held_to_others_of_their_kind(said: str, near: str) -> None:
    assert number_faults(said, [near], near)
    assert not number_faults(said, ["no such word"], "no such word")


DOSES = "Pressure fell by 14.2 mmHg in the amlodipine group and by 3.1 mmHg in the placebo group, from 150 to 136 mmHg at best."


@pytest.mark.parametrize(
    "said",
    [
        "On placebo, pressure fell by 3.1 mmHg.",
        "In the amlodipine group it fell by 14 mmHg.",
        "At best it fell from 150 to 136 mmHg.",
    ],
)
def test_numbers_may_stand_in_other_order_with_their_own_words(said: str) -> None:
    assert not swapped_number(said, DOSES)


@pytest.mark.parametrize(
    "said",
    [
        "Pressure fell by 3.1 mmHg in the amlodipine group.",
        "It fell by 14.2 mmHg in the placebo group.",
        "At best it fell from 136 to 150 mmHg.",
    ],
)
def test_a_number_with_the_words_of_another_is_seen(said: str) -> None:
    assert swapped_number(said, DOSES)


def test_a_number_is_held_to_its_row_of_a_table() -> None:
    table = "Model Params F1 Small-CRF 12M 84.1 11 ms Tiny-NER 14M 88.3 9 ms Large-NER 355M 92.6 74 ms."
    assert swapped_number("Tiny-NER has an F1 of 92.6.", table)
    assert not swapped_number("Tiny-NER has an F1 of 88.3.", table)


def test_a_number_between_the_words_of_another_and_one_said_too_often_are_seen() -> None:
    near = "On the WMT 2014 task it was trained for 3.5 days, with checks within 2 days, 2 weeks and 2 months."
    assert misplaced_number("On the WMT task it was trained for 2014 days.", near)
    assert misplaced_number("With checks within 2 days, 2 days and 2 months.", near)
    assert not misplaced_number("It was trained for 3.5 days on the WMT 2014 task.", near)


def test_words_that_change_clauses_are_seen() -> None:
    near = "Loss of Abc1 promoted the growth of tumours, whereas deletion of Xyz2 had no effect."
    assert swapped_words("Loss of Xyz2 promoted the growth of tumours, whereas deletion of Abc1 had no effect.", near)
    assert not swapped_words("Deletion of Xyz2 had no effect, but loss of Abc1 promoted the growth of tumours.", near)


def test_a_name_in_the_place_of_another_is_seen() -> None:
    assert misplaced_name(
        "We found that Dicer forms a complex with ADAR1.", "We found that ADAR1 forms a complex with Dicer."
    ) == Turn("Dicer", "ADAR1")


@pytest.mark.parametrize(
    ("said", "near", "turned"),
    [
        ("Rural nurses had more autonomy than urban ones.", "Urban nurses had less autonomy than rural ones.", False), ("Rural nurses had less autonomy than urban ones.", "Urban nurses had less autonomy than rural ones.", True),
        ("BERT outperforms GPT.", "GPT outperforms BERT.", True), ("BERT is outperformed by GPT.", "GPT outperforms BERT.", False), ("Film finds more cancers than digital.", "Film and digital find cancers equally often.", True),
        ("A is better than B.", "B is better than A.", True), ("A is better than B.", "A is better than B.", False), ("A is better than B.", "B is worse than A.", False), ("A is worse than B.", "B is worse than A.", True),
        ("Model A is faster than model B.", "Model B is faster than model A.", True), ("A runs faster than B.", "B runs faster than A.", True), ("Group C outperforms group D.", "Group D outperforms group C.", True),
        ("Model A beats model B.", "Model B is beaten by model A.", False), ("A tram is faster than a bus.", "A tram is faster than a car.", False), ("A tram is faster than a bus.", "A bus is faster than a tram.", True),
    ],
)  # fmt: skip
def test_comparisons_are_read_from_both_sides(said: str, near: str, turned: bool) -> None:
    assert bool(turned_comparison(said, near)) is turned


@pytest.mark.parametrize(
    ("said", "near", "mistaken"),
    [
        ("in May 2012", "in March 2012", True), ("in spring 2011", "between March and June 2011", False), ("in autumn", "in July", True), ("on 30 July 2006", "until 30 June 2006 and in July 2007", True),
        ("It may be so.", "in March", False), ("on Monday", "on Tuesday", True), ("in 2011", "in March 2011", False),
    ],
)  # fmt: skip
def test_months_seasons_and_days_are_held_to_those_of_the_passage(said: str, near: str, mistaken: bool) -> None:
    assert bool(mistaken_dates(said, near, near)) is mistaken


def test_what_only_says_that_a_paper_says_it_is_taken_off() -> None:
    assert without_frame("The authors report that salt melts ice.") == "Salt melts ice."
    assert without_frame("According to the paper, salt melts ice.") == "Salt melts ice."
    assert without_frame("Salt melts ice.") == "Salt melts ice."


def test_digits_of_names_and_reference_marks_are_no_numbers() -> None:
    assert not numbers("GPT-4, CD4, IL-2, OCT3/4 and NIH 3T3 [12]")


def test_names_are_found_in_other_spellings_and_by_their_initials() -> None:
    passage = "Tumour necrosis factor alpha (TNFα) and AMP-activated protein kinases; BERT was used in Spain."
    assert not missing_names("TNF-α, BERT and Spain", [passage])
    assert not missing_names("The role of APK", ["activated protein kinase"])
    assert missing_names("We tried RoBERTa in Spain", [passage]) == ("RoBERTa",)


def test_names_of_peoples_species_and_explained_short_forms() -> None:
    assert not missing_names("The Norwegian cohort", ["It was held in Norway."])
    assert missing_names("We found E. coli there", ["We found H. pylori there"]) == ("coli",)
    assert not missing_names("patients with inflammatory eye disease (IED)", ["inflammatory disease of the eye"])


def test_a_capital_that_opens_a_sentence_makes_no_name() -> None:
    assert names("Training helps. However, BERT wins.") == ("BERT",)


@pytest.mark.parametrize(
    ("quote", "finding"),
    [
        ("the first effi- cient method", "found"), ("The ﬁrst efficient method", "found"), ("first ... of its kind", "found"),
        ("short", "too_short"), ("nobody has written this", "invented"), ("the first efficient method slow on small machines", "stitched"),
        ("first efficient method ... slow on small", "stitched"),
    ],
)  # fmt: skip
def test_quotes_are_looked_for_with_white_space_hyphens_and_ligatures_folded(quote: str, finding: str) -> None:
    assert (
        check_quote(quote, ["It is the first efficient method\nof its kind. It is slow on small machines."]) == finding
    )


@pytest.mark.parametrize(
    ("statement", "verbatim"),
    [
        ("Aspirin lowers the fever of adults.", True), ("aspirin lowers the fever\nof adults", True), ("Aspirin lowers the fever.", False),
        ("Tea lowers the fever.", False), ("It does.", False), ("Lemons do so too.", True),
    ],
)  # fmt: skip
def test_only_a_whole_sentence_is_verbatim(statement: str, verbatim: bool) -> None:
    passage = (
        "Aspirin lowers the fever of adults [12]. Nobody knows whether tea lowers the fever. It does. Lemons do so too."
    )
    assert is_verbatim(statement, [passage]) is verbatim


def test_negation_on_one_side_only_is_seen() -> None:
    assert negation_turn("The drug does not lower pressure.", "The drug does lower pressure in adults.")
    assert negation_turn("The drug lowers pressure.", "The drug doesn't lower pressure.")
    assert not negation_turn("The drug didn't lower pressure.", "The drug failed to lower pressure.")
    assert negation_turn("The change was insignificant.", "The change was significant.")


def test_an_opposite_in_the_same_place_is_seen() -> None:
    found = opposite_turn("Salt increases the pressure in arteries.", "Salt decreases the pressure in arteries.")
    assert found and (found.said, found.found) == ("increases", "decreases")
    assert not opposite_turn("Salt increases the pressure in arteries.", "Salt raises the pressure in arteries.")
    assert not opposite_turn("Loss of A stimulated growth of tumours.", "Loss of A promoted growth of tumours.")


def test_words_that_only_share_a_stem_with_a_direction_are_none() -> None:
    assert not opposite_turn(
        "It changes the activity of cells compared with mice.", "It changes the inhibited cells unlike mice."
    )


def test_a_negation_between_words_that_stand_side_by_side_is_seen() -> None:
    assert put_in_negation("The signals failed to decrease production.", "These signals decrease production.") == Turn(
        "failed", ""
    )
    assert put_in_negation("It is far too coarse.", "It is far not too coarse.") == Turn("", "not")
    assert not put_in_negation("It is not too coarse.", "It is not too coarse.")


def test_an_opposite_between_the_same_two_words_is_seen() -> None:
    assert put_opposite("at a higher cost", "at a lower cost")
    assert put_opposite("patients with fever", "patients without fever")
    assert not put_opposite("at a high cost", "at a higher cost")
