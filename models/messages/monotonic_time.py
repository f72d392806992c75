"""Moments that say which of two versions is the later one, on a machine whose clock may be stepped back."""

from datetime import datetime, timedelta

NEXT = timedelta(microseconds=1)  # the least step that every database keeps


def not_before(now: datetime, stored: datetime | None) -> datetime:
    """`now`, or just behind `stored` when the clock has been set back since that was written: the later version
    must not lose for it. Equal moments stay equal."""
    return now if stored is None or now >= stored else stored + NEXT
