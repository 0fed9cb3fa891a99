"""Measure the page in a real browser, over 5,000 made-up papers: ready, the list filtered, a passage opened."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from _measure import footnote, run, say_machine, say_seconds, scratch_library
from playwright.sync_api import Page, sync_playwright
from startup import ROOT, answers, free_port

WORDS = (
    "adaptive amber archive basin carbon cell cloud coastal copper crystal decay delta drift dune estimate ferry field"
    " flow forest glacier grain harbour heat index kernel lantern layer ledger lens lichen market meadow model moss"
    " motion network orbit pattern pollen pressure protein quiet reef relay river rotor salt sample season signal silt"
    " sleep sorting spectrum storm stream survey tide tower trace tracer turbine vapour vector village volcano water"
).split()
AUTHOR = "#fn-filters input[list=fn-authors]"
NAMES = "Alder Birch Cedar Elm Fir Hazel Holly Juniper Larch Linden Maple Oak Pine Rowan Spruce Willow Yew".split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=5_000, help="how many papers to make up")
    parser.add_argument("--library", type=Path, help="an existing library, instead of made-up papers")
    parser.add_argument("--repeat", type=int, default=20, help="how often each is measured")
    options = parser.parse_args()

    say_machine()
    with scratch_library(options.library) as library:
        if not options.library:
            made = library.parent / "papers.jsonl"
            make_papers(made, options.papers)
            report = run([footnote(), "ingest", str(made), "--library", str(library), "--json"]).document
            print(f"library: {report['papers']} papers, {report['chunks']} chunks")
        port = free_port()
        environment = {**os.environ, "FOOTNOTE_PORT": str(port), "FOOTNOTE_OPEN_BROWSER": "false"}
        environment["FOOTNOTE_LIBRARY"] = str(library)
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            while not answers(f"http://127.0.0.1:{port}/"):
                time.sleep(0.1)
            time.sleep(10)  # the application reads its libraries in the background
            measure(f"http://127.0.0.1:{port}/?library=mine", options.repeat)
        finally:
            process.terminate()
            process.wait(timeout=60)


def make_papers(path: Path, count: int) -> None:
    """Write papers of made-up words, each another, as JSON lines."""
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            title = " ".join(draw.choices(WORDS, k=6)).capitalize()
            sentences = [" ".join(draw.choices(WORDS, k=14)).capitalize() + "." for _ in range(6)]
            authors = [f"{draw.choice(NAMES)} {draw.choice(NAMES)}" for _ in range(3)]
            line = {"_id": str(number), "title": title, "text": " ".join(sentences), "authors": authors}
            file.write(json.dumps({**line, "year": draw.randrange(1990, 2026)}) + "\n")


def measure(address: str, repeat: int) -> None:
    """Drive the page in a browser of its own, and print the seconds of each thing that a person waits for."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("There is no chromium here.")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        say_seconds("the page is ready", [ready(page, address) for _ in range(repeat)])
        draw = random.Random(1)
        say_seconds("the list is searched", [filtered(page, "#fn-search", draw.choice(WORDS)) for _ in range(repeat)])
        page.get_by_text("Filter", exact=True).click()
        say_seconds("the list is filtered", [filtered(page, AUTHOR, draw.choice(NAMES)) for _ in range(repeat)])
        page.fill(AUTHOR, "")
        ask(page)
        say_seconds("a passage opens", [opened(page) for _ in range(repeat)])
        page.goto(f"{address}&room=library")
        page.locator(".fn-catalogue").wait_for()
        say_seconds("the Library room is filtered", [table_filtered(page, draw.choice(WORDS)) for _ in range(repeat)])
        say_seconds("the map is drawn", [mapped(page) for _ in range(repeat)])
        browser.close()


def ready(page: Page, address: str) -> float:
    started = time.perf_counter()
    page.goto(address)
    page.locator("#fn-list .fn-paper").first.wait_for()
    page.locator(".fn-greeting").wait_for()
    return time.perf_counter() - started


def filtered(page: Page, field: str, word: str) -> float:
    """Type a word into a field, and wait until the list that is shown is the one for it."""
    return typed(page, field, "#fn-list", word)


def table_filtered(page: Page, word: str) -> float:
    """Type a word, and wait until the table that is shown is the one for it."""
    return typed(page, "#fn-find-paper", "#fn-view", word)


def mapped(page: Page) -> float:
    """Open the map, and wait until its points are drawn."""
    page.locator('#fn-views [data-view="papers"]').click()
    page.locator("#fn-view[data-shown='papers']").wait_for()
    started = time.perf_counter()
    page.locator('#fn-views [data-view="map"]').click()
    page.locator("#fn-view[data-shown='map'] .fn-map").wait_for()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return time.perf_counter() - started


def typed(page: Page, box: str, place: str, word: str) -> float:
    """Type a word into a box, and wait until what is in a place was put in anew."""
    page.evaluate(
        """(place) => { const list = document.querySelector(place); window.changed = new Promise((done) =>
            new MutationObserver((_, all) => (all.disconnect(), done())).observe(list, {childList: true})); }""",
        place,
    )
    started = time.perf_counter()
    page.fill(box, word)
    page.evaluate("window.changed")
    return time.perf_counter() - started


def ask(page: Page) -> None:
    page.fill("#fn-search", "")
    page.fill("#fn-question textarea", f"Which papers deal with {WORDS[5]} and {WORDS[9]}?")
    page.press("#fn-question textarea", "Enter")
    page.locator(".fn-answer .fn-mark, .fn-answer .fn-note").first.wait_for(timeout=120_000)


def opened(page: Page) -> float:
    mark = page.locator(".fn-answer").locator(".fn-mark, .fn-note").first
    started = time.perf_counter()
    mark.click()
    page.locator("#fn-panel mark").wait_for()
    page.wait_for_function("[...document.querySelectorAll('#fn-panel img')].every((picture) => picture.complete)")
    seconds = time.perf_counter() - started
    page.keyboard.press("Escape")
    page.locator("#fn-panel").wait_for(state="hidden")
    page.evaluate("document.querySelector('#fn-panel .fn-panel-body').replaceChildren()")
    return seconds


if __name__ == "__main__":
    main()
