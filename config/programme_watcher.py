"""A programme that is read again when its files change, by whatever works by it for long."""

from dataclasses import dataclass
from pathlib import Path

from config.catalogue import Catalogue, load_catalogue
from config.errors import ConfigError
from config.programme import Programme, load_programme
from config.programme_files import ProgrammeFiles


@dataclass(frozen=True, slots=True)
class Loaded:
    programme: Programme
    catalogue: Catalogue


class ProgrammeWatcher:
    """Make it before the files are read for the first time: a change while they are read is a change.

    `own` is the id of the programme that its owner uses, by default that of the first one that it loads; a folder that
    becomes another programme's is refused.
    """

    def __init__(self, folder: Path, own: str | None = None) -> None:
        self._folder, self._own = folder, own
        self._files = ProgrammeFiles(folder)

    def look(self) -> bool:
        """Whether a file has changed since the last look. Costs a few microseconds a file."""
        return self._files.changed()

    def load(self) -> Loaded:
        """All files as they are now. Raises ConfigError, and then the owner goes on with what it has."""
        programme = load_programme(self._folder)
        catalogue = load_catalogue(*programme.resolutions)
        if self._own not in {None, programme.id}:
            raise ConfigError(
                f"{self._folder} is the programme {programme.id} now: that needs a start of its own"
            )
        self._own = programme.id
        return Loaded(programme, catalogue)

    def load_if_changed(self) -> Loaded | None:
        """None where no file has changed since the last look. Raises ConfigError as `load`."""
        return self.load() if self.look() else None
