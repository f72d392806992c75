"""`lantoa dead-letters`: lists messages that could not be handled, replays or closes them."""

import getpass
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from textwrap import indent
from typing import Annotated, Any

import typer

from config.errors import UsageError
from lantoa.cli.context import ProgrammeOption, database_of, own_programme_of, settings_for
from lantoa.cli.output import Format, FormatOption, err, out, print_csv, print_json, print_rows
from lantoa.commands.dead_letters import ReplayedLetter, replay_letters
from lantoa.language import _, help_of, number
from lantoa.runtime.services import open_brokers, open_runtime
from lantoa.views.dead_letter_words import advice, reason_in_words, shown, value_in_words
from lantoa.views.dead_letters import DeadLetterRecord, DeadLetterTopic, open_dead_letters
from models.database import Engine, reading, writing
from models.log_lines import json_text
from models.queries.handled_letters import HandledLetter, LetterId, handled_letters
from models.store.dead_letter_state import remember

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
WELL = ("handled", "sent")
REPLAYED = ("number", "topic", "key", "result", "reason", "message")
MOST_LISTED = 1000  # listed for people
AT_ONCE = 500  # letters whose outcome is recorded together
Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="[NUMBER…]", help=_("as `lantoa dead-letters list` shows them"))
]
All = Annotated[bool, typer.Option("--all", help=_("every open one"))]
Reason = Annotated[str | None, typer.Option(help=_("only those of one reason, such as unknown-outlet"))]
By = Annotated[str | None, typer.Option(help=_("name of the person; default: the user of this machine"))]


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
    """Messages that could not be handled and are still open, newest last: place, time and reason.

    Example: lantoa dead-letters list --reason unknown-outlet --format csv
    """
    settings = settings_for()
    database = database_of(settings)
    with open_brokers(settings, err().print) as bootstrap, open_dead_letters(settings, bootstrap) as box:
        known = _states(database, box)
        chosen = (
            letter
            for letter in box.letters()
            if (everything or letter.id not in known) and reason in {None, letter.about.reason}
        )
        _print_list((_row(letter, known) for letter in chosen), everything, form)


def show_letter(
    number: Annotated[int, typer.Argument(help=_("as `lantoa dead-letters list` shows it"))],
    form: FormatOption = Format.table,
) -> None:
    """One dead letter: its place, its reason, its headers, its bytes in a safe form, and what to do next.

    Example: lantoa dead-letters show 17
    """
    settings = settings_for()
    database = database_of(settings)
    with open_brokers(settings, err().print) as bootstrap, open_dead_letters(settings, bootstrap) as box:
        known = _states(database, box)
        (letter,) = _numbered(box, [number])
        whole = box.original(letter) if form is Format.json else None
    headers = {name: shown(value) for name, value in letter.headers}
    if form is Format.json:
        value = shown(whole.value) if whole else None
        print_json({**_row(letter, known), "headers": headers, "value": value, "next": advice(letter)})
        return
    facts = [*_row(letter, known).items(), *((f"header {name}", value) for name, value in headers.items())]
    rows = [{"field": _(name), "value": value} for name, value in facts if value is not None]
    print_rows(("field", "value"), rows, form)
    if form is Format.table:
        out().print(value_in_words(letter))
        if letter.size > len(letter.beginning or b""):
            err().print(_("--format json shows all of it."))
        err().print(advice(letter))


def replay(
    numbers: Numbers = None,
    everything: All = False,
    reason: Reason = None,
    by: By = None,
    form: FormatOption = Format.table,
    programme: ProgrammeOption = None,
) -> None:
    """Sends dead letters to their topics once more, and lists which were counted and which failed again.

    A value that was too large for a letter is read from its original place. Returns when all are handled; exit
    status 1 when any failed again or could not be sent. Running it twice counts once.
    Example: lantoa dead-letters replay --reason unknown-outlet
    """
    settings = settings_for(programme)
    own_programme_of(settings)  # checked now, because the command's worker will use it
    database, name = database_of(settings), by or getpass.getuser()
    found: list[dict[str, Any]] = []
    with open_brokers(settings, err().print) as bootstrap, open_dead_letters(settings, bootstrap) as box:
        able = _replayable(_chosen(box, database, numbers, everything, reason), bool(numbers))
        first = next(able, None)
        if first is None:
            err().print(_("There is nothing to replay."))
            return
        with open_runtime(settings, err().print) as runtime:
            err().print(_("Replaying …"))
            results = replay_letters(runtime, _from(first, able), lambda _remaining: None)
            while part := list(islice(results, AT_ONCE)):
                _note(database, part, name)
                found += map(_result, part)
    print_rows(REPLAYED, found, form)
    raise typer.Exit(1 if any(row["result"] not in WELL for row in found) else 0)


def drop(
    because: Annotated[str, typer.Option(help=_("the reason; it is kept"))],
    numbers: Numbers = None,
    everything: All = False,
    reason: Reason = None,
    by: By = None,
) -> None:
    """Closes dead letters without a replay: they are no longer listed. The topic keeps their bytes for 30 days.

    Example: lantoa dead-letters drop 17 18 --because "bản tin thử của báo"
    """
    settings = settings_for()
    database, name = database_of(settings), by or getpass.getuser()
    count = 0
    with open_brokers(settings, err().print) as bootstrap, open_dead_letters(settings, bootstrap) as box:
        chosen = _chosen(box, database, numbers, everything, reason)
        while part := [letter.id for letter in islice(chosen, AT_ONCE)]:
            with writing(database) as connection:
                remember(connection, part, "dropped", because, name)
            count += len(part)
    err().print(_("{count} letters are closed; `lantoa dead-letters list --all` shows them.", count=count))


def _print_list(rows: Iterator[dict[str, Any]], everything: bool, form: Format) -> None:
    """Prints all letters one by one for programs, and the newest ones for people."""
    if form is Format.csv:
        print_csv(COLUMNS, rows)
    elif form is Format.json:
        _print_json_rows(rows)
    else:
        newest: deque[dict[str, Any]] = deque(maxlen=MOST_LISTED)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            newest.append(row | {"reason": reason_in_words(row["reason"])})
        columns = (*FOR_PEOPLE, "state") if everything else FOR_PEOPLE
        print_rows(columns, list(newest), form)
        if count > len(newest):
            text = "… and {count} older ones: --format csv or json shows all."
            err().print(_(text, count=number(count - len(newest))))


def _print_json_rows(rows: Iterable[dict[str, object]]) -> None:
    """Prints the same as print_json without holding all rows in memory."""
    behind = "["
    for row in rows:
        sys.stdout.write(behind + "\n" + indent(json_text(row, indent=2), "  "))
        behind = ","
    sys.stdout.write("[]\n" if behind == "[" else "\n]\n")


def _chosen(
    box: DeadLetterTopic,
    database: Engine,
    numbers: Sequence[int] | None,
    everything: bool,
    reason: str | None,
) -> Iterator[DeadLetterRecord]:
    """Yields the chosen letters. Raises UsageError if none were chosen."""
    if sum(map(bool, (numbers, everything, reason))) != 1:
        raise UsageError(_("Name the letters: their numbers, --all or --reason."))
    if numbers:
        return iter(_numbered(box, numbers))
    known = _states(database, box)
    return (x for x in box.letters() if x.id not in known and reason in {None, x.about.reason})


def _replayable(letters: Iterator[DeadLetterRecord], named: bool) -> Iterator[DeadLetterRecord]:
    """Yields the letters that can be replayed and says what to do about the others. Raises UsageError if one of the
    latter was named."""
    if named:
        listed = list(letters)
        for letter in listed:
            if not letter.replayable:
                err().print(f"{letter.number}: {advice(letter)}")
        if not all(letter.replayable for letter in listed):
            raise UsageError(_("Nothing was replayed. Leave out the letters above."))
        yield from listed
        return
    for letter in letters:
        if letter.replayable:
            yield letter
        else:
            err().print(f"{letter.number}: {advice(letter)}")


def _from(first: DeadLetterRecord, rest: Iterable[DeadLetterRecord]) -> Iterator[DeadLetterRecord]:
    yield first
    yield from rest


def _note(database: Engine, results: Sequence[ReplayedLetter], name: str) -> None:
    """Records the outcome. A letter that could not be sent stays open."""
    with writing(database) as connection:
        handled = [each.letter.id for each in results if not (each.back or each.unsent)]
        remember(connection, handled, "replayed", "", name)
        for each in results:
            if each.back:
                remember(connection, [each.letter.id], "came-back", str(each.back.number), name)


def _numbered(box: DeadLetterTopic, numbers: Sequence[int]) -> list[DeadLetterRecord]:
    found = []
    for each in dict.fromkeys(numbers):
        letter = box.one(each)
        if letter is None:
            raise UsageError(
                _(
                    "There is no dead letter {number}; they are kept for 30 days. `lantoa dead-letters list` shows them.",
                    number=each,
                )
            )
        found.append(letter)
    return found


def _states(database: Engine, box: DeadLetterTopic) -> dict[LetterId, HandledLetter]:
    with reading(database) as connection:
        return handled_letters(connection, box.begin, box.end)


def _row(letter: DeadLetterRecord, known: dict[LetterId, HandledLetter]) -> dict[str, object]:
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
        "state": f"{state.outcome} {state.because}".strip() if state else None,
    }


def _result(replayed: ReplayedLetter) -> dict[str, object]:
    letter, back = replayed.letter, replayed.back
    result = "sent" if replayed.on_its_way else "handled"
    if back:
        result = f"came-back {back.number}"
    elif replayed.unsent:
        result = "not-sent"
    return {
        "number": letter.number,
        "topic": letter.about.topic,
        "key": shown(letter.key),
        "result": result,
        "reason": back.about.reason if back else None,
        "message": back.about.message if back else replayed.unsent or None,
    }


app.command("list", help=help_of(list_letters))(list_letters)
app.command("show", help=help_of(show_letter))(show_letter)
app.command("replay", help=help_of(replay))(replay)
app.command("drop", help=help_of(drop))(drop)
