"""Corrects the items of several cases of one kind by one answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from config.errors import UsageError
from lantoa.commands.correcting import make_correction
from lantoa.language import _
from models.database import Connection
from models.messages.correction import Correction
from models.queries.waiting import Kind
from models.queries.waiting_cases import WaitingCase
from models.queries.waiting_items import WaitingPiece, waiting_pieces

Answer = Literal["first-seen", "once", "apart", "none"]
Fields = Mapping[str, object]
MOST = 500  # cases that one answer settles
# The answers that make sense for several cases; which document is meant differs from case to case.
ANSWERS: Mapping[Kind, Sequence[Answer]] = {
    "date": ("first-seen",),
    "duplicate": ("once", "apart"),
    "collapsed": ("apart",),
    "allusion": ("none",),
}
FIELDS: Mapping[Answer, Callable[[WaitingCase, WaitingPiece], Fields]] = {
    "first-seen": lambda case, _piece: {
        "published": case.day
    },  # an item without a date has the day of its first sight
    "once": lambda case, _piece: {"same_as": next(iter(case.candidates))},
    "apart": lambda _case, _piece: {"in_scope": True},
    "none": lambda _case, piece: {"resolutions": piece.resolutions},
}


def corrected_together(
    connection: Connection, cases: Sequence[WaitingCase], answer: Answer, *, by: str, because: str, id: str
) -> list[Correction]:
    """Makes a correction of each case. The first has this id, and the ids of the others are derived from it. Raises
    UsageError if there is no case, or if one of them has no such answer."""
    if not cases:
        raise UsageError(_("Nothing is decided: tick at least one that still waits."))
    if any(answer not in ANSWERS.get(case.kind, ()) for case in cases):
        raise UsageError(_("These cannot be decided together: each has an answer of its own."))
    shown = cases[:MOST]
    pieces = waiting_pieces(connection, [case.item for case in shown])
    fields = {case.item: FIELDS[answer](case, pieces[case.item]) for case in shown}
    first, *others = fields
    correction = make_correction(first, by, because, id=id, **fields[first])
    return [correction, *(correction.beside(item, **fields[item]) for item in others)]
