"""Loads a programme and notices when its files change, for processes that use it for long."""

from dataclasses import dataclass
from pathlib import Path

from config.catalogue import Catalogue, load_catalogue
from config.errors import ConfigError
from config.learned import FILE as LEARNED
from config.programme import Programme, load_programme

FileStates = frozenset[tuple[str, int, int]]  # name, time of the last change, size


@dataclass(frozen=True, slots=True)
class Loaded:
    programme: Programme
    catalogue: Catalogue


class ProgrammeWatcher:
    """Make it before the files are read for the first time: a change while they are read is a change.

    `own` is the id of the programme that its owner uses, by default that of the first one that it loads; a folder
    that becomes another programme's is refused.
    """

    def __init__(self, folder: Path, own: str | None = None) -> None:
        self._folder, self._own = folder, own
        self._files = ProgrammeFiles(folder)

    def look(self) -> bool:
        """Returns whether a file has changed since the last look. Costs a few microseconds for each file."""
        return self._files.changed()

    def load(self) -> Loaded:
        """Loads all files as they are now. Raises ConfigError; the owner then keeps the programme that it has."""
        programme = load_programme(self._folder)
        catalogue = load_catalogue(*programme.resolutions)
        if self._own not in {None, programme.id}:
            raise ConfigError(
                f"{self._folder} is the programme {programme.id} now: that needs a start of its own"
            )
        self._own = programme.id
        return Loaded(programme, catalogue)

    def load_if_changed(self) -> Loaded | None:
        """Returns None where no file has changed since the last look. Raises ConfigError as `load`."""
        return self.load() if self.look() else None


class ProgrammeFiles:
    """Make it before the files are read: a change while they are read is a change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = _state(folder)

    def changed(self) -> bool:
        """Returns whether a file has changed since the last call."""
        now = _state(self._folder)
        changed, self._seen = now != self._seen, now
        return changed


def _state(folder: Path) -> FileStates:
    found = set()
    for path in (*folder.glob("*.yaml"), folder / LEARNED):
        try:
            status = path.stat()
        except FileNotFoundError:  # the file is just being replaced, or nothing was learned
            continue
        found.add((path.name, status.st_mtime_ns, status.st_size))
    return frozenset(found)
