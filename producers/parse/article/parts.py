"""Title, lead, dates and column as one of the readers found them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    title: str = ""
    lead: str = ""
    dates: tuple[str, ...] = ()
    column: str = ""

    def filled(self, other: "Parts") -> "Parts":
        """Takes the missing parts from `other`."""
        return Parts(
            title=self.title or other.title,
            lead=self.lead or other.lead,
            dates=tuple(dict.fromkeys((*self.dates, *other.dates))),
            column=self.column or other.column,
        )
