"""Reading lists: pages saved as text that list papers. The text itself tells whether it is one, and its layout."""

from __future__ import annotations

from assistant.reading.listing_blocks import block_entries
from assistant.reading.listing_entry import Entry
from assistant.reading.listing_glued import glued_entries


def list_entries(text: str) -> list[Entry]:
    """Return the papers a text lists, in its order; empty where it is no reading list."""
    return glued_entries(text) or block_entries(text)
