"""Makes the folder of a new programme: its places by the tables of provinces, its papers by the library."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from config.errors import UsageError
from config.outlets import LibraryOutlet, load_library
from config.privacy import shared_mode
from config.programme import load_programme
from config.provinces import Province, kind_of, load_provinces, provinces_by_name, short_name, successor_of
from config.yaml_edit import in_one_line
from lantoa.language import _
from stream_apps.rules.text import fold, without_marks

EVERYDAY = {"Hòa Bình"}  # a former province whose name is a word, "peace"


@dataclass(frozen=True, slots=True)
class ProposedPlace:
    """A place of the province. `shared_with` are other provinces that have the name; the text must then also contain
    one of `company`."""

    name: str
    company: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewOffice:
    """Everything that is asked of an office. `issuer`, `place` and `signatory` belong to the report."""

    province: Province
    places: tuple[ProposedPlace, ...]
    papers: tuple[str, ...]
    issuer: str = ""
    place: str = ""
    signatory: str = ""
    pace: float = 5.0
    contact: str = ""

    @property
    def id(self) -> str:
        return plain(self.province.short).replace(" ", "-")


def plain(text: str) -> str:
    return without_marks(fold(" ".join(text.split())))


def find_province(stated: str) -> Province:
    """Finds a present province by its name or that of a former one, with or without tone marks. Raises UsageError
    with similar names."""
    known = load_provinces()
    former = [short_name(name) for each in known.values() for name in each.former_provinces]
    names = {plain(name): name for name in (*former, *known)}
    wanted = plain(stated)
    for kind in ("tinh ", "thanh pho "):
        wanted = wanted.removeprefix(kind)
    if found := successor_of(names.get(wanted, "")):
        return known[found]
    near = [names[each] for each in get_close_matches(wanted, names, n=3)]
    raise _unknown(_("There is no province {stated!r}.", stated=stated), near)


def proposed_places(province: Province, *, communes: bool = True) -> tuple[ProposedPlace, ...]:
    """Proposes the province, the former provinces and districts by their short names, which papers continue to use,
    and the communes with their kind, because many of their names are ordinary words."""
    found: dict[str, ProposedPlace] = {}
    for place in _proposals(province, communes=communes):
        found.setdefault(place.name, place)
    return tuple(found.values())


def _proposals(province: Province, *, communes: bool) -> Iterator[ProposedPlace]:
    provinces = _province_names(province)
    for name in provinces:
        everyday = name in EVERYDAY
        yield ProposedPlace(f"tỉnh {name}" if everyday else name)
    company = tuple(name for name in provinces if name not in EVERYDAY)
    for district in province.districts:
        short = short_name(district)
        if short not in provinces:
            yield _marked(_written(district), short, province, company)
    for commune in province.communes if communes else ():
        short = short_name(commune)
        alone = (short_name(each) for each in sorted(province.districts_of(commune)))
        near = (
            each for each in alone if each != short and len(each.split()) > 1 and not _others(each, province)
        )
        yield _marked(_with_kind(commune), short, province, (*company, *near))


def _province_names(province: Province) -> tuple[str, ...]:
    return tuple(dict.fromkeys((province.short, *map(short_name, province.former_provinces))))


def _marked(name: str, short: str, province: Province, company: Sequence[str]) -> ProposedPlace:
    others = _others(short, province)
    return ProposedPlace(name, tuple(dict.fromkeys(company)) if others else (), others)


def _others(short: str, province: Province) -> tuple[str, ...]:
    return tuple(sorted(provinces_by_name().get(short, frozenset()) - {province.short}))


def _written(name: str) -> str:
    """Returns the short name, but names of one syllable with their kind: `vinh` alone is part of many words."""
    short = short_name(name)
    return short if " " in short else _with_kind(name)


def _with_kind(name: str) -> str:
    return f"{kind_of(name).lower()} {short_name(name)}"


def choose_places(province: Province, stated: str) -> tuple[ProposedPlace, ...]:
    """`stated` is `all`, `districts` or names separated by commas. Raises UsageError for a name that the province does
    not have."""
    if stated in {"all", "districts"}:
        return proposed_places(province, communes=stated == "all")
    proposed = proposed_places(province)
    known = {plain(short_name(place.name.capitalize())): place for place in reversed(proposed)}
    known |= {plain(place.name): place for place in proposed}
    chosen = [proposed[0]]
    for name in (part.strip() for part in stated.split(",") if part.strip()):
        if plain(name) not in known:
            near = [known[each].name for each in get_close_matches(plain(name), known, n=3)]
            raise _unknown(_("{province} has no place {name!r}.", province=province.short, name=name), near)
        chosen.append(known[plain(name)])
    return tuple(dict.fromkeys(chosen))


def proposed_papers(province: Province) -> list[LibraryOutlet]:
    """Returns the library's outlets that the province may want: its own first, then the central ones."""
    names = [plain(name) for name in _province_names(province)]
    outlets = load_library().values()
    own = [each for each in outlets if each.level != "central" and any(n in plain(each.name) for n in names)]
    return [*own, *(each for each in outlets if each.level == "central")]


def choose_papers(province: Province, stated: str) -> tuple[str, ...]:
    """`stated` is `all`, `none`, or ids and numbers (`1,3-5`) of the proposed papers. Raises UsageError."""
    proposed = [outlet.id for outlet in proposed_papers(province)]
    if stated in {"all", "none"}:
        return tuple(proposed) if stated == "all" else ()
    chosen: list[str] = []
    for part in (part.strip() for part in stated.split(",") if part.strip()):
        first, _dash, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            low, high = int(first), int(last or first)
            if not 1 <= low <= high <= len(proposed):
                raise UsageError(
                    _("Numbers go from 1 to {most}, found {part!r}.", most=len(proposed), part=part)
                )
            chosen += proposed[low - 1 : high]
        elif part in load_library():
            chosen.append(part)
        else:
            near = get_close_matches(part, load_library(), n=3)
            said = _(
                "The library has no outlet {name!r}. `lantoa outlets --search TEXT` finds one.", name=part
            )
            raise _unknown(said, near)
    return tuple(dict.fromkeys(chosen))


def _unknown(said: str, near: Sequence[str]) -> UsageError:
    return UsageError(f"{said} {_('Near it: {names}', names=', '.join(near))}" if near else said)


def files_of(office: NewOffice) -> Mapping[str, str]:
    """Returns the text of each file of the programme."""
    return {"programme.yaml": _programme_text(office), "outlets.yaml": _outlets_text(office)}


def environment_of(office: NewOffice, folder: Path) -> str:
    """Returns the settings, in the form of an `.env`. The programme gets a data folder of its own beside it."""
    rows = {"LANTOA_PROGRAMME": str(folder), "LANTOA_DATA_DIR": str(folder.parent / f"{office.id}-data")}
    rows |= {"LANTOA_HOST_DELAY": f"{office.pace:g}", "LANTOA_CONTACT": office.contact}
    return "".join(f"{name}={_quoted(value)}\n" for name, value in rows.items() if value)


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes the folder as a whole or not at all, and only a programme that can be loaded. Raises UsageError for a
    folder that holds anything."""
    check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            for name, text in files.items():
                (beside / name).write_text(text, "utf-8")
                (beside / name).chmod(shared_mode())
            load_programme(beside)
            beside.chmod(shared_mode() | 0o111)
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise UsageError(
            _("{file} cannot be written: {reason}", file=folder, reason=error.strerror)
        ) from error


def check_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            _("{folder} exists already, and nothing in it is changed. Name another folder.", folder=folder)
        )


def write_environment(path: Path, text: str) -> bool:
    """Writes the file unless there is one, and returns whether it was written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def _programme_text(office: NewOffice) -> str:
    head = {"id": office.id, "name": office.province.name, "timezone": "Asia/Ho_Chi_Minh"}
    lines = [f"# {_('The programme of one press office; docs/programme.md explains every key.')}"]
    lines += [f"{key}: {_scalar(value)}" for key, value in head.items()]
    lines += ["places:", *map(_place_line, office.places)]
    street = ", ".join(f"{kind} {office.province.short}" for kind in ("đường", "phố"))
    lines += [f"not_places: [{street}]  # {_('streets in other cities')}"]
    report = {"issuer": office.issuer, "place": office.place, "signer": office.signatory}
    stated = {key: value for key, value in report.items() if value}
    lines += ["report:", *(f"  {key}: {_scalar(value)}" for key, value in stated.items())] if stated else []
    return "\n".join(lines) + "\n"


def _place_line(place: ProposedPlace) -> str:
    if not place.company:
        return f"  - {_scalar(place.name)}"
    entry = in_one_line({"name": place.name, "with": list(place.company)})
    return f"  - {entry}  # {_('also in {provinces}', provinces=', '.join(place.shared_with[:3]))}" + (
        "…" if len(place.shared_with) > 3 else ""
    )


def _outlets_text(office: NewOffice) -> str:
    library = load_library()
    lines = [f"# {_('The outlets of the office; docs/outlets.md explains them.')}"]
    for name in office.papers:
        partner = ", partner: true" if library[name].level == "central" else ""
        lines.append(f"- {{use: {name}{partner}}}  # {library[name].name}")
    return "\n".join(lines if office.papers else [*lines, "[]"]) + "\n"


def _scalar(text: str) -> str:
    return in_one_line({"x": text}).removeprefix("{x: ").removesuffix("}")


def _quoted(text: str) -> str:
    """Writes a value as python-dotenv reads it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
