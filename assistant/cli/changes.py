"""The commands that change what is kept of papers by hand: tags, metadata, which are one, what was removed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from assistant.cli.library import Names
from assistant.cli.shell import JsonOption, LibraryOption, plain, print_json, reader, say, settings_of, write
from assistant.errors import UsageError

Paper = Annotated[str, typer.Argument(metavar="PAPER", help="A paper_id, file name or title.")]
_NOTHING = "-"  # takes an edit back


def tag(
    names: Names,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="TAG", help="A tag to put on.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="TAG", help="A tag to take off.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put tags on papers, and take tags off them."""
    if not add and not remove:
        raise UsageError("No tag is given.", "Use --add TAG or --remove TAG.")
    _change("tag", names, {"add": add or [], "remove": remove or []}, library, as_json)


def edit(
    paper: Paper,
    title: Annotated[str | None, typer.Option(metavar="TEXT", show_default=False)] = None,
    authors: Annotated[str | None, typer.Option(metavar='"A, B"', help="Between semicolons or commas.")] = None,
    year: Annotated[str | None, typer.Option(metavar="YEAR", show_default=False)] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="As 2017-06-12.")] = None,
    venue: Annotated[str | None, typer.Option(metavar="TEXT", show_default=False)] = None,
    doi: Annotated[str | None, typer.Option(metavar="DOI", show_default=False)] = None,
    arxiv_id: Annotated[str | None, typer.Option("--arxiv-id", metavar="ID", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", show_default=False)] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a paper's metadata right, for good; "-" takes an edit back."""
    texts = {
        "title": title, "authors": authors, "year": year, "date": date,
        "venue": venue, "doi": doi, "arxiv_id": arxiv_id, "url": url,
    }  # fmt: skip
    fields = {name: _value(name, text) for name, text in texts.items() if text is not None}
    if not fields:
        raise UsageError(
            "Nothing to put right is given.", 'For example: footnote edit PAPER --year 2017. "-" takes back.'
        )
    _change("edit", [paper], fields, library, as_json)


def _value(name: str, text: str) -> Any:
    if text == _NOTHING:
        return None
    if name == "authors":
        return [author.strip() for author in text.split(";" if ";" in text else ",")]
    if name == "year":
        if not text.isdecimal():
            raise UsageError(f"{text} is no year.", "Give one as 2017.")
        return int(text)
    return text


def restore(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PAPER...]", help="Without any: the last removed.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show what lies in the bin.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take papers out of the bin, where what is removed stays for 30 days."""
    if not listed:
        _change("restore", names or [], {}, library, as_json)
        return
    from assistant.documents import removed_to_json

    with reader(settings_of(library)) as assistant:
        found = [removed_to_json(each) for each in assistant.library.removed()]
    if as_json:
        print_json(found)
        return
    for each in found:
        print(plain(f"{each['paper_id']}  {each['title']}  (removed {each['removed'][:10]})"))
    if not found:
        say("Nothing lies in the bin.")


def merge(names: Names, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Make one paper of several, for good."""
    _change("merge", names, {}, library, as_json)


def separate(
    paper: Paper,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The name of one of its files.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a paper of its own of what one file says of a paper, for good."""
    _change("separate", [paper], {"file": file}, library, as_json)


def _change(kind: str, names: list[str], fields: dict[str, Any], library: Any, as_json: bool) -> None:
    from assistant.documents import change_to_json

    report = write(
        settings_of(library),
        handed=lambda owner: owner.change(kind, names, fields),
        own=lambda assistant: change_to_json(assistant, kind, names, fields),
    )
    if as_json:
        print_json(report)
        return
    for paper in report["papers"]:
        told = [", ".join(paper["authors"][:3]), str(paper["year"] or ""), *(f"#{tag}" for tag in paper["tags"])]
        say(plain(f"{paper['paper_id']}  {paper['title']}  ({'; '.join(filter(None, told))})"))
