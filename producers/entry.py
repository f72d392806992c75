"""One entry of a feed as it was read: plain text, dates still as the outlet wrote them."""

from pydantic import BaseModel, ConfigDict

from models.messages import Enclosure


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True)

    url: str | None = None  # absolute; None when the entry has no page
    guid: str = ""
    title: str = ""
    lead: str = ""
    text: str = ""
    dates: tuple[str, ...] = ()  # as written, the one to trust first
    enclosures: tuple[Enclosure, ...] = ()
    categories: tuple[str, ...] = ()

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
