"""Messages that could not be handled: shown as they came, sent once more, or put aside."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints

from lantoa.dashboard.effects import look_until
from lantoa.dashboard.pages import Desk, actor, desk_of, page
from lantoa.dead_letters import Letter, read_letters, replay_letters
from lantoa.letter_words import advice, shown
from lantoa.running import broker_that_runs, what_runs
from models.database import reading, writing
from models.dead_letter_state import remember, states

router = APIRouter(prefix="/review/letters")
MOST = 100  # on the page, the oldest first
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), Form()]


@router.get("")
def letters(request: Request) -> Response:
    waiting = _waiting(desk_of(request))
    rows = [(each, shown(each.key), shown(each.value), advice(each)) for each in waiting[:MOST]]
    return page(request, "letters.html", rows=rows, count=len(waiting))


@router.post("/{number}/replay")
def replay(request: Request, number: int) -> Response:
    """Counting knows messages by identity: to do it twice counts once."""
    desk, by = desk_of(request), actor(request)
    letter = _one(desk, number)
    if not letter.replayable:
        raise HTTPException(409, advice(letter))
    back = replay_letters(what_runs(desk.settings), [letter], look_until())[number]
    with writing(desk.engine) as connection:
        if back:
            remember(connection, [letter.id], "came-back", str(back.number), by)
        else:
            remember(connection, [letter.id], "replayed", "", by)
    return page(request, "letter_replayed.html", letter=letter, back=back)


@router.post("/{number}/drop")
def drop(request: Request, number: int, because: Reason) -> Response:
    desk = desk_of(request)
    letter = _one(desk, number)
    with writing(desk.engine) as connection:
        remember(connection, [letter.id], "dropped", because, actor(request))
    return RedirectResponse("/review/letters", 303)


def _waiting(desk: Desk) -> list[Letter]:
    """Those that nobody has dealt with."""
    with reading(desk.engine) as connection:
        known = states(connection)
    found = read_letters(desk.settings, broker_that_runs(desk.settings))
    return [letter for letter in found if letter.id not in known]


def _one(desk: Desk, number: int) -> Letter:
    for letter in _waiting(desk):
        if letter.number == number:
            return letter
    raise HTTPException(404)
