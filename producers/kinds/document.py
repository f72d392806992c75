"""What was fetched of a source, before anybody has read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """`address` is where it was found in the end, after redirects."""

    body: bytes
    content_type: str
    address: str
