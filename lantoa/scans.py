"""Scans of printed pieces, kept in the data folder under their SHA-256."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from models.messages import Enclosure

URN = "urn:sha256:"
NAME = re.compile(r"[0-9a-f]{64}")
KINDS = {  # ending → what such a file begins with, and its media type
    ".pdf": (b"%PDF-", "application/pdf"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
}


@dataclass(frozen=True, slots=True)
class Scan:
    """`enclosure` is what an item says of it."""

    path: Path
    enclosure: Enclosure


def keep_scan(folder: Path, data: bytes) -> Enclosure | None:
    """None when it is neither PDF, JPEG nor PNG, whatever it is called."""
    for ending, (beginning, kind) in KINDS.items():
        if data.startswith(beginning):
            digest = sha256(data).hexdigest()
            _write(folder / f"{digest}{ending}", data)
            return _enclosure(digest, kind, len(data))
    return None


def scan_of(enclosure: Enclosure) -> str:
    """Its SHA-256."""
    return enclosure.url.removeprefix(URN)


def find_scan(folder: Path, digest: str) -> Scan | None:
    """Of another machine's clipping, or after its file was lost: None."""
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
    """Whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid4().hex}")
    part.write_bytes(data)
    part.replace(path)
