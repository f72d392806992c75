"""`lantoa classify`: classifies a text by the rules and shows the words that prove it."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic_core import from_json
from rich.text import Text

from config.catalogue import Catalogue
from config.errors import UsageError
from config.visible import on_one_line, said
from lantoa.cli.context import ProgrammeOption, programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out
from lantoa.commands.classifying import Classifying, day_of
from lantoa.language import _
from lantoa.views.explanations import chance, explained
from lantoa.views.paragraph import document_name
from models.log_lines import json_text
from models.messages.mention import Mention

STYLES = {"linked": "bold green", "unlisted": "yellow", "ambiguous": "bold magenta", "general": "dim"}


def classify(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help=_("a text file, its first line the title; - reads the input")),
    ],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help=_("one JSON object in, one out, a line each"))
    ] = False,
    score: Annotated[
        bool,
        typer.Option(
            "--score",
            help=_(
                "FILE is a csv of your clippings (text or url, published, right): how well are they linked?"
            ),
        ),
    ] = False,
    published: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM-DD",
            help=_("the day of the text; the same number names other documents in other years"),
        ),
    ] = "",
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Shows which documents a text mentions, how surely and why; or how well your own clippings are linked.

    Example: lantoa classify bai-bao.txt --published 2025-03-14
    """
    _check_options(jsonl=jsonl, score=score, published=published, form=form)
    settings = settings_for(programme)
    office = programme_of(settings)
    if jsonl:
        raise typer.Exit(_answer_lines(_lines(file), Classifying(office)))
    if score:
        from lantoa.cli.score import score_file  # takes a second, which classifying a text avoids

        score_file(file, _bytes(file), settings, office, form)
        return
    if published and day_of(published, office) is None:
        text = "--published {date!r} is no date from 1990 to 2100. Expected for instance 2025-03-14"
        raise UsageError(_(text, date=published))
    _show("".join(_lines(file)), published, Classifying(office))


def _check_options(*, jsonl: bool, score: bool, published: str, form: Format) -> None:
    if jsonl and score:
        raise UsageError(_("--jsonl and --score are two different answers. Choose one."))
    if published and (jsonl or score):
        raise UsageError(_("--published is of one text. Here each line states its own as `published`."))
    if form is not Format.table and not score:
        raise UsageError(_("--format is for --score. For programs, --jsonl answers in JSON."))


def _answer_lines(lines: Iterable[str], rules: Classifying) -> int:
    """Answers each line and returns the exit status. An invalid line gets an error as its answer, and the others are
    still classified."""
    status = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            piece = from_json(line)
            if not isinstance(piece, dict):
                raise UsageError(_("an object was expected"))
            answer = rules.answer(piece)
            status |= "error" in answer
            written = orjson.dumps(answer).decode()
        except Exception as error:
            written, status = json_text({"error": said(str(error))}), 1
        sys.stdout.write(written + "\n")
    return status


def _show(text: str, published: str, rules: Classifying) -> None:
    title, _newline, body = text.strip().partition("\n")
    mentions = rules.read({"title": title, "text": body, "published": published}).mentions
    for zone, words in (("title", title), ("body", body)):
        marked = Text(words, style="bold" if zone == "title" else "")
        for mention in mentions:
            if mention.zone == zone:
                marked.stylize(STYLES[mention.status] + " underline", mention.start, mention.end)
        out().print(marked)
    if not mentions:
        err().print(_("No mention of a document was found."))
        return
    for number, mention in enumerate(mentions, 1):
        _explain(number, mention, rules.catalogue)


def _explain(number: int, mention: Mention, catalogue: Catalogue) -> None:
    """Prints the words, their meaning and probability, and the reasons, in two lines that fit a narrow terminal."""
    meant = mention.resolution or mention.symbol or mention.family
    line = Text(on_one_line(f"{number}. “{mention.surface}” → ")).append(
        f"{meant} ({_(mention.status)})", STYLES[mention.status]
    )
    told = explained(mention, lambda document: _name(document, catalogue))
    out().print(line.append(f" {told.chance}" if told.chance else ""), soft_wrap=True)
    considered = f" [{', '.join(_considered(mention))}]" if mention.candidates else ""
    why = f"   {mention.zone} {mention.start}–{mention.end} · {mention.rule}: {told.reasons}{considered}"
    out().print(Text(on_one_line(why), style="dim"), soft_wrap=True)


def _considered(mention: Mention) -> list[str]:
    if not mention.probabilities:
        return list(mention.candidates)
    return [f"{name} {chance(probability)}" for name, probability in mention.ranked]


def _name(document: str, catalogue: Catalogue) -> str:
    return document_name(document, catalogue) if document in catalogue.documents else document


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(_("{file} cannot be read: {reason}", file=file, reason=error.strerror)) from error


def _lines(file: str) -> Iterable[str]:
    if file == "-":
        return sys.stdin
    try:
        return Path(file).read_text("utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(_("{file} cannot be read: {reason}", file=file, reason=error)) from error
