"""How long an episode plays, in the forms that podcasts state it."""

import re

STATED = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.\d*)?")


def seconds_of(text: str) -> int | None:
    """Of `1830`, `30:30` or `0:30:30`; None for anything else, and for nothing at all."""
    found = STATED.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds or None
