"""A library of made-up papers, for the tests of planning and answering."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.ingestion import ingest
from tests.fakes.hashing_embedder import HashingEmbedder
from vectorstore.embedding import Embedder
from vectorstore.library import Library

NOTES = {
    "galewind": (
        "Galewind: Cheap Fine-Tuning of Large Models",
        ["Ada Lovell", "Bo Chen"],
        2023,
        "ICML",
        "We introduce Galewind, a way to fine-tune large models with little memory. Galewind reduces "
        "the memory of the optimizer by 61.5% on average. It was trained on 34 billion words of "
        "public text. Training took four days on eight A100 GPUs. The model has 17 hidden layers and "
        "answers questions about rivers.",
    ),
    "orca": (
        "Orca: Counting Whales from the Air",
        ["Cleo Marsh", "Ada Lovell"],
        2021,
        "Marine Mammal Letters",
        "Whales are hard to count. Orca counts whales in pictures taken from aeroplanes. The survey "
        "covers 212 sightings in 14 bays. Marsh and colleagues found that calm seas double the number "
        "of whales seen. Orca is released under the MIT licence.",
    ),
    "rivers": (
        "A Survey of Sediment in Slow Rivers",
        ["Dan Okafor"],
        2019,
        "River Science",
        "Sediment settles where rivers slow down. We describe the SiltNet gauge, which measures "
        "sediment every six minutes. The gauge costs 40 dollars. In 31 rivers the bed rose by 2.4 cm "
        "a year because dams hold the water back.",
    ),
    "tides": (
        "Tides of the Inner Sound",
        ["Ada Lovell"],
        2024,
        "River Science",
        "Tides in the sound rise by 3 metres. Other work has shown that tides carry sediment far "
        "inland. We watched the tides for nine years with seven buoys and saw no change in their "
        "height.",
    ),
}

# A conversation of ten turns, and the paper that each is about.
TEN_TURNS = (
    ("What does Galewind reduce?", "Galewind"),
    ("How many hidden layers does it have?", "Galewind"),
    ("And what was it trained on?", "Galewind"),
    ("How long did training take?", "Galewind"),
    ("On which GPUs?", "Galewind"),
    ("Who wrote it?", "Galewind"),
    ("What about Orca?", "Orca"),
    ("Under which licence is it released?", "Orca"),
    ("How many sightings does its survey cover?", "Orca"),
    ("And in how many bays?", "Orca"),
)


def write_notes(folder: Path) -> list[Path]:
    """Write the made-up papers, a file each, into a folder."""
    paths = []
    for name, (title, authors, year, venue, text) in NOTES.items():
        head = f"---\ntitle: {json.dumps(title)}\nauthors: {json.dumps(authors)}\nyear: {year}\nvenue: {venue}\n---\n\n"
        paths.append(folder / f"{name}.md")
        paths[-1].write_text(head + "## Abstract\n\n" + text + "\n", encoding="utf-8")
    return paths


def build(folder: Path, embedder: Embedder | None = None) -> Library:
    """Read the made-up papers, a file each, into a library under `folder`."""
    embedder = embedder or HashingEmbedder()
    library = Library.open(
        folder / "library", embedder=embedder.name, dimensions=embedder.dimensions, owner="the tests"
    )
    report = ingest(write_notes(folder), library, embedder)
    assert not report.failed
    return library
