"""`lantoa classify`: what the rules say of a text, with the words that prove it."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic_core import from_json
from rich.text import Text

from config.errors import UsageError
from config.visible import said
from lantoa.classifying import Classifying
from lantoa.cli.context import ProgrammeOption, programme_of, settings_for
from lantoa.cli.output import err, out
from lantoa.language import _
from models.log_lines import json_text
from models.mention import Mention

STYLES = {"linked": "bold green", "unlisted": "yellow", "ambiguous": "bold magenta", "general": "dim"}


def classify(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help=_("a text file, its first line the title; - reads the input")),
    ],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help=_("one JSON object in, one out, a line each"))
    ] = False,
    programme: ProgrammeOption = None,
) -> None:
    """Shows which documents a text mentions, its scope, channel and form, and why.

    Example: lantoa classify bai-bao.txt
    """
    office = programme_of(settings_for(programme))
    if jsonl:
        raise typer.Exit(_answer_lines(_lines(file), Classifying(office)))
    _show("".join(_lines(file)), Classifying(office))


def _answer_lines(lines: Iterable[str], rules: Classifying) -> int:
    """A line that is no object, or of which nothing can be said, is answered with its error; the others go on. Gives the exit status."""
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


def _show(text: str, rules: Classifying) -> None:
    title, _newline, body = text.strip().partition("\n")
    mentions = rules.mentions(title, body)
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
        _explain(number, mention)


def _explain(number: int, mention: Mention) -> None:
    """The words, what they mean, and why: two lines that a narrow terminal still holds."""
    meant = mention.resolution or mention.symbol or mention.family
    line = Text(f"{number}. “{mention.surface}” → ").append(
        f"{meant} ({mention.status})", STYLES[mention.status]
    )
    out().print(line, soft_wrap=True)
    considered = f" [{', '.join(mention.candidates)}]" if mention.candidates else ""
    why = f"   {mention.zone} {mention.start}–{mention.end} · {mention.rule}: {mention.because}{considered}"
    out().print(Text(why, style="dim"), soft_wrap=True)


def _lines(file: str) -> Iterable[str]:
    if file == "-":
        return sys.stdin
    try:
        return Path(file).read_text("utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(_("{file} cannot be read: {reason}", file=file, reason=error)) from error
