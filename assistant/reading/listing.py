"""Reading lists: pages saved as text that list papers. Finds out from the text itself whether it is one, and of what layout."""

from __future__ import annotations

from assistant.reading.listing_entry import Entry
from assistant.reading.listing_glued import glued_entries


def list_entries(text: str) -> list[Entry]:
    """Return the papers a text lists, in its order; empty where it is no reading list."""
    return glued_entries(text)
