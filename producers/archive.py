"""The archive keeps the fetched responses in WARC files, so that an item can be shown as it was and read again by a
better extractor.

There is one file a day and process, below the data folder. Each record is a gzip member of its own, so that a killed
process leaves nothing worse than a torn last record.
"""

import heapq
import logging
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import IO, Literal, Self, get_args

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from config.errors import LantoaError
from config.settings import Settings
from producers.http.fetch import Fetched

REQUESTED = "Lantoa-Requested-URI"  # the address before redirects; WARC-Target-URI is the one after them
SOURCE = "Lantoa-Source"
PART = "Lantoa-Part"
ORIGINAL = "X-Archive-Orig-"  # prefix of transport headers that no longer apply to the kept content
TRANSPORT = frozenset({"content-encoding", "transfer-encoding", "content-length"})
PIECE = 1 << 16
Part = Literal["document", "page", "part"]  # a part is a later page of a piece
PARTS: tuple[Part, ...] = get_args(Part)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """One archived response. `requested` is the address that was requested, `address` the one where redirects ended.
    `body` is decompressed. `source` is the source whose document it is, or one of whose entries has this page."""

    source: str
    part: Part
    requested: str
    address: str
    fetched_at: datetime
    headers: Mapping[str, str]
    body: bytes


def archive_folder(settings: Settings) -> Path:
    return settings.data_dir / "archive"


class Archive:
    """A context manager that writes records. Threads may share it; each process has one of its own, with files of its
    own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._day: date | None = None
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def keep(self, source: str, part: Part, fetched: Fetched) -> bool:
        """Writes a response; returns False for one without content (a failure, or `not modified`). Raises LantoaError
        when it cannot write."""
        if fetched.error or fetched.not_modified:
            return False
        headers = dict(fetched.headers)
        address = fetched.address or fetched.url
        kept = Kept(source, part, fetched.url, address, fetched.fetched_at, headers, fetched.body)
        with self._lock:
            try:
                file = self._today(kept.fetched_at.astimezone(UTC).date())
                _write(file, kept)
                file.flush()
            except OSError as error:
                self._close()  # a reader cannot get past a torn record, so the next record begins a new file
                raise LantoaError(
                    f"the archive in {self._folder} cannot be written: {error.strerror}. "
                    "Make room there, or fetch without --archive."
                ) from error
        return True

    def _today(self, day: date) -> IO[bytes]:
        if self._file is None or day != self._day:
            self._close()
            folder = self._folder / f"{day:%Y}"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"lantoa-{day}-{token_hex(4)}.warc.gz"
            self._file, self._day = path.open("xb"), day
            writer = WARCWriter(self._file, gzip=True)
            writer.write_record(writer.create_warcinfo_record(path.name, {"software": "Lan tỏa"}))
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        if file:
            try:
                file.close()
            except OSError as error:
                logger.warning("archive.torn", extra={"file": file.name, "reason": error})


@contextmanager
def open_archive(settings: Settings) -> Iterator[Archive | None]:
    """Yields None where the settings ask for no archive."""
    if not settings.archive:
        yield None
        return
    with Archive(archive_folder(settings)) as archive:
        yield archive


def read_archive(folder: Path, first: date | None = None, last: date | None = None) -> Iterator[Kept]:
    """Yields everything that was kept on these days (UTC), in the order in which it was fetched. A torn last record
    is left out."""
    files = sorted(folder.glob("*/lantoa-*.warc.gz"), key=lambda path: (_day(path), path.name))
    for day, of_day in groupby(files, key=_day):
        if (first is None or day >= first) and (last is None or day <= last):
            yield from heapq.merge(*map(_records, of_day), key=lambda kept: kept.fetched_at)


def _day(path: Path) -> date:
    return date.fromisoformat(path.name.removeprefix("lantoa-")[:10])


def _write(file: IO[bytes], kept: Kept) -> None:
    headers = [
        (f"{ORIGINAL}{name}" if name.lower() in TRANSPORT else name, value)
        for name, value in kept.headers.items()
    ]
    length = len(kept.body)
    writer = WARCWriter(file, gzip=True, warc_version="1.1")  # WARC 1.0 has no fractions of seconds
    record = writer.create_warc_record(
        kept.address,
        "response",
        payload=BytesIO(kept.body),
        length=length,
        http_headers=StatusAndHeaders(
            "200 OK", [*headers, ("Content-Length", str(length))], protocol="HTTP/1.1"
        ),
        warc_headers_dict={
            "WARC-Date": kept.fetched_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            REQUESTED: kept.requested,
            SOURCE: kept.source,
            PART: kept.part,
        },
    )
    writer.write_record(record)


def _records(path: Path) -> Iterator[Kept]:
    with path.open("rb") as file:
        try:
            for member in _members(file):
                for record in ArchiveIterator(BytesIO(member)):
                    if record.rec_type == "response":
                        yield _kept(record)
        except (EOFError, zlib.error) as error:
            logger.warning("archive.torn", extra={"file": path, "reason": error})


def _members(file: IO[bytes]) -> Iterator[bytes]:
    """Yields the whole gzip members: warcio itself fails in many ways on a record that ends in the middle."""
    rest = b""
    while rest or (rest := file.read(PIECE)):
        inflate, parts = zlib.decompressobj(zlib.MAX_WBITS + 16), []
        while not inflate.eof:
            if not rest and not (rest := file.read(PIECE)):
                raise EOFError("the last record is not whole")
            parts.append(inflate.decompress(rest))
            rest = inflate.unused_data
        yield b"".join(parts)


def _kept(record: ArcWarcRecord) -> Kept:
    stated = record.rec_headers
    address = stated.get_header("WARC-Target-URI")
    headers = [(name, value) for name, value in record.http_headers.headers if name != "Content-Length"]
    return Kept(
        source=stated.get_header(SOURCE) or "",
        part=next((part for part in PARTS if part == stated.get_header(PART)), "document"),
        requested=stated.get_header(REQUESTED) or address,
        address=address,
        fetched_at=datetime.fromisoformat(stated.get_header("WARC-Date")),
        headers={name.removeprefix(ORIGINAL): value for name, value in headers},
        body=record.raw_stream.read(),
    )
