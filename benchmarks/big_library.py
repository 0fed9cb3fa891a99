"""Measure a big library of PDFs: minutes, disk and memory of its ingest, and p95 of a question during and after it.

The library is made from a folder of PDFs. Each copy gets a title page of its own before the pages of the original,
with a title, authors, a year and a paragraph that no other copy has, and none of the original's metadata. So they are
distinct papers with distinct texts, and have as many pages, chunks and vectors as real ones. But the pages after the
first repeat from copy to copy, which real papers do not do: take the quality of answers from elsewhere.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from _measure import (
    ask_all,
    footnote,
    run,
    say_machine,
    say_seconds,
    seconds_of,
    size_mib,
    write_questions,
)
from ingest import ingest, say_report

FEWEST_CHARACTERS_A_PAGE = 400
REST_S = 10.0
QUESTIONS_A_BATCH = 20
SUBJECTS = "grain boundary|coral reef|queueing|tide gauge|protein folding|parsing|glacier|auction|immunity|turbulence"
AIMS = "a survey of|new bounds for|a field study of|learning|a simple model of|the limits of|measuring|a theory of"
PLACES = "in shallow waters|under noise|at scale|with few samples|in old records|across three cities|over long times"
NAMES = "Ada Brenner|Tomas Quist|Mei Okafor|Lena Varga|Ravi Castellan|Noor Lindqvist|Paulo Eriksen|Irene Szabo"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdfs", nargs="?", type=Path, help="a folder of PDFs to make copies of")
    parser.add_argument("--count", type=int, default=300, help="how many PDFs the library shall have")
    parser.add_argument("--questions", type=int, default=200, help="how many questions afterwards")
    parser.add_argument("--folder", type=Path, help="where to work and leave everything; else a folder that is deleted")
    options = parser.parse_args()

    if not options.pdfs:
        print("No folder of PDFs was given, so nothing was measured.")
        return
    say_machine()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        measure(options, options.folder)
    else:
        with tempfile.TemporaryDirectory(prefix="footnote-bench-", ignore_cleanup_errors=True) as folder:
            measure(options, Path(folder))


def measure(options: argparse.Namespace, folder: Path) -> None:
    papers, library = folder / "papers", folder / "library"
    pages = make_papers(options.pdfs, papers, options.count)
    print(f"made {options.count} PDFs of {pages} pages, {size_mib(papers):.1f} MiB")

    asking = Asking(library, folder)
    asking.start()
    ingested = ingest([papers], library)
    asking.stop()
    say_report(ingested.document)
    pace = pages / ingested.seconds
    print(f"ingest: {ingested.seconds / 60:.1f} minutes, {pace:.1f} pages/s, questions asked beside it (n = 1 run)")
    print(f"ingest: peak memory {ingested.peak_mib:.0f} MiB, children included")
    originals = size_mib(library / "originals")
    print(f"disk: {size_mib(library):.1f} MiB, of which {originals:.1f} MiB are the original PDFs")
    say_seconds("one question during the ingest", asking.seconds)
    print(f"questions that failed during the ingest: {asking.failed}")

    asked = ask_all(library, write_questions(library, folder / "questions.jsonl", options.questions))
    seconds = seconds_of(asked.lines)
    say_seconds("one question afterwards", seconds)
    print(f"asking: peak memory {asked.peak_mib:.0f} MiB; questions that failed: {options.questions - len(seconds)}")


class Asking(threading.Thread):
    """Asks a batch of questions in a process of its own, again and again, until it is told to stop."""

    def __init__(self, library: Path, folder: Path) -> None:
        super().__init__(daemon=True)
        self.seconds: list[float] = []
        self.failed = 0
        self._library, self._questions = library, folder / "questions-during.jsonl"
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Begin once the first papers can be found, and rest between two batches as a reader would."""
        while not self._stop_asked.wait(REST_S):
            if not has_papers(self._library):
                continue
            asked = ask_all(self._library, write_questions(self._library, self._questions, QUESTIONS_A_BATCH))
            answered = seconds_of(asked.lines)
            self.seconds.extend(answered)
            self.failed += QUESTIONS_A_BATCH - len(answered)

    def stop(self) -> None:
        """Wait for the batch that is being asked, and ask no more."""
        self._stop_asked.set()
        self.join()


def has_papers(library: Path) -> bool:
    """Tell whether a library exists and holds a paper."""
    if not library.exists():
        return False
    listed = run([footnote(), "papers", "--library", str(library), "--json"])
    return listed.exit_status == 0 and bool(listed.document)


def make_papers(originals: Path, folder: Path, count: int) -> int:
    """Write `count` PDFs, going round the readable originals; return their pages in all."""
    readable = [path for path in sorted(originals.glob("*.pdf")) if has_text(path)]
    if not readable:
        sys.exit(f"{originals} holds no PDF with text.")
    folder.mkdir(parents=True, exist_ok=True)
    draw, pages = random.Random(0), 0
    for number in range(count):
        pages += copy_with_title(readable[number % len(readable)], folder / f"paper-{number:04d}.pdf", number, draw)
    return pages


def has_text(path: Path) -> bool:
    """Tell whether a PDF opens and carries about as much text as a paper does."""
    try:
        with pdfium.PdfDocument(path) as document:
            characters: int = sum(page.get_textpage().count_chars() for page in document)
            return characters >= FEWEST_CHARACTERS_A_PAGE * len(document)
    except pdfium.PdfiumError:
        return False


def copy_with_title(original: Path, path: Path, number: int, draw: random.Random) -> int:
    """Write the pages of a PDF behind a title page that is the copy's own; return how many pages it has."""
    subject, aim, place = (draw.choice(words.split("|")) for words in (SUBJECTS, AIMS, PLACES))
    title = f"{aim} {subject} {place}, part {number + 1}".capitalize()
    authors = ", ".join(draw.sample(NAMES.split("|"), 2))
    figures = [draw.randrange(1000, 9999) for _ in range(3)]
    abstract = (
        f"This report, number {number + 1}, is about {subject} {place}.",
        f"It rests on {figures[0]} observations made at {figures[1]} sites.",
        f"The largest effect that was found among them is {figures[2] / 100} per cent.",
    )
    with pdfium.PdfDocument.new() as document, pdfium.PdfDocument(original) as pages:
        page = document.new_page(595, 842)
        write_line(document, page, title, 60, 740, 20)
        write_line(document, page, f"{authors}", 60, 700, 12)
        write_line(document, page, f"{2000 + number % 25}", 60, 680, 12)
        write_line(document, page, "Abstract", 60, 640, 14)
        for place_in_abstract, sentence in enumerate(abstract):
            write_line(document, page, sentence, 60, 615 - 16 * place_in_abstract, 11)
        page.gen_content()
        document.import_pages(pages)
        document.save(path)
        return len(document)


def write_line(document: pdfium.PdfDocument, page: pdfium.PdfPage, text: str, x: float, y: float, size: float) -> None:
    """Put a line of Helvetica on a page."""
    line = pdfium_c.FPDFPageObj_NewTextObj(document, b"Helvetica", size)
    encoded = (text + "\0").encode("utf-16-le")
    pdfium_c.FPDFText_SetText(line, (pdfium_c.FPDF_WCHAR * (len(encoded) // 2)).from_buffer_copy(encoded))
    pdfium_c.FPDFPageObj_Transform(line, 1, 0, 0, 1, x, y)
    pdfium_c.FPDFPage_InsertObject(page, line)


if __name__ == "__main__":
    main()
