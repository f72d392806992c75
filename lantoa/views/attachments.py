"""Scans of printed pieces are kept in the data folder under their SHA-256.

A scan whose form was refused waits in a folder of its own until the form is corrected: for one hour, and at most 20
scans.
"""

import re
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from models.messages.item import Enclosure

URN = "urn:sha256:"
NAME = re.compile(r"[0-9a-f]{64}")
WAITING_SECONDS = 60 * 60
MOST_WAITING = 20
KINDS = {  # ending → the first bytes of such a file, and its media type
    ".pdf": (b"%PDF-", "application/pdf"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that is kept here, and the enclosure by which an item refers to it."""

    path: Path
    enclosure: Enclosure


def hand_in_scan(waiting: Path, data: bytes) -> Enclosure | None:
    """Keeps a scan until `take_scan` is called. Returns None if it is neither PDF, JPEG nor PNG."""
    if waiting.is_dir():
        _make_room(waiting)
    return keep_scan(waiting, data)


def take_scan(waiting: Path, folder: Path, digest: str) -> bool:
    """Moves a waiting scan to the kept ones. Returns False if it is kept already or cannot be found."""
    found = find_scan(waiting, digest)
    if found is None or find_scan(folder, digest):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    found.path.replace(folder / found.path.name)
    return True


def keep_scan(folder: Path, data: bytes) -> Enclosure | None:
    """Writes a scan to `folder`. Returns None if its content, whatever its name, is neither PDF, JPEG nor PNG."""
    for ending, (beginning, kind) in KINDS.items():
        if data.startswith(beginning):
            digest = sha256(data).hexdigest()
            _write(folder / f"{digest}{ending}", data)
            return _enclosure(digest, kind, len(data))
    return None


def scan_of(enclosure: Enclosure) -> str:
    """Returns the SHA-256 of a scan."""
    return enclosure.url.removeprefix(URN)


def find_scan(folder: Path, digest: str) -> Scan | None:
    """Returns None if this machine does not have the file, because another one keeps it or because it was lost."""
    if not NAME.fullmatch(digest):
        return None
    found = ((folder / f"{digest}{ending}", kind) for ending, (_beginning, kind) in KINDS.items())
    return next(
        (Scan(path, _enclosure(digest, kind, path.stat().st_size)) for path, kind in found if path.is_file()),
        None,
    )


def _enclosure(digest: str, kind: str, length: int) -> Enclosure:
    return Enclosure(url=f"{URN}{digest}", type=kind, length=length)


def _write(path: Path, data: bytes) -> None:
    """Writes the file atomically."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid4().hex}")
    part.write_bytes(data)
    part.replace(path)


def _make_room(waiting: Path) -> None:
    """Deletes the scans that have waited too long, and the oldest ones above the limit."""
    by_age = sorted(waiting.iterdir(), key=lambda path: path.stat().st_mtime)
    late = time.time() - WAITING_SECONDS
    for number, path in enumerate(by_age, 1):
        if path.stat().st_mtime < late or len(by_age) - number >= MOST_WAITING - 1:
            path.unlink(missing_ok=True)
