"""An open, empty library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vectorstore.making import open_library
from vectorstore.library import Library


@pytest.fixture
def library(library_folder: Path) -> Iterator[Library]:
    with open_library(library_folder) as opened:
        yield opened
