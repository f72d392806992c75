"""`lantoa classify`: what the rules say of a text, with the words that prove it."""

import json
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.text import Text

from config.catalogue import load_catalogue
from config.errors import UsageError
from config.programme import Programme
from lantoa.cli.context import ProgrammeOption, programme_of, settings_for
from lantoa.cli.output import err, out
from lantoa.language import _
from models.mention import Mention
from producers.dates import ORDERS, read_date
from stream_apps.rules.decide import Decider, Piece
from stream_apps.rules.link import linked

ANSWER = ("surface", "start", "end", "zone", "resolution", "symbol", "family", "status", "rule")
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


class Classifying:
    """The rules of one programme, compiled once."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self.catalogue = load_catalogue(*programme.resolutions)
        self._decider = Decider(programme, self.catalogue)

    def answer(self, piece: dict[str, Any]) -> dict[str, Any]:
        """As architecture fixes it. Channel is null where the programme does not know the outlet; a date that cannot be
        read is left out and named in `error`."""
        title, lead, text = (str(piece.get(name) or "") for name in ("title", "lead", "text"))
        outlet = str(piece.get("outlet") or "")
        claimed = str(piece.get("published") or "")
        published = _day(claimed, self._programme)
        decision = self._decider.read(Piece(outlet, "", title, lead, text, piece.get("url"), published))
        known = self._programme.outlets.get(outlet)
        return {
            "id": piece.get("id"),
            "resolutions": list(linked(decision.mentions, self.catalogue)),
            "mentions": [{name: getattr(m, name) for name in ANSWER} for m in decision.mentions],
            "scope": decision.in_scope,
            "channel": known.channel if known else None,
            "form": decision.form,
            "language": decision.language,
            **(
                {}
                if published or not claimed
                else {
                    "error": _(
                        "no date: {date}; expected for instance 2024-05-14T08:00:00+07:00", date=claimed
                    )
                }
            ),
        }

    def mentions(self, title: str, text: str) -> tuple[Mention, ...]:
        return self._decider.read(Piece("", "", title, "", text)).mentions


def _answer_lines(lines: Iterable[str], rules: Classifying) -> int:
    """A line that is no object is answered with its error; the others go on. Gives the exit status."""
    status = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            piece = json.loads(line)
            if not isinstance(piece, dict):
                raise UsageError(_("an object was expected"))
            answer = rules.answer(piece)
            status |= "error" in answer
        except (ValueError, UsageError) as error:
            answer, status = {"error": str(error)}, 1
        sys.stdout.write(orjson.dumps(answer).decode() + "\n")
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


def _day(text: str, programme: Programme) -> date | None:
    """Of ISO 8601, else of a date as outlets write it; None for anything else."""
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = next(filter(None, (read_date(text, o, programme.timezone) for o in ORDERS)), None)
    if moment is None:
        return None
    return programme.day(moment if moment.tzinfo else moment.replace(tzinfo=programme.timezone))
