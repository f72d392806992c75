"""Reads the duration of an episode, in the formats that podcasts use."""

import re

STATED = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.\d*)?")


def seconds_of(text: str) -> int | None:
    """Reads `1830`, `30:30` or `0:30:30`; returns None for any other text."""
    found = STATED.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds or None
