"""Start Footnote's web application: `python app.py`, the same as `footnote serve`."""

from __future__ import annotations

import sys

from assistant.settings import load_settings
from assistant.web.server import serve
from vectorstore.errors import FootnoteError


def main() -> int:
    """Serve the page until Ctrl-C; say in a sentence what is wrong where it cannot be served."""
    try:
        serve(load_settings())
    except FootnoteError as error:
        print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
