"""The address of a data folder's dashboard: the last dashboard that started writes it, and `lantoa open` reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from config.settings import Settings

FILE = "dashboard.address"
HERE = "127.0.0.1"


@contextmanager
def serving_address(settings: Settings, host: str, port: int) -> Iterator[None]:
    """Writes the address while the dashboard runs."""
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


def dashboard_address(settings: Settings) -> tuple[str, int]:
    """Returns host and port, or those of the settings if none were written."""
    host, _colon, port = _read(settings).rpartition(":")
    return (host, int(port)) if host and port.isdigit() else (HERE, settings.port)


def _read(settings: Settings) -> str:
    try:
        return (settings.data_dir / FILE).read_text().strip()
    except OSError:
        return ""
