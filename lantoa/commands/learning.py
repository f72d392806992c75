"""Counts habits and subjects again from the office's corrections (docs/linking.md), for `lantoa learn`."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from config.catalogue import Catalogue, load_catalogue
from config.errors import ConfigError
from config.learned import FILE, Learned, read_learned
from config.programme import Programme
from lantoa.commands.own_programme import check_writable
from lantoa.language import _
from models.counting.stored_item import CountedState
from models.database import Connection
from models.messages.item import Item
from models.queries.stored_items import corrected_items
from stream_apps.rules.teacher import Lesson, TaughtArticle, Teacher

PRIVATE = 0o600
TableRows = list[dict[str, Any]]


def count(
    connection: Connection, programme: Programme, catalogue: Catalogue, on_progress: Callable[[int], None]
) -> Learned:
    """Counts from the corrected items. `on_progress` receives the number of items read."""
    office = programme.office
    teacher = Teacher(catalogue, [place.name for place in office.places] + [*programme.districts.values()])
    lessons: list[Lesson] = []
    for stored, item in corrected_items(connection):
        lessons.append(teacher.read(_taught_article(stored.counted, item)))
        on_progress(1)
    return teacher.learned(lessons)


def own_catalogue(programme: Programme) -> Catalogue:
    """Loads the catalogue without what was learned."""
    return load_catalogue(*programme.own_documents)


def with_counts(catalogue: Catalogue, counted: Learned | None) -> Catalogue:
    return replace(catalogue, learned=counted)


def stored(programme: Programme) -> Learned | None:
    """Loads the file; None if there is none. Raises CatalogueError if it is damaged."""
    return read_learned(*programme.learned) if programme.learned else None


def habit_rows(before: Learned | None, after: Learned | None) -> TableRows:
    """Lists each number and document whose count of articles changed; `document` is empty where the number means
    none."""
    old, new = _articles(before), _articles(after)
    return [
        {"number": form, "document": name, "before": old.get((form, name)), "after": new.get((form, name))}
        for form, name in sorted({*old, *new}, key=_by_number)
        if old.get((form, name)) != new.get((form, name))
    ]


def subject_rows(before: Learned | None, after: Learned | None) -> TableRows:
    """Lists each phrase whose weight changed."""
    old, new = _weights(before), _weights(after)
    return [
        {
            "document": name,
            "phrase": phrase,
            "before": old.get((name, phrase)),
            "after": new.get((name, phrase)),
        }
        for name, phrase in sorted({*old, *new})
        if old.get((name, phrase)) != new.get((name, phrase))
    ]


def keep(folder: Path, counted: Learned | None) -> None:
    """Replaces the file atomically, readable by its user alone; None removes it. Raises UsageError for the shipped
    programme, ConfigError if it cannot be written."""
    check_writable(folder)
    path = folder / FILE
    try:
        if counted is None:
            path.unlink(missing_ok=True)
        else:
            _replace(path, counted.text)
    except OSError as error:
        raise ConfigError(
            _(
                "{file} cannot be written: {reason}. LANTOA_PROGRAMME names a folder of your own.",
                file=path,
                reason=error.strerror,
            )
        ) from error


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else PRIVATE
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{FILE}.", encoding="utf-8", delete=False) as new:
        beside = Path(new.name)
        try:
            new.write(text)
            new.close()
            beside.chmod(mode)
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            raise


def _taught_article(state: CountedState, item: Item) -> TaughtArticle:
    right, story = frozenset(state.resolutions), state.story or item.id
    return TaughtArticle(item.title, item.lead, item.text, state.day, right, story)


def _articles(learned: Learned | None) -> dict[tuple[str, str], float]:
    if learned is None:
        return {}
    return {
        (form, name): round(sum(by_time.values()), 4)
        for form, names in learned.habits.items()
        for name, by_time in names.items()
    }


def _weights(learned: Learned | None) -> dict[tuple[str, str], float]:
    if learned is None:
        return {}
    return {
        (name, phrase): weight for name, found in learned.subjects.items() for phrase, weight in found.items()
    }


def _by_number(key: tuple[str, str]) -> tuple[str, int, str]:
    type_, _space, number = key[0].partition(" ")
    return type_, int(number), key[1]
