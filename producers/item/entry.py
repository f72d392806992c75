"""One entry of a source as it was read, with its page or without: plain text, with dates still as the outlet wrote
them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.messages.item import Enclosure


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True)

    url: str | None = None  # absolute; None when the entry has no page
    guid: str = ""
    title: str = ""  # empty where only its page states it
    lead: str = ""
    text: str = ""
    dates: tuple[str, ...] = ()  # as written, the most trusted one first
    modified: str = ""  # as a sitemap writes it: when the page changed, which is not when it was published
    enclosures: tuple[Enclosure, ...] = ()
    categories: tuple[str, ...] = ()
    # the reader that found the text in the page
    served_by: Literal["", "selectors", "json-ld", "trafilatura"] = ""
    text_missing: bool = False  # its page was requested and could not be read, or belongs to something else
    text_reason: str = ""  # the reason code

    @property
    def is_audio(self) -> bool:
        return any(enclosure.type.lower().startswith("audio/") for enclosure in self.enclosures)

    @property
    def media(self) -> str:
        """`audio`, `video` or nothing."""
        kinds = [enclosure.type.lower().partition("/")[0] for enclosure in self.enclosures]
        return next((kind for kind in ("audio", "video") if kind in kinds), "")

    def as_json(self) -> bytes:
        return self.model_dump_json(exclude_defaults=True).encode()
