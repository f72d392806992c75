"""What is read from one page."""

from dataclasses import dataclass
from typing import Literal

ServedBy = Literal["selectors", "json-ld", "trafilatura"]
Problem = Literal["", "selector-drift", "paywall", "lead-only"]


@dataclass(frozen=True, slots=True)
class Article:
    """Plain text, one line a paragraph. `dates` are as written, the one to trust first. `served_by` names who gave
    the body. `lead-only` is a page with a film or pictures and no body."""

    title: str
    lead: str
    text: str
    dates: tuple[str, ...]
    column: str
    served_by: ServedBy
    problem: Problem = ""
    canonical: str = ""  # the address that the page says is its own
