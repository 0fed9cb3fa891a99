"""Papers, chunks and vectors on disk, and the search over them. Knows no model, no prompt and no page."""
