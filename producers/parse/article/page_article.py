"""What a page is expected to show, and the article that is read from it."""

from dataclasses import dataclass
from typing import Literal

ServedBy = Literal["selectors", "json-ld", "trafilatura"]
Problem = Literal["", "selector-drift", "paywall", "lead-only"]
NOT_OWN = {  # reasons for which the page does not show the piece
    "redirected-home": "is a home or section page, not the piece",
    "not-found": "says that nothing is there",
    "consent": "asks for consent or a log-in",
    "challenge": "asks for a proof that the reader is no machine",
    "unrelated": "shares nothing with the title and the lead of the piece",
    "same-text": "shows the text of another piece",
}


@dataclass(frozen=True, slots=True)
class ExpectedPiece:
    """What the source states of the piece whose page was requested at `url`."""

    url: str
    title: str = ""
    lead: str = ""
    part_of: str = ""  # the address of the first part, where this page is a later part of the piece


@dataclass(frozen=True, slots=True)
class PageArticle:
    """Plain text, one line for each paragraph. `dates` are as written, the most trusted one first. `served_by` names
    the reader that found the body. `lead-only` is a page with a film or pictures and no body. `further` are the
    addresses of the piece's other parts, where it is served in parts."""

    title: str
    lead: str
    text: str
    dates: tuple[str, ...]
    column: str
    served_by: ServedBy
    problem: Problem = ""
    further: tuple[str, ...] = ()
    canonical: str = ""  # the address that the page states as its own
