"""The files of a programme, looked at again and again by whoever works by them for long."""

from pathlib import Path

from config.learned import FILE as LEARNED

State = frozenset[tuple[str, int, int]]


class ProgrammeFiles:
    """Made before they are read: a change while they are read is a change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = _state(folder)

    def changed(self) -> bool:
        """Since the last look."""
        now = _state(self._folder)
        changed, self._seen = now != self._seen, now
        return changed


def _state(folder: Path) -> State:
    found = set()
    for path in (*folder.glob("*.yaml"), folder / LEARNED):
        try:
            told = path.stat()
        except FileNotFoundError:  # just replaced, or nothing was learned
            continue
        found.add((path.name, told.st_mtime_ns, told.st_size))
    return frozenset(found)
