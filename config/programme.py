"""A programme: the configuration of one press office, one folder of YAML (architecture.md)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from config.errors import CatalogueError, ConfigError
from config.learned import FILE as LEARNED
from config.selectors import ListingSelectors, Selectors
from config.yaml_lines import LineOf, YamlPath, load_model

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="small letters, digits and hyphens")]
Level = Literal["central", "provincial", "district", "commune"]
Medium = Literal["newspaper", "radio", "television", "agency", "loudspeaker", "portal", "social"]
SourceKind = Literal["feed", "podcast", "sitemap", "listing"]
Channel = Literal[
    "central_press", "local_press", "radio", "television", "loudspeaker", "mobile_information", "oral",
    "conference", "digital", "social", "visual",
]  # fmt: skip
SeenNames = dict[tuple[str, str], tuple[Path, int]]  # kind and name to file and line
PRESS_CHANNELS: dict[Level, Channel] = {"central": "central_press"}
MEDIUM_CHANNELS: dict[Medium, Channel] = {
    "radio": "radio",
    "television": "television",
    "loudspeaker": "loudspeaker",
    "social": "social",
}


def _one_group(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if groups != 1:
        raise ValueError(f"one group around the article number, found {groups}")
    return text


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone such as Asia/Ho_Chi_Minh was expected") from error
    return name


class _ProgrammeEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_ProgrammeEntry):
    """One place where an outlet publishes."""

    id: Id
    kind: SourceKind
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2048)]
    text: Literal["page", "feed"] = "page"
    in_scope: Literal["always"] | None = None
    channel: Channel | None = None
    form: str | None = None
    column: Annotated[str, Field(min_length=1)] | None = None  # the paper's own special column (chuyên mục)
    # the month in which it was seen to work
    verified: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None
    listing: Annotated[ListingSelectors | None, Field(validate_default=True)] = None
    pages: Annotated[int, Field(ge=1, le=50)] = 1  # how many pages `next` is followed
    outlet: str = ""  # filled in by the outlet that lists it

    @field_validator("listing")
    @classmethod
    def _of_its_kind(cls, listing: ListingSelectors | None, info: ValidationInfo) -> ListingSelectors | None:
        kind = info.data.get("kind", "")
        if kind == "listing" and listing is None:
            raise ValueError("selectors of the page, {item: …, link: …}, for a source of kind listing")
        if kind not in {"listing", ""} and listing is not None:
            raise ValueError(f"nothing for a source of kind {kind}: selectors are for kind listing")
        return listing


class Outlet(_ProgrammeEntry):
    """A newspaper, broadcaster or loudspeaker network. `article_id` has one group: the article's number.
    `keep_parameters` distinguish its pieces; `ignore_parameters` never do, whatever its documents show. `;name` is a
    parameter of the path, `#` is the fragment."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    level: Level
    medium: Medium
    partner: bool = False
    hosts: tuple[str, ...] = ()
    article_id: Annotated[str, AfterValidator(_one_group)] | None = None
    keep_parameters: tuple[str, ...] = ()
    ignore_parameters: tuple[str, ...] = ()
    dates: Literal["day-first", "month-first"] | None = None
    page: Selectors | None = None
    # its servers do not support secure renegotiation; their certificates are verified all the same
    legacy_tls: bool = False
    sources: tuple[Source, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _sources_know_their_outlet(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("sources"), list):
            named = [
                {**s, "outlet": data.get("id", "")} if isinstance(s, dict) else s for s in data["sources"]
            ]
            return {**data, "sources": named}
        return data

    @field_validator("ignore_parameters")
    @classmethod
    def _not_kept(cls, ignored: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        kept = {name.lower() for name in info.data.get("keep_parameters", ())}
        if both := sorted(name for name in ignored if name.lower() in kept):
            raise ValueError(f"a parameter in one of the two: {', '.join(both)} stands in keep_parameters")
        return ignored

    @property
    def channel(self) -> Channel:
        """counting.md, Channel, rule 2; a source may state another one."""
        return MEDIUM_CHANNELS.get(self.medium) or PRESS_CHANNELS.get(self.level, "local_press")


class Place(_ProgrammeEntry):
    """A name that puts an item in scope; `with_` are names of which one must also be in the text."""

    name: Annotated[str, Field(min_length=1)]
    with_: tuple[str, ...] = Field((), alias="with")
    district: str | None = None


def _place(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Targets(_ProgrammeEntry):
    attendance_rate: Annotated[float, Field(ge=0, le=1)] = 0.95


class Polling(_ProgrammeEntry):
    """When the sources are fetched, in the programme's time zone: every night; sources with more new entries than
    their feed can hold are fetched more often, at most every `oftenest_minutes`."""

    nightly: time = time(2, 0)
    oftenest_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60


class Recipient(_ProgrammeEntry):
    """A recipient of the digest. With `nothing_new`, the digest is also sent without news. Without `resolutions` it
    covers all."""

    to: Annotated[str, Field(pattern=r"^[!-?A-~]+@[!-?A-~]+$")]
    every: Literal["day", "week"] = "day"
    language: Literal["vi", "en"] = "vi"
    nothing_new: bool = False
    resolutions: tuple[str, ...] = ()


class Letterhead(_ProgrammeEntry):
    """The text around the body of the office's reports (Nghị định 30/2020/NĐ-CP, phụ lục I). Empty fields are left to
    be filled by hand."""

    above: str = ""  # the authority above the office
    issuer: str = ""  # the office; its `name` when empty
    abbreviation: str = ""  # the office's abbreviation, after "BC-"
    place: str = ""
    authority: tuple[str, ...] = ()  # the lines above the signature: who signs, and on whose behalf
    signer: str = ""
    recipients: tuple[str, ...] = ()
    template: Path | None = None  # a Word file of the office's own, in the programme's folder


class PressOffice(_ProgrammeEntry):
    """programme.yaml: the office itself."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    predecessors: tuple[Id, ...] = ()  # programmes whose data folder this programme continues
    timezone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Ho_Chi_Minh"
    places: tuple[Annotated[Place, BeforeValidator(_place)], ...] = ()
    not_places: tuple[str, ...] = ()
    brief_max_words: Annotated[int, Field(ge=1)] = 250
    targets: Targets = Targets()
    polling: Polling = Polling()
    report: Letterhead = Letterhead()
    digest: tuple[Recipient, ...] = ()


class Programme(BaseModel):
    """What one office tracks. `folder` may hold a resolutions.yaml of its own beside the shipped catalogue, and a
    learned.json that was counted from its corrections."""

    model_config = ConfigDict(frozen=True, ignored_types=(cached_property,))

    office: PressOffice
    outlets: dict[str, Outlet]
    folder: Path

    @property
    def id(self) -> str:
        return self.office.id

    @cached_property
    def timezone(self) -> tzinfo:
        return ZoneInfo(self.office.timezone)

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {source.id: source for outlet in self.outlets.values() for source in outlet.sources}

    @cached_property
    def legacy_tls_hosts(self) -> frozenset[str]:
        """Hosts of the outlets that state it, and of the addresses of their sources."""
        old = [outlet for outlet in self.outlets.values() if outlet.legacy_tls]
        asked = {urlsplit(source.url).hostname or "" for outlet in old for source in outlet.sources}
        return frozenset(asked.union(*(outlet.hosts for outlet in old)) - {""})

    @property
    def resolutions(self) -> tuple[Path, ...]:
        """The files that a catalogue is loaded from, besides the shipped one."""
        return (*self.own_documents, *self.learned)

    @property
    def own_documents(self) -> tuple[Path, ...]:
        own = self.folder / "resolutions.yaml"
        return (own,) if own.exists() else ()

    @property
    def learned(self) -> tuple[Path, ...]:
        counted = self.folder / LEARNED
        return (counted,) if counted.exists() else ()

    @cached_property
    def districts(self) -> dict[str, str]:
        """Maps places to their districts, for places that state one."""
        return {place.name: place.district for place in self.office.places if place.district}

    def last_night(self, now: datetime, nightly: time | None = None) -> datetime:
        """Returns the latest nightly moment that is not after `now`."""
        local = now.astimezone(self.timezone)
        at = nightly or self.office.polling.nightly
        tonight = datetime.combine(local.date(), at, tzinfo=self.timezone)
        if tonight <= local:
            return tonight
        return datetime.combine(local.date() - timedelta(days=1), at, tzinfo=self.timezone)

    def day(self, moment: datetime) -> date:
        """Returns the date by which the period is chosen: in the programme's time zone (domain.md, rule 5)."""
        try:
            return moment.astimezone(self.timezone).date()
        except OverflowError:  # on the first or the last day of the calendar
            return moment.date()


def load_programme(folder: Path) -> Programme:
    """Raises CatalogueError with file, line and what was expected."""
    if not folder.is_dir():
        raise ConfigError(
            f"{folder} is not a folder. LANTOA_PROGRAMME names a folder with programme.yaml and outlets.yaml"
        )
    from config.outlets import resolve  # that module imports this one

    office, _ = load_model(folder / "programme.yaml", PressOffice)
    outlets, lines = load_model(folder / "outlets.yaml", list[Outlet], resolve)
    check_unique(folder / "outlets.yaml", outlets, lines, {})
    return Programme(office=office, outlets={outlet.id: outlet for outlet in outlets}, folder=folder)


def check_unique(path: Path, outlets: Sequence[Outlet], line_of: LineOf, seen: SeenNames) -> None:
    """Raises CatalogueError for the first id or host that is declared twice."""
    for mistaken in repeated(path, dict(enumerate(outlets)), line_of, seen):
        raise mistaken


def repeated(
    path: Path, outlets: Mapping[int, Outlet], line_of: LineOf, seen: SeenNames
) -> Iterator[CatalogueError]:
    """Yields the ids and hosts that are declared twice. `outlets` are those at their index in the file; `seen` holds
    the place of each name, and grows from file to file."""
    for i, outlet in outlets.items():
        places: list[tuple[tuple[str, str], YamlPath]] = [(("outlet", outlet.id), (i, "id"))]
        places += [(("source", s.id), (i, "sources", j, "id")) for j, s in enumerate(outlet.sources)]
        places += [(("host", h), (i, "hosts", j)) for j, h in enumerate(outlet.hosts)]
        for name, place in places:
            line = line_of(place)
            if name in seen:
                other, at = seen[name]
                where = f"line {at}" if other == path else f"{other}:{at}"
                yield CatalogueError(path, line, f"{name[0]} {name[1]!r} is declared in {where} already")
            seen[name] = path, line
