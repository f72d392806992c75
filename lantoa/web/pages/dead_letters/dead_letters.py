"""Shows dead letters, replays them, or closes them."""

from collections.abc import Container
from contextlib import AbstractContextManager
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints

from lantoa.commands.dead_letters import replay_letters
from lantoa.runtime.services import until
from lantoa.views.dead_letter_words import advice, reason_in_words, shown, value_in_words
from lantoa.views.dead_letters import SHOWN_BYTES, DeadLetterRecord, DeadLetterTopic, open_dead_letters
from lantoa.web.access.audit import happened
from lantoa.web.office import PATIENCE_SECONDS, Office, actor, in_queue, office_of
from lantoa.web.rendering import page
from models.database import reading, writing
from models.queries.handled_letters import settled
from models.store.dead_letter_state import remember

router = APIRouter(prefix="/review/letters")
MOST = 100  # letters on a page, the oldest first
MOST_LOOKED_AT = 5000  # letters that are examined for a page
Number = Annotated[int, Path(ge=0, lt=2**63)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), Form()]


@router.get("")
@in_queue("letters")
def letters(request: Request, after: Annotated[int, Query(ge=-1, lt=2**63)] = -1) -> Response:
    """Lists open dead letters. `after` is the number of the last one on the previous page."""
    office = office_of(request)
    with _box(office) as box:
        with reading(office.engine) as connection:
            known = settled(connection, box.begin, box.end)
        found, last = _page(box, after, known)
        count, more = max(box.end - box.begin - len(known), 0), last + 1 < box.end
    rows = [
        (each, shown(each.key), reason_in_words(each.about.reason), value_in_words(each), advice(each))
        for each in found
    ]
    return page(request, "letters.html", rows=rows, count=count, after=last if more else None)


@router.post("/{number}/replay")
@in_queue("letters")
def replay(request: Request, number: Number) -> Response:
    """Replays a dead letter. Doing so twice counts once, because messages are counted by identity."""
    office, by = office_of(request), actor(request)
    letter = _one(office, number)
    if not letter.replayable:
        raise HTTPException(409, advice(letter))
    (replayed,) = replay_letters(office.runtime, [letter], until(PATIENCE_SECONDS))
    if replayed.unsent:
        raise HTTPException(409, replayed.unsent)
    back = replayed.back
    with writing(office.engine) as connection:
        if back:
            remember(connection, [letter.id], "came-back", str(back.number), by)
        else:
            remember(connection, [letter.id], "replayed", "", by)
    happened(request, "letter-replayed", str(number), None, {"came_back": bool(back)})
    return page(request, "letter_replayed.html", letter=letter, back=back)


@router.post("/{number}/drop")
@in_queue("letters")
def drop(request: Request, number: Number, because: Reason) -> Response:
    office = office_of(request)
    letter = _one(office, number)
    with writing(office.engine) as connection:
        remember(connection, [letter.id], "dropped", because, actor(request))
    happened(request, "letter-dropped", str(number), None, {"because": because})
    return RedirectResponse("/review/letters", 303)


def _page(
    box: DeadLetterTopic, after: int, known: Container[tuple[int, int]]
) -> tuple[list[DeadLetterRecord], int]:
    """Returns the open dead letters, and the number of the last one that was examined."""
    found: list[DeadLetterRecord] = []
    last = after
    for letter in islice(box.letters(after + 1, SHOWN_BYTES), MOST_LOOKED_AT):
        last = letter.number
        if letter.id not in known:
            found.append(letter)
        if len(found) == MOST:
            break
    return found, last


def _one(office: Office, number: int) -> DeadLetterRecord:
    """Returns an open dead letter."""
    with _box(office) as box:
        letter = box.one(number)
    with reading(office.engine) as connection:
        if letter is None or settled(connection, number, number + 1) & {letter.id}:
            raise HTTPException(404)
    return letter


def _box(office: Office) -> AbstractContextManager[DeadLetterTopic]:
    return open_dead_letters(office.settings, office.runtime.bootstrap)
