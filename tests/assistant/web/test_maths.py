"""Which dollars are maths: a table of cases from abstracts and from prices."""

import pytest

from assistant.web.maths import split_maths

MATHS = [
    ("an $O(n)$ algorithm", ["O(n)"]),
    (r"$\alpha$-divergence", [r"\alpha"]),
    ("where $p < 0.05$ holds", ["p < 0.05"]),
    ("H$_2$O and R$^2$", ["_2", "^2"]),
    ("we use $5$ layers", ["5"]),
    ("the $k$NN and the $n$th", ["k", "n"]),
    (r"\(x+1\) inline, \[E=mc^2\] alone", ["x+1", "E=mc^2"]),
    ("$$\\sum_i x_i$$", [r"\sum_i x_i"]),
    (r"$\mathcal{L}_{\text{total loss}}$", [r"\mathcal{L}_{\text{total loss}}"]),
    ("costs $5 for $n$ samples", ["n"]),
    ("$x_1, \\dots, x_n$", ["x_1, \\dots, x_n"]),
    ("$Recall@k$ rose", ["Recall@k"]),
    ("$x$, $y$ and $z$.", ["x", "y", "z"]),
    ("$10^5$ steps", ["10^5"]),
]
PLAIN = [
    "Llama$2$ is open",
    "costs $1K",
    "from $1K to $2K",
    "from $1K–$2K",
    "between $5 and $10",
    "between $5-$10 a month",
    "$5, or 10$",
    "US$5 and A$AP Rocky$",
    "$HOME/$USER",
    "set $HOME to $USER",
    r"a \$5 note and \$6",
    "$5=cheap to 10$",
    "an empty $$ pair $$",
    "from $$ to $$$",
    r"\( \) and $ $",
    "$\n\nparagraph$",
    "(about $0.50/image) and ($3/hour)",
    "$100M+ or $200M",
    r"unbalanced $\frac{1$ here",
    "$ spaced $",
]


@pytest.mark.parametrize(("text", "maths"), MATHS)
def test_maths_is_found(text: str, maths: list[str]) -> None:
    assert [piece.text for piece in split_maths(text) if piece.kind != "text"] == maths


@pytest.mark.parametrize("text", PLAIN)
def test_prices_and_names_stay_as_they_are(text: str) -> None:
    assert [tuple(piece) for piece in split_maths(text)] == [(text, "text")]


def test_display_maths_is_told_from_inline() -> None:
    kinds = [piece.kind for piece in split_maths(r"a $x$ b $$y^2$$ c \[z\]")]
    assert kinds == ["text", "inline", "text", "display", "text", "display"]


def test_a_long_text_of_dollars_takes_no_time() -> None:
    """Every candidate is bounded, so thousands of stray dollars stay quick."""
    assert split_maths("$a " * 5000)
