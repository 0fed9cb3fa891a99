"""The root of all named errors, and those of the library.

FootnoteError
├── LibraryError           the library cannot do what was asked
│   ├── LibraryBusy        another process owns the library
│   ├── LibraryDamaged     the ledger cannot be read
│   ├── LibraryFull        no space is left on its disk
│   ├── LibraryTooNew      written by a later version of Footnote
│   ├── EmbedderMismatch   the library was embedded by another embedder
│   ├── PaperNotFound      no paper answers to that name
│   ├── PaperAmbiguous     several papers answer to that name
│   └── ConversationNotFound  no conversation has that id
└── EmbedderError          the embedder is missing, broken or out of reach
"""


class FootnoteError(Exception):
    """What went wrong in a sentence, and in `hint` what to do next. `code` is for programs."""

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def sentences(self) -> str:
        """The message and the hint, each a sentence."""
        return " ".join(
            part if part.endswith((".", "!", "?", ":")) else f"{part}." for part in (self.message, self.hint) if part
        )


class LibraryError(FootnoteError):
    """The library cannot do what was asked."""

    code = "library"


class LibraryBusy(LibraryError):
    """Another process owns the library; the message names it."""

    code = "library_busy"


class LibraryDamaged(LibraryError):
    """The ledger cannot be read."""

    code = "library_damaged"


class LibraryFull(LibraryError):
    """No space is left on the library's disk; nothing was stored."""

    code = "library_full"

    def __init__(self) -> None:
        super().__init__("The disk is full; nothing was stored.", "Free some space and try again.")


class LibraryTooNew(LibraryError):
    """The library was written by a later version of Footnote."""

    code = "library_too_new"


class EmbedderMismatch(LibraryError):
    """The library's vectors come from another embedder."""

    code = "embedder_mismatch"


class PaperNotFound(LibraryError):
    """No paper of the library answers to that name."""

    code = "paper_not_found"


class PaperAmbiguous(LibraryError):
    """Several papers answer to that name; the message lists them."""

    code = "paper_ambiguous"


class ConversationNotFound(LibraryError):
    """No conversation of the library has that id."""

    code = "conversation_not_found"


class EmbedderError(FootnoteError):
    """The embedder is missing, broken or out of reach."""

    code = "embedder"
