"""A press clipping is a printed piece that a person enters by hand. It becomes an item of its outlet and has no
address."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from hashlib import sha256

from config.letters import bare
from config.programme import Outlet
from models.messages.item import CLIPPING, Enclosure, Item
from producers.item.entry import Entry
from producers.item.identity import item_id
from producers.item.revision import revision

PAGE = re.compile(r"^(?:trang|tr)\b[\s.]*")
NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Clipping:
    """`page` is written as people write it: 3, "trang 3", "1 và 4". `scans` are the attachments."""

    outlet: Outlet
    printed: date
    page: str
    title: str
    text: str
    scans: tuple[Enclosure, ...] = ()

    @property
    def key(self) -> str:
        """Date, page and title in small letters without marks, so that another spelling of them gives the same
        clipping."""
        page = " ".join(part.lstrip("0") or "0" for part in _words(PAGE.sub("", bare(self.page).strip())))
        return f"clipping:{self.printed.isoformat()}|{page}|{' '.join(_words(bare(self.title)))}"

    @property
    def id(self) -> str:
        return item_id(self.outlet.id, self.key)

    def item(self, local: tzinfo, entered_at: datetime) -> Item:
        """Returns the item. `local` is the programme's time zone. Another text or another scan makes another
        revision."""
        claimed = datetime.combine(self.printed, time(), tzinfo=local)
        printed = f"{self.printed:%d/%m/%Y}"
        content = revision(Entry(title=self.title, text=self.text, dates=(printed,)), claimed, "")
        return Item(
            id=self.id,
            identity=self.key,
            revision=sha256("|".join((content, *(scan.url for scan in self.scans))).encode()).hexdigest()[
                :20
            ],
            outlet=self.outlet.id,
            source=CLIPPING,
            url=None,
            title=self.title,
            text=self.text,
            claimed=claimed,
            date_text=printed,
            fetched_at=entered_at,
            document_at=entered_at,
            enclosures=self.scans,
        )


def _words(text: str) -> list[str]:
    return NO_WORD.sub(" ", text).split()
