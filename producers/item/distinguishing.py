"""Learns from a document what distinguishes its pieces, and keeps it for the outlet.

Entries whose addresses differ in nothing but marks are one piece, unless their titles say that they are several. Then
the least fleeting marks by which they differ are part of the address for this outlet; else their guids or enclosures
are the identity, and at last their titles and dates. The order of the entries changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from config.programme import Outlet
from producers.item.address_spelling import FRAGMENT, Spelt, spelt
from producers.item.entry import Entry
from producers.item.identity import (
    Lessons,
    day_of,
    distinguishing_marks,
    entry_page_key,
    entry_spelt,
    file_key,
    file_of,
    has_guid,
    own_key,
    title_of,
)
from producers.item.marks import is_fleeting

MarkValue = tuple[str, str]  # the name and the value of a mark
Content = tuple[str, str, str, tuple[str, ...]]  # title, day, lead, enclosures


@dataclass(frozen=True)
class PagedEntry:
    """An entry that has a page of its own, with what may distinguish it."""

    entry: Entry
    spelt: Spelt
    own: str | None

    @cached_property
    def title(self) -> str:
        return title_of(self.entry)

    @cached_property
    def day(self) -> str:
        return day_of(self.entry)

    @cached_property
    def enclosures(self) -> tuple[str, ...]:
        return tuple(sorted(each.url for each in self.entry.enclosures))

    @property
    def piece(self) -> tuple[str, str]:
        return self.title, self.day


def learn(outlet: Outlet, entries: Iterable[Entry], known: Lessons = ()) -> frozenset[str]:
    """Returns the known lessons and those that this document adds."""
    found = list(entries)
    before = frozenset({*known, *_void_guids(outlet, found), *_of_files(outlet, found)})
    before |= {*_void_files(outlet, found, before)}
    by_place: defaultdict[str, list[PagedEntry]] = defaultdict(list)
    for entry in found:
        page = entry_page_key(outlet, entry)
        if page and page.startswith("url:"):
            by_place[page].append(
                PagedEntry(entry, entry_spelt(outlet, entry), own_key(outlet, entry, before))
            )
    widespread = _widespread(by_place.values())
    groups = [group for group in by_place.values() if len(group) > 1]
    lessons = before.union(*(_of_one_place(group, before, widespread) for group in groups))
    return lessons | shared_pages(outlet, found, lessons)


def shared_pages(outlet: Outlet, entries: Iterable[Entry], lessons: Lessons = ()) -> set[str]:
    """Returns the keys of pages to which several pieces of one document link, with different guids or enclosures."""
    owners: defaultdict[str, dict[str, set[Content]]] = defaultdict(lambda: defaultdict(set))
    for entry in entries:
        page, own = entry_page_key(outlet, entry, lessons), own_key(outlet, entry, lessons)
        if page and own:
            files = tuple(sorted(each.url for each in entry.enclosures))
            owners[page][own].add((title_of(entry), day_of(entry), entry.lead, files))
    return {page for page, owned in owners.items() if len(owned) > 1 and not _say_the_same(owned.values())}


def _say_the_same(contents: Iterable[set[Content]]) -> bool:
    """True for one piece that is listed twice, under guids of its lists."""
    said: set[Content] = set().union(*contents)
    return len(said) == 1 and all(title and day for title, day, *_rest in said)


def _void_guids(outlet: Outlet, entries: Sequence[Entry]) -> Iterator[str]:
    """A guid that one document gives to several pieces identifies none of them."""
    owners: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if has_guid(outlet, entry):
            owners[entry.guid].append(entry)
    for guid, owned in owners.items():
        titles, days = ({read(each) for each in owned} - {""} for read in (title_of, day_of))
        files = {each.enclosures[0].url for each in owned if each.enclosures}
        pages = {entry_page_key(outlet, each) for each in owned} - {None}
        others = len(days) > 1 or len(pages) > 1
        if (len(titles) > 1 and (others or len(files) > 1)) or (len(days) > 1 and len(files) > 1):
            yield f"void:{guid}"


def _of_files(outlet: Outlet, entries: Sequence[Entry]) -> Iterator[str]:
    """Yields the marks by which the addresses of enclosures differ, where their pieces do."""
    by_place: defaultdict[str, list[PagedEntry]] = defaultdict(list)
    for entry in entries:
        if address := file_of(entry):
            found = spelt(address, outlet)
            bare = entry.model_copy(update={"enclosures": ()})
            by_place[found.written()].append(PagedEntry(bare, found, None))
    for base, group in by_place.items():
        for lesson in _of_one_place(group, frozenset(), set()) if len(group) > 1 else ():
            kind, _colon, name = lesson.partition(":")
            if kind == "tells":
                yield f"tells-file:{name.partition('@')[0]}@{base}"


def _void_files(outlet: Outlet, entries: Sequence[Entry], lessons: Lessons) -> Iterator[str]:
    """An enclosure that one document gives to several pieces identifies none of them: a logo, or a station's
    stream."""
    owners: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if key := file_key(outlet, entry, lessons):
            owners[key].append(entry)
    for key, owned in owners.items():
        titles, days = ({read(each) for each in owned} - {""} for read in (title_of, day_of))
        pages = {entry_page_key(outlet, each) for each in owned} - {None}
        if len([said for said in (titles, days, pages) if len(said) > 1]) > 1:
            yield f"void-file:{key}"


def _of_one_place(group: Sequence[PagedEntry], lessons: Lessons, widespread: set[MarkValue]) -> Iterator[str]:
    base = group[0].spelt.written()
    marks: set[str] = set().union(*(distinguishing_marks(each.spelt, lessons) for each in group))
    names: set[str] = set().union(*(each.spelt.marks for each in group)) - marks
    steady = [name for name in names if not _is_fleeting(name, group)]
    for name in sorted(steady, key=lambda name: (name == FRAGMENT, name)):
        if _distinguishes(name, group, marks, widespread, _by_number if _numbers(name, group) else _by_day):
            marks.add(name)
            everywhere = name != FRAGMENT and _numbers(name, group)
            yield f"tells:{name}" if everywhere else f"tells:{name}@{base}"
    if not _mixed(group, marks, _by_title) or _own_keys_distinguish(group, marks):
        return
    for name in sorted(names - {*steady}):
        if _distinguishes(name, group, marks, widespread, _by_title):
            marks.add(name)
            yield f"tells:{name}@{base}"
    for page, several in _by_marks(group, marks).items():
        if any(each.spelt.ignores for each in several):
            continue  # the office's configuration states that they are one
        titles, days = {each.title for each in several}, {each.day for each in several}
        if len(titles) > 1 and "" not in titles | days and len({each.piece for each in several}) == len(days):
            yield f"titled:url:{page}"


def _numbers(name: str, group: Sequence[PagedEntry]) -> bool:
    """True where all values of the mark hold a number: then it distinguishes pieces on every page of the outlet,
    while a word may distinguish them here and be a mere mark elsewhere."""
    values = [each.spelt.says[name] for each in group if name in each.spelt.marks]
    return name != FRAGMENT and all(any(c.isdigit() for c in value) for value in values)


def _is_fleeting(name: str, group: Sequence[PagedEntry]) -> bool:
    if name == FRAGMENT:
        return False
    return any(is_fleeting(name, each.spelt.says[name]) for each in group if name in each.spelt.marks)


def _distinguishes(
    name: str,
    group: Sequence[PagedEntry],
    marks: set[str],
    widespread: set[MarkValue],
    of: Callable[[PagedEntry], str],
) -> bool:
    """True where fewer pieces look alike with this mark. False where one piece is seen with several values of it, or
    where its value also occurs on other pages."""
    values: defaultdict[tuple[str, ...], set[str | None]] = defaultdict(set)
    for each in group:
        if each.title:
            values[(*each.piece, *each.enclosures)].add(each.spelt.says.get(name))
    if any(len(seen) > 1 for seen in values.values()):
        return False
    said = {(name, each.spelt.says[name]) for each in group if name in each.spelt.marks}
    if said & widespread:
        return False
    return _mixed(group, marks | {name}, of) < _mixed(group, marks, of)


def _by_title(each: PagedEntry) -> str:
    return each.title


def _by_day(each: PagedEntry) -> str:
    """Adds the day, because a daily broadcast always has the same title."""
    return f"{each.title}|{each.day}" if each.title else ""


def _by_number(each: PagedEntry) -> str:
    """A sitemap lists addresses without titles, each of another piece."""
    return _by_day(each) or each.spelt.written(each.spelt.marks)


def _mixed(group: Sequence[PagedEntry], marks: set[str], of: Callable[[PagedEntry], str]) -> int:
    """Returns how many pieces too many share an address."""
    pieces: defaultdict[str, set[str]] = defaultdict(set)
    for each in group:
        if piece := of(each):
            pieces[each.spelt.written(marks)].add(piece)
    return sum(len(several) - 1 for several in pieces.values())


def _own_keys_distinguish(group: Sequence[PagedEntry], marks: set[str]) -> bool:
    titles: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
    for each in group:
        if each.title:
            titles[each.spelt.written(marks), each.own].add(each.title)
    return all(len(several) == 1 for several in titles.values())


def _by_marks(group: Sequence[PagedEntry], marks: set[str]) -> dict[str, list[PagedEntry]]:
    found: defaultdict[str, list[PagedEntry]] = defaultdict(list)
    for each in group:
        found[each.spelt.written(marks)].append(each)
    return found


def _widespread(groups: Iterable[Sequence[PagedEntry]]) -> set[MarkValue]:
    """Returns words that are values of marks on several pages: they name where a reader came from. A number may count
    within each page."""
    places: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for group in groups:
        for each in group:
            for name, value in each.spelt.says.items():
                if name != FRAGMENT and not any(c.isdigit() for c in value):
                    places[name, value].add(each.spelt.place)
    return {said for said, seen in places.items() if len(seen) > 1}
