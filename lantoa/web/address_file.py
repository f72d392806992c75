"""Where the dashboard of a data folder is to be found: `lantoa open` reads what the last one that started wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from config.settings import Settings

FILE = "dashboard.address"
HERE = "127.0.0.1"


@contextmanager
def told_at(settings: Settings, host: str, port: int) -> Iterator[None]:
    """For as long as it serves."""
    path, place = settings.data_dir / FILE, f"{host}:{port}"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{FILE}.{uuid4().hex}")
    written.write_text(f"{place}\n")
    written.replace(path)
    try:
        yield
    finally:
        if _read(settings) == place:
            path.unlink(missing_ok=True)


def place_of(settings: Settings) -> tuple[str, int]:
    """Host and port; those of the settings where none was written."""
    host, _colon, port = _read(settings).rpartition(":")
    return (host, int(port)) if host and port.isdigit() else (HERE, settings.port)


def _read(settings: Settings) -> str:
    try:
        return (settings.data_dir / FILE).read_text().strip()
    except OSError:
        return ""
