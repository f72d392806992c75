"""Removes from a body the lines that belong elsewhere."""

LONG = 40  # letters; a longer line is recognised inside a text, a shorter one only as a line of its own
OPENING = 4  # lines at the beginning that may repeat title and lead


def without_lines(text: str, taken: list[str], kept: str) -> str:
    """For a body without markup: removes what the page shows in boxes and captions only."""
    kept_letters = letters_of(kept)
    foreign = [line for line in dict.fromkeys(taken) if letters_of(line) not in kept_letters]
    whole = {letters_of(line) for line in foreign}
    for line in sorted(foreign, key=len, reverse=True):
        if len(letters_of(line)) >= LONG:
            text = text.replace(line, "\n")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and letters_of(line) not in whole)


def without_opening(text: str, title: str, lead: str) -> str:
    """Title and lead are zones of their own, and must not be read twice."""
    lines = text.splitlines()
    said = [letters_of(title), letters_of(lead)]
    opening = [line for line in lines[:OPENING] if letters_of(line) not in said]
    return "\n".join(opening + lines[OPENING:])


def letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
