"""`lantoa classify --score`: prints the shares with their confidence intervals, and then each difference."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from config.errors import LantoaError
from config.programme import Programme
from config.settings import Settings
from config.visible import on_one_line
from lantoa.cli.bars import bars
from lantoa.cli.output import Format, out, print_csv, print_json, print_table
from lantoa.commands.classifying import Classifying
from lantoa.commands.scoring.labelled import read_labelled
from lantoa.commands.scoring.pages import Unread, with_pages
from lantoa.commands.scoring.score import Score, ScoreDifference, score, wilson
from lantoa.language import _, number, percent
from lantoa.views.explanations import chance
from lantoa.views.labels import name_of

COLUMNS = ("line", "difference", "document", "words", "probability", "candidates", "because", "title")
FIGURES = ("figure", "share", "of", "lower", "upper")
KINDS = ("wrong", "missed", "waits")
SHARES = ("precision", "recall", "linked_or_waiting", "articles_waiting", "articles_alluding")
SHOWN = 3  # candidates that are shown for a difference
STYLES = {"wrong": "bold red", "missed": "bold yellow", "waits": "bold magenta"}


def score_file(file: str, data: bytes, settings: Settings, office: Programme, form: Format) -> None:
    """`file` is the path. Raises UsageError for an invalid file, LantoaError if no page could be read."""
    rules = Classifying(office)
    labelled = read_labelled(Path(file).name, data, office, rules.catalogue)
    with bars() as bar:
        fetching = bar.add_task(
            _("Fetching"),
            total=sum(not row.is_at_hand for row in labelled),
            visible=not all(row.is_at_hand for row in labelled),
        )
        rows, unread = with_pages(settings, office, labelled, lambda: bar.advance(fetching))
        reading = bar.add_task(_("Reading"), total=len(rows))
        found = score(
            rows,
            rules,
            lambda document: name_of("resolution", document, office, rules.catalogue),
            lambda: bar.advance(reading),
        )
    _print(found, unread, form)
    if unread and not rows:
        raise LantoaError(_("None of the pages could be read, so that nothing was scored."))


def _print(found: Score, unread: Sequence[Unread], form: Format) -> None:
    if form is Format.json:
        print_json(_as_json(found, unread))
    elif form is Format.csv:
        print_csv(
            COLUMNS, [_row(each) | {"candidates": ", ".join(each.candidates)} for each in found.differences]
        )
    else:
        print_table(FIGURES, [_figure(*each) for each in found.shares().items()])
        _print_summary(found, unread)
        for each in found.differences:
            _print_difference(each)


def _as_json(found: Score, unread: Sequence[Unread]) -> dict[str, object]:
    shares: dict[str, Any] = {}
    for figure, (count, of) in found.shares().items():
        shares[figure] = count / of if of else None
        shares[f"{figure}_interval"] = wilson(count, of)
    return {
        "articles": found.articles,
        "right": found.right,
        "wrong": found.wrong,
        "missed": found.missed,
        "missed_waiting": found.missed_waiting,
        "waiting": found.waiting,
        "alluding": found.alluding,
        **shares,
        "unread": [
            {"line": row.line, "url": row.url, "reason": error.reason, "message": str(error)}
            for row, error in unread
        ],
        "differences": [_row(each) for each in found.differences],
    }


def _row(each: ScoreDifference) -> dict[str, object]:
    return {
        "line": each.line,
        "difference": each.kind,
        "document": each.document,
        "words": each.words,
        "probability": each.probability,
        "candidates": list(each.candidates),
        "because": each.because,
        "title": each.title,
    }


def _figure(figure: str, counts: tuple[int, int]) -> dict[str, object]:
    """Formats a percentage."""
    count, of = counts
    interval = wilson(count, of)
    return {
        "figure": _(figure).replace("_", " "),
        "share": percent(count / of) if of else "–",
        "of": f"{number(count)}/{number(of)}",
        "lower": percent(interval[0]) if interval else "–",
        "upper": percent(interval[1]) if interval else "–",
    }


def _print_summary(found: Score, unread: Sequence[Unread]) -> None:
    counts = {
        name: number(getattr(found, name)) for name in ("articles", "wrong", "missed", "missed_waiting")
    }
    out().print(
        _(
            "{articles} articles. {wrong} links are wrong; {missed} are missed, of these {missed_waiting} wait with the right document.",
            **counts,
        )
    )
    out().print(
        _("Lower and upper: the 95 % confidence interval. A few hundred links say little of half a point.")
    )
    for row, error in unread:
        text = _(
            "Line {line} is not scored: {url}: {reason}. Put its text into the file.",
            line=row.line,
            url=row.url,
            reason=error,
        )
        out().print(Text(on_one_line(text), style="yellow"), soft_wrap=True)


def _print_difference(each: ScoreDifference) -> None:
    """Prints the row, the difference and the words; the reasons follow below."""
    line = Text(f"{_('line {line}', line=each.line)} · ").append(_(each.kind), STYLES[each.kind])
    words = f"“{each.words}”" if each.words else ""
    probability = "" if each.probability is None else chance(each.probability)
    considered = "" if each.document else ", ".join(each.candidates[:SHOWN])
    told = " · ".join(
        filter(None, (each.document, words, considered and f"{considered}?", probability, each.title))
    )
    out().print(line.append(f" · {on_one_line(told)}"), soft_wrap=True)
    if because := each.because or ("" if each.words else _("nothing in the text was read as this document")):
        out().print(Text(f"   {on_one_line(because)}", style="dim"), soft_wrap=True)
