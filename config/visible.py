"""Makes text from outside safe to show: nothing in it moves a cursor, colours a line or forges another one.

Control characters, the beginnings of terminal sequences, marks that reverse the direction of writing, separators of
lines that are no line ends, and halves of characters are shown as `\x1b` or `\u202e`, as Python writes them.
"""

import re

CONTROL = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, with the escape that begins a terminal sequence
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing
    "\u2028\u2029\ufff9-\ufffb"  # separators of lines, annotations between lines
    "\ud800-\udfff\ufffe\uffff"  # halves of characters, and code points that are no characters
    "\U000e0000-\U000e007f"  # invisible tag characters
)
UNSEEN = re.compile(f"[{CONTROL}]")
UNSEEN_ON_A_LINE = re.compile(f"[\t\n{CONTROL}]")
NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
MOST_SAID = 300  # characters of a server's text within a message of ours


def visible(text: str) -> str:
    """Keeps line ends and tabs."""
    return UNSEEN.sub(_shown, text.replace("\r\n", "\n")) if UNSEEN.search(text) else text


def on_one_line(text: str) -> str:
    """Shows line ends and tabs as well, so that one line cannot look like two."""
    return UNSEEN_ON_A_LINE.sub(_shown, text)


def said(text: str, most: int = MOST_SAID) -> str:
    """Returns text of a server, a file or a library for a message: on one line, and cut where it is long."""
    words = on_one_line(" ".join(text[: 4 * most].split()))
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if character in NAMED:
        return NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
