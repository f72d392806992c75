"""The provinces and communes of Vietnam since 1 July 2025, and those of before with what they became.

`scripts/provinces.py` writes the two tables in config/provinces/; docs/new-province.md names their origin.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "provinces"
KINDS = (
    "Thành phố",
    "Tỉnh",
    "Quận",
    "Huyện",
    "Thị xã",
    "Thị trấn",
    "Phường",
    "Xã",
    "Đặc khu",
)


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """A commune until 30 June 2025. `name` is empty for an island district, which had no communes. `became` has
    several present communes, the main one first, if it was divided."""

    province: str
    district: str
    name: str
    became: tuple[str, ...]


@dataclass(frozen=True)
class Province:
    """A province of today, with full names such as `Thành phố Cần Thơ` and `Xã Trường Long`."""

    name: str
    communes: tuple[str, ...]
    former: tuple[FormerCommune, ...]

    @property
    def short(self) -> str:
        return short_name(self.name)

    @cached_property
    def former_provinces(self) -> tuple[str, ...]:
        """Full names of the provinces that became this one, itself included where it kept its name."""
        return tuple(dict.fromkeys(each.province for each in self.former))

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Full names of the districts until 30 June 2025."""
        return tuple(dict.fromkeys(each.district for each in self.former))

    def districts_of(self, commune: str) -> frozenset[str]:
        """Returns the former districts that a present commune was made of."""
        return self._origins[commune]

    @cached_property
    def _origins(self) -> Mapping[str, frozenset[str]]:
        found = defaultdict(set)
        for each in self.former:
            for commune in each.became:
                found[commune].add(each.district)
        return {commune: frozenset(districts) for commune, districts in found.items()}


def short_name(name: str) -> str:
    """Returns `Cần Thơ` for `Thành phố Cần Thơ`."""
    return next((name[len(kind) + 1 :] for kind in KINDS if name.startswith(f"{kind} ")), name)


def kind_of(name: str) -> str:
    """Returns `Thành phố` for `Thành phố Cần Thơ`."""
    return name.removesuffix(short_name(name)).strip()


@cache
def load_provinces() -> Mapping[str, Province]:
    """Maps the short name of each province of today to the province."""
    communes = defaultdict(list)
    for province, commune in _rows("communes.tsv"):
        communes[province].append(commune)
    former = defaultdict(list)
    for row in _rows("former.tsv"):
        old, district, name, province, became = row
        former[province].append(FormerCommune(old, district, name, tuple(became.split(", "))))
    found = (Province(name, tuple(communes[name]), tuple(former[name])) for name in communes)
    return {province.short: province for province in found}


@cache
def provinces_by_name() -> Mapping[str, frozenset[str]]:
    """Maps each short name of a commune, district or province, of today and of before, to the short names of the
    present provinces that have it. Numbers are no names."""
    found = defaultdict(set)
    for province in load_provinces().values():
        for name in _all_names(province):
            found[short_name(name)].add(province.short)
    return {name: frozenset(provinces) for name, provinces in found.items() if not name.isdigit()}


def successor_of(name: str) -> str | None:
    """Returns the short name of the present province for a full or short name of a province of today or of before."""
    short = short_name(name)
    if short in load_provinces():
        return short
    for province in load_provinces().values():
        if short in map(short_name, province.former_provinces):
            return province.short
    return None


def _all_names(province: Province) -> Iterator[str]:
    yield from (province.name, *province.former_provinces, *province.districts, *province.communes)
    yield from (each.name for each in province.former if each.name)


def _rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines()[1:]:
        yield line.split("\t")
