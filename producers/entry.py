"""One entry of a source as it was read, with its page or without: plain text, dates still as the outlet wrote them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.messages import Enclosure


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True)

    url: str | None = None  # absolute; None when the entry has no page
    guid: str = ""
    title: str = ""  # empty where only its page says it
    lead: str = ""
    text: str = ""
    dates: tuple[str, ...] = ()  # as written, the one to trust first
    modified: str = ""  # as a sitemap writes it: when the page changed, which is not when it was published
    enclosures: tuple[Enclosure, ...] = ()
    categories: tuple[str, ...] = ()
    served_by: Literal["", "selectors", "json-ld", "trafilatura"] = ""  # who found the text in the page
    text_missing: bool = False  # its page was asked for and could not be read, or is not its own
    text_reason: str = ""  # why

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
