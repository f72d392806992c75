"""`lantoa dead-letters`: what could not be handled, and what to do about it."""

import getpass
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from config.errors import UsageError
from config.settings import Settings
from lantoa.cli.context import ProgrammeOption, database_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_json, print_rows
from lantoa.dead_letters import Letter, read_letters, replay_letters
from lantoa.language import _, help_of
from lantoa.letter_words import advice, shown
from lantoa.running import broker_running, everything_running
from models.database import reading, writing
from models.dead_letter_state import remember, states
from models.sql import Row

app = typer.Typer(help=_("Messages that could not be handled."), no_args_is_help=True)
COLUMNS = (
    "number",
    "written_at",
    "topic",
    "partition",
    "offset",
    "error",
    "reason",
    "message",
    "key",
    "state",
)
FOR_PEOPLE = ("number", "written_at", "topic", "reason", "message")
REPLAYED = ("number", "topic", "key", "result", "reason", "message")
MOST_SHOWN = 4000  # characters, for people
Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="[NUMBER…]", help=_("as `lantoa dead-letters list` shows them"))
]
All = Annotated[bool, typer.Option("--all", help=_("every one that nobody has dealt with"))]
Reason = Annotated[str | None, typer.Option(help=_("only those of one reason, such as unknown-outlet"))]
By = Annotated[str | None, typer.Option(help=_("who decides; default: the user of this machine"))]


@app.callback()
def dead_letters() -> None:
    """Messages that could not be handled."""


def list_letters(
    everything: Annotated[
        bool, typer.Option("--all", help=_("also those that were replayed or dropped"))
    ] = False,
    reason: Reason = None,
    form: FormatOption = Format.table,
) -> None:
    """What could not be handled and nobody has dealt with, newest last: where it was, when, and why.

    Example: lantoa dead-letters list --reason unknown-outlet --format csv
    """
    settings = settings_for()
    known = _states(database_of(settings))
    with broker_running(settings, err().print) as bootstrap:
        rows = [
            _row(letter, known)
            for letter in read_letters(settings, bootstrap)
            if (everything or letter.id not in known) and reason in {None, letter.about.reason}
        ]
    columns = (*FOR_PEOPLE, "state") if everything else FOR_PEOPLE
    print_rows(columns if form is Format.table else COLUMNS, rows, form)


def show_letter(
    number: Annotated[int, typer.Argument(help=_("as `lantoa dead-letters list` shows it"))],
    form: FormatOption = Format.table,
) -> None:
    """One letter: where it was, why it is here, its headers, its bytes in a safe form, and what to do next.

    Example: lantoa dead-letters show 17
    """
    settings = settings_for()
    known = _states(database_of(settings))
    with broker_running(settings, err().print) as bootstrap:
        (letter,) = _numbered(list(read_letters(settings, bootstrap)), [number])
    headers = {name: shown(value) for name, value in letter.headers}
    if form is Format.json:
        print_json(
            {**_row(letter, known), "headers": headers, "value": shown(letter.value), "next": advice(letter)}
        )
        return
    facts = [*_row(letter, known).items(), *((f"header {name}", value) for name, value in headers.items())]
    rows = [{"field": _(name), "value": value} for name, value in facts if value is not None]
    print_rows(("field", "value"), rows, form)
    if form is Format.table:
        text = shown(letter.value) or ""
        out().print(text[:MOST_SHOWN], markup=False)
        if len(text) > MOST_SHOWN:
            err().print(
                _("… and {count} characters more: --format json shows all.", count=len(text) - MOST_SHOWN)
            )
        err().print(advice(letter), markup=False)


def replay(
    numbers: Numbers = None,
    everything: All = False,
    reason: Reason = None,
    by: By = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Sends letters to where they came from once more, and says which were counted and which came back.

    Returns when all of them are handled; exit status 1 when any came back. Doing it twice counts once.
    Example: lantoa dead-letters replay --reason unknown-outlet
    """
    settings = settings_for(programme)
    database = database_of(settings)
    with broker_running(settings, err().print) as bootstrap:
        able = _replayable(_chosen(settings, database, bootstrap, numbers, everything, reason), bool(numbers))
        if not able:
            err().print(_("There is nothing to replay."))
            return
        with everything_running(settings, err().print) as running:
            err().print(_("Replaying {count} letters …", count=len(able)))
            results = replay_letters(running, able, lambda _remaining: None)
    with writing(database) as connection:
        name = by or getpass.getuser()
        remember(connection, [x.id for x in able if not results[x.number]], "replayed", "", name)
        for letter in able:
            if back := results[letter.number]:
                remember(connection, [letter.id], "came-back", str(back.number), name)
    print_rows(REPLAYED, [_result(letter, results[letter.number]) for letter in able], form)
    raise typer.Exit(1 if any(results.values()) else 0)


def drop(
    because: Annotated[str, typer.Option(help=_("why; it is kept with the decision"))],
    numbers: Numbers = None,
    everything: All = False,
    reason: Reason = None,
    by: By = None,
) -> None:
    """Puts letters aside for good: they are not listed any more. The topic keeps their bytes for its 30 days.

    Example: lantoa dead-letters drop 17 18 --because "bản tin thử của báo"
    """
    settings = settings_for()
    database = database_of(settings)
    with broker_running(settings, err().print) as bootstrap:
        chosen = _chosen(settings, database, bootstrap, numbers, everything, reason)
    with writing(database) as connection:
        remember(connection, [letter.id for letter in chosen], "dropped", because, by or getpass.getuser())
    err().print(
        _("{count} letters are put aside; `lantoa dead-letters list --all` shows them.", count=len(chosen))
    )


def _chosen(
    settings: Settings,
    database: Engine,
    bootstrap: str,
    numbers: Sequence[int] | None,
    everything: bool,
    reason: str | None,
) -> list[Letter]:
    """Raises UsageError when it is not said which."""
    if sum(map(bool, (numbers, everything, reason))) != 1:
        raise UsageError(_("Say which letters: their numbers, or --all, or --reason."))
    letters = list(read_letters(settings, bootstrap))
    if numbers:
        return _numbered(letters, numbers)
    known = _states(database)
    return [x for x in letters if x.id not in known and reason in {None, x.about.reason}]


def _replayable(letters: Sequence[Letter], named: bool) -> list[Letter]:
    """Says of the others what to do instead. Raises UsageError when somebody named one of them."""
    able = [letter for letter in letters if letter.replayable]
    for letter in letters:
        if not letter.replayable:
            err().print(f"{letter.number}: {advice(letter)}", markup=False)
    if named and len(able) < len(letters):
        raise UsageError(_("Nothing was replayed. Leave out the letters above."))
    return able


def _numbered(letters: Sequence[Letter], numbers: Sequence[int]) -> list[Letter]:
    by_number = {letter.number: letter for letter in letters}
    for number in numbers:
        if number not in by_number:
            raise UsageError(
                _(
                    "There is no dead letter {number}; they are kept for 30 days. `lantoa dead-letters list` shows them.",
                    number=number,
                )
            )
    return [by_number[number] for number in dict.fromkeys(numbers)]


def _states(database: Engine) -> dict[tuple[int, int], Row]:
    with reading(database) as connection:
        return states(connection)


def _row(letter: Letter, known: dict[tuple[int, int], Row]) -> dict[str, Any]:
    about, state = letter.about, known.get(letter.id)
    return {
        "number": letter.number,
        "written_at": letter.written.astimezone().isoformat(" ", "seconds"),
        "topic": about.topic or None,
        "partition": about.partition if about.partition >= 0 else None,
        "offset": about.offset if about.offset >= 0 else None,
        "error": about.error or None,
        "reason": about.reason,
        "message": about.message,
        "key": shown(letter.key),
        "state": f"{state['outcome']} {state['because']}".strip() if state else None,
    }


def _result(letter: Letter, back: Letter | None) -> dict[str, Any]:
    return {
        "number": letter.number,
        "topic": letter.about.topic,
        "key": shown(letter.key),
        "result": f"came-back {back.number}" if back else "handled",
        "reason": back.about.reason if back else None,
        "message": back.about.message if back else None,
    }


app.command("list", help=help_of(list_letters))(list_letters)
app.command("show", help=help_of(show_letter))(show_letter)
app.command("replay", help=help_of(replay))(replay)
app.command("drop", help=help_of(drop))(drop)
