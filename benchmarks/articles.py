"""Measures pages read a second by one core, by reader, and the words that each reader finds in the layouts of the
tests."""

import time
from collections.abc import Callable
from statistics import mean, median

from benchmarks.pages import DECOY, Layout, all_layouts, large, precision_and_recall
from config.selectors import Selectors
from producers.parse.article.extracted import bare_extraction
from producers.parse.article.read import read_article
from producers.parse.readers import Readers

ROUNDS = 3
ADDRESS = "https://bao.example/1.html"
Reader = Callable[[Layout], str]


def main() -> None:
    layouts = all_layouts()
    readers: dict[str, tuple[Reader, list[Layout]]] = {
        "trafilatura alone": (_trafilatura, layouts),
        "trafilatura alone, fast": (_trafilatura_fast, layouts),
        "ours": (_ours, layouts),
        "ours, outlet's selectors": (_selected, [each for each in layouts if each.selectors]),
        "ours, JSON-LD": (_ours, [each for each in layouts if each.served_by == "json-ld"]),
        "ours, trafilatura": (_ours, [each for each in layouts if each.served_by == "trafilatura"]),
    }
    print(f"\narticles: {len(layouts)} layouts, median of {ROUNDS} rounds on one core")
    print(f"  {'':<26}{'pages/s':>8}{'on large pages':>16}{'precision':>11}{'recall':>8}{'decoys':>8}")
    for name, (read, mine) in readers.items():
        rates = _rate(read, mine), _rate(read, [large(each) for each in mine])
        precision, recall, decoys = _quality(read, mine)
        print(f"  {name:<26}{rates[0]:8.0f}{rates[1]:16.0f}{precision:11.3f}{recall:8.3f}{decoys:8}")
    _print_pool([large(each) for each in layouts])


def _rate(read: Reader, layouts: list[Layout]) -> float:
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(3):
            for layout in layouts:
                read(layout)
        rates.append(3 * len(layouts) / (time.process_time() - began))
    return median(rates)


def _quality(read: Reader, layouts: list[Layout]) -> tuple[float, float, int]:
    """Returns means over the layouts, and how many of them let a decoy in."""
    found = [read(layout) for layout in layouts]
    pairs = [precision_and_recall(text, layout.text) for text, layout in zip(found, layouts, strict=True)]
    return mean(p for p, _ in pairs), mean(r for _, r in pairs), sum(bool(DECOY.search(t)) for t in found)


def _print_pool(layouts: list[Layout]) -> None:
    with Readers(1) as readers:
        here = _wall(_selected, layouts)
        there = _wall(
            lambda each: readers.page(each.body, "text/html", ADDRESS, each.selectors).text, layouts
        )
    print(f"  large pages by the clock: {here:.0f} pages/s in this process, {there:.0f} in a pool of one")


def _wall(read: Reader, layouts: list[Layout]) -> float:
    read(layouts[0])
    began = time.perf_counter()
    for _ in range(5):
        for layout in layouts:
            read(layout)
    return 5 * len(layouts) / (time.perf_counter() - began)


def _trafilatura(layout: Layout) -> str:
    return _text(bare_extraction(layout.html, include_comments=False))


def _trafilatura_fast(layout: Layout) -> str:
    return _text(bare_extraction(layout.html, include_comments=False, fast=True))


def _text(found: object) -> str:
    return str(getattr(found, "text", "") or "")


def _ours(layout: Layout) -> str:
    return _read(layout, None)


def _selected(layout: Layout) -> str:
    return _read(layout, layout.selectors)


def _read(layout: Layout, selectors: Selectors | None) -> str:
    return read_article(layout.body, "text/html; charset=utf-8", ADDRESS, selectors).text


if __name__ == "__main__":
    main()
