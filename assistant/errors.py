"""Named errors of questions, papers and answers. Each message says what is wrong, each hint what to do next.

FootnoteError (vectorstore.errors)
├── SettingsError      a setting is wrong
├── ReadingError       a file cannot be read; the message goes into its report
│   ├── NotFound       no such file
│   ├── UnknownType    a type Footnote does not read
│   ├── Empty          nothing in it
│   ├── NoText         pages without text: scanned
│   ├── GarbledText    text that is no language: a broken text layer
│   ├── Encrypted      needs a password
│   ├── Damaged        not readable as what it claims to be
│   └── TooLarge       over a limit of time, memory or output with nothing read
└── UsageError         the question or the command makes no sense as it stands
"""

from vectorstore.errors import FootnoteError


class SettingsError(FootnoteError):
    """A setting is wrong; the message names it and where it was set."""

    code = "settings"


class UsageError(FootnoteError):
    """The question or command makes no sense as it stands."""

    code = "usage"


class ReadingError(FootnoteError):
    """A file cannot be read. Never ends an ingest: it is that file's outcome."""

    code = "unreadable"


class NotFound(ReadingError):
    """There is no such file."""

    code = "not_found"


class UnknownType(ReadingError):
    """A type of file that Footnote does not read."""

    code = "unknown_type"


class Empty(ReadingError):
    """The file holds nothing to read."""

    code = "empty"


class NoText(ReadingError):
    """The pages carry no text; they look scanned."""

    code = "no_text"


class GarbledText(ReadingError):
    """The text layer is no language."""

    code = "garbled_text"


class Encrypted(ReadingError):
    """The file needs a password."""

    code = "encrypted"


class Damaged(ReadingError):
    """The file is not what it claims to be, or broken beyond reading."""

    code = "damaged"


class TooLarge(ReadingError):
    """Reading ran over a limit before anything was read."""

    code = "too_large"
