"""How large each value of a message may be, once, with the reason.

A program that writes a message keeps to these limits: its constructor refuses what lies beyond them. A program that reads one
(`READING`) still accepts what earlier releases wrote and counted, and refuses only what no database can hold. The
contracts carry the limits of writers.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

READING = {"reading": True}  # the context in which a message of an earlier release is validated

FIRST_DAY, LAST_DAY = (
    date(1990, 1, 1),
    date(2100, 12, 31),
)  # the Party's documents that are counted, and no "no end"
FIRST_MOMENT, LAST_MOMENT = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, 23, 59, 59, 999_999, UTC)
HELD_FROM = datetime(
    1, 1, 2, tzinfo=UTC
)  # a day from either end of the calendar: every time zone can show it
HELD_TO = datetime(9999, 12, 30, tzinfo=UTC)

LARGEST_COUNT = 1_000_000_000  # ten times the people of Vietnam; a telephone number is larger
HELD_COUNT = 10**12  # a telephone number, and a column holds the sum of nine million of them
LARGEST_SUM = 2**63 - 1  # BigInteger
LARGEST_GENERATION = 2**31 - 1  # Integer
LARGEST_CLAIM = (
    2**53 - 1
)  # of an enclosure's bytes or seconds, which are not verified: every reader of JSON keeps it

ADDRESS_BYTES = 2_048  # of UTF-8. Browsers and servers take hardly more
NAME_CHARACTERS = 200  # of an id or a code
HELD_NAME_BYTES = (
    4 * NAME_CHARACTERS
)  # whatever a writer may write; an index holds three of them (2,704 bytes)
CELL_CHARACTERS = 1_000  # a cell's key: a programme, a period and two ids
IDENTITY_CHARACTERS = 20_000  # an address in its canonical spelling may be six times as long as it was
TITLE_CHARACTERS = 1_000  # twice the longest title that was seen in a feed
LEAD_CHARACTERS = 100_000  # some feeds put their whole text there
TEXT_CHARACTERS = 800_000  # several books; with its markup gone no article comes near
GUID_CHARACTERS = 2_048
CATEGORY_CHARACTERS = 500
DATE_TEXT_CHARACTERS = 500
UNIT_CHARACTERS = PLACE_CHARACTERS = 500  # a unit, a place or a person, as a cell of a sheet names it
NOTE_CHARACTERS = 10_000  # a note, a reason, a message
WORDS_CHARACTERS = 1_000  # what one cell says of a document
SOURCE_CHARACTERS = 1_000  # `<file>, <sheet>, <row>`: a file's name has at most 255 characters
SURFACE_CHARACTERS = 1_000

MOST_ENCLOSURES = 100  # a gallery
MOST_CATEGORIES = 200
MOST_RESOLUTIONS = 200  # of one activity or correction; the catalogue has fewer
MOST_REASONS = 12  # of one mention: what weighed most
MOST_MENTIONS = 500  # of one item: no article names a hundred. `mentions_cut` says that there were more
MOST_PLACES = 1_000
ITEM_BYTES = 800_000  # of an entry with its text: what the rules add fits into a message of Kafka beside it
JSON_DEPTH = 200  # of values within values, as the reader of JSON has it; no message needs ten


@dataclass(frozen=True, slots=True)
class TextLimit:
    """At most so many characters and, where `octets` says so, bytes of UTF-8. `held`: bytes that an index can hold."""

    characters: int
    octets: int | None = None
    held: int | None = None

    def allows(self, text: str) -> bool:
        return len(text) <= self.characters and (
            self.octets is None or len(text) * 4 <= self.octets or octets(text) <= self.octets
        )

    def cut(self, text: str) -> str:
        """As much of its beginning as is allowed. Raises ValueError where a part would be another thing than the whole."""
        if self.octets is not None:
            raise ValueError("an address that is cut leads elsewhere")
        return text if len(text) <= self.characters else text[: self.characters - 1].rstrip() + "…"

    def _check(self, text: str, info: ValidationInfo) -> str:
        if "\0" in text:
            raise PydanticCustomError("null_character", "the text holds a null character")
        if info.context is READING:
            if self.held is not None and len(text) * 4 > self.held and octets(text) > self.held:
                raise PydanticCustomError("too_long", "longer than {most} bytes", {"most": self.held})
        elif len(text) > self.characters:
            raise PydanticCustomError("too_long", "longer than {most} characters", {"most": self.characters})
        elif self.octets is not None and len(text) * 4 > self.octets and octets(text) > self.octets:
            raise PydanticCustomError("too_long", "longer than {most} bytes of UTF-8", {"most": self.octets})
        return text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return {**handler(schema), "maxLength": self.characters}


@dataclass(frozen=True, slots=True)
class RangeLimit:
    """From `least` to `most`; `held_least` and `held_most` are what a column holds and arithmetic survives."""

    least: Any
    most: Any
    held_least: Any
    held_most: Any
    keywords: dict[str, Any] = field(hash=False)

    def allows(self, value: object) -> bool:
        return bool(self.least <= value <= self.most)

    def _check(self, value: object, info: ValidationInfo) -> object:
        reading = info.context is READING
        least, most = (self.held_least, self.held_most) if reading else (self.least, self.most)
        if not least <= value <= most:
            raise PydanticCustomError(
                "out_of_range",
                "not between {least} and {most}",
                {"least": str(least), "most": str(most)},
            )
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return {**handler(schema), **self.keywords}


@dataclass(frozen=True, slots=True)
class LengthLimit:
    """At most so many in a list."""

    most: int

    def _check(self, values: Any, info: ValidationInfo) -> object:
        if info.context is not READING and len(values) > self.most:
            raise PydanticCustomError("too_many", "more than {most}", {"most": self.most})
        return values

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return {**handler(schema), "maxItems": self.most}


def octets(text: str) -> int:
    """Bytes of UTF-8; a lone surrogate, which has none, counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


def _whole(most: int, held: int) -> RangeLimit:
    return RangeLimit(0, most, 0, held, {"minimum": 0, "maximum": most})


ADDRESS = TextLimit(ADDRESS_BYTES, octets=ADDRESS_BYTES)
NAME = TextLimit(NAME_CHARACTERS, held=HELD_NAME_BYTES)
IDENTITY = TextLimit(IDENTITY_CHARACTERS)
TITLE, LEAD, TEXT = TextLimit(TITLE_CHARACTERS), TextLimit(LEAD_CHARACTERS), TextLimit(TEXT_CHARACTERS)
GUID, CATEGORY = TextLimit(GUID_CHARACTERS), TextLimit(CATEGORY_CHARACTERS)
DATE_TEXT, SOURCE = TextLimit(DATE_TEXT_CHARACTERS), TextLimit(SOURCE_CHARACTERS)
UNIT, PLACE, NOTE = TextLimit(UNIT_CHARACTERS), TextLimit(PLACE_CHARACTERS), TextLimit(NOTE_CHARACTERS)
CELL = TextLimit(CELL_CHARACTERS, held=CELL_CHARACTERS * 2)
WORDS, SURFACE = TextLimit(WORDS_CHARACTERS), TextLimit(SURFACE_CHARACTERS)
COUNT, SUM = _whole(LARGEST_COUNT, HELD_COUNT), _whole(LARGEST_SUM, LARGEST_SUM)
SHARE = RangeLimit(0.0, 1.0, 0.0, 1.0, {"minimum": 0, "maximum": 1})
GENERATION = _whole(LARGEST_GENERATION, LARGEST_GENERATION)
DAY = RangeLimit(
    FIRST_DAY,
    LAST_DAY,
    date.min,
    date.max,
    {"formatMinimum": FIRST_DAY.isoformat(), "formatMaximum": LAST_DAY.isoformat()},
)
MOMENT = RangeLimit(
    FIRST_MOMENT,
    LAST_MOMENT,
    HELD_FROM,
    HELD_TO,
    {"formatMinimum": FIRST_MOMENT.isoformat(), "formatMaximum": LAST_MOMENT.isoformat()},
)

Address = Annotated[str, ADDRESS]
Name = Annotated[str, NAME]
Identity = Annotated[str, IDENTITY]
Title = Annotated[str, TITLE]
Lead = Annotated[str, LEAD]
Text = Annotated[str, TEXT]
Guid = Annotated[str, GUID]
Category = Annotated[str, CATEGORY]
DateText = Annotated[str, DATE_TEXT]
Origin = Annotated[str, SOURCE]
Unit = Annotated[str, UNIT]
Place = Annotated[str, PLACE]
CellKey = Annotated[str, CELL]
Note = Annotated[str, NOTE]
Words = Annotated[str, WORDS]
Surface = Annotated[str, SURFACE]
Count = Annotated[int, COUNT]
Sum = Annotated[int, SUM]
Generation = Annotated[int, GENERATION]
Probability = Annotated[float, SHARE]
Position = Annotated[int, _whole(TEXT_CHARACTERS, LARGEST_CLAIM)]
Day = Annotated[date, DAY]
Moment = Annotated[AwareDatetime, MOMENT]
Claimed = Annotated[
    Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LARGEST_CLAIM})] | None,
    AfterValidator(lambda claim: claim if claim is None or 0 <= claim <= LARGEST_CLAIM else None),
]
