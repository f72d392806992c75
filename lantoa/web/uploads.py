"""The spool of uploaded sheets, which are kept for an hour under their SHA-256 until they are imported."""

import re
import shutil
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

KEPT_SECONDS = 60 * 60
MOST = 20  # files; the oldest one is deleted
LONGEST_NAME = 80  # characters
NAME = re.compile(r"[0-9a-f]{64}")
NOT_IN_NAMES = re.compile(r"[^\w.() -]+")


@dataclass(frozen=True, slots=True)
class Upload:
    sha256: str
    path: Path


def keep(folder: Path, name: str, data: bytes) -> Upload:
    """Keeps a file. `name` is the browser's name of the file; only its last part is used."""
    folder.mkdir(parents=True, exist_ok=True)
    _make_room(folder)
    digest = sha256(data).hexdigest()
    place = folder / digest
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    path = place / _plain_name(name)
    path.write_bytes(data)
    return Upload(digest, path)


def kept(folder: Path, digest: str) -> Upload | None:
    """Returns None if the file was never uploaded, has expired, or was changed."""
    place = folder / digest
    if not NAME.fullmatch(digest) or not place.is_dir() or _too_old(place):
        return None
    path = next(place.iterdir(), None)
    if path is None or sha256(path.read_bytes()).hexdigest() != digest:
        return None
    return Upload(digest, path)


def _make_room(folder: Path) -> None:
    by_age = sorted((each for each in folder.iterdir() if NAME.fullmatch(each.name)), key=_written)
    for each in by_age:
        if _too_old(each) or each in by_age[: max(len(by_age) - MOST + 1, 0)]:
            shutil.rmtree(each, ignore_errors=True)


def _too_old(place: Path) -> bool:
    return time.time() - _written(place) > KEPT_SECONDS


def _written(place: Path) -> float:
    return place.stat().st_mtime


def _plain_name(name: str) -> str:
    last = re.split(r"[/\\]", normalize("NFC", name))[-1]
    return NOT_IN_NAMES.sub("_", last).lstrip(".")[-LONGEST_NAME:] or "_"
