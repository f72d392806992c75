"""What was fetched comes back from the archive as it was, whatever became of the process that wrote it."""

import gzip
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from warcio.archiveiterator import ArchiveIterator

from config.errors import FetchError, LantoaError
from producers.archive import Archive, Kept, archive_folder, read_archive
from producers.http.fetch import Fetched

NIGHT = datetime(2026, 8, 1, 19, 0, 0, 250_000, tzinfo=UTC)
PAGE = "<h1>Đưa nghị quyết vào cuộc sống</h1>".encode()
HEADERS = {"content-type": "text/html; charset=utf-8", "etag": '"a1"', "content-encoding": "br"}
WRITER = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from producers.archive import Archive
from producers.http.fetch import Fetched

def fetched(url, body, at):
    return Fetched(url=url, fetched_at=at, seconds=0.1, body=body)

folder, name, count, largest = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if largest:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
with Archive(folder) as archive:
    for number in range(count):
        body = bytes((number * 7 + i * i) % 251 for i in range(2000))
        moment = datetime(2026, 8, 1, 19, tzinfo=UTC).replace(microsecond=number)
        archive.keep("bao", "page", fetched(f"https://bao.vn/{name}/{number}", body, moment))
        print(number, flush=True)
"""


def fetched(body=PAGE, at=NIGHT, **more):
    """Without what a test does not look at, whatever else a fetch carries."""
    return Fetched(**{"url": "https://bao.vn/tin", "fetched_at": at, "seconds": 0.1, "body": body} | more)


@pytest.fixture
def writer(tmp_path):
    """Starts a process that keeps pages."""
    script = tmp_path / "writer.py"
    script.write_text(WRITER)

    def start(name, count, largest=0):
        arguments = [sys.executable, script, tmp_path / "archive", name, str(count), str(largest)]
        return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def test_what_was_kept_comes_back(tmp_path):
    with Archive(tmp_path) as archive:
        assert archive.keep(
            "bao", "page", fetched(url="http://bao.vn/a", address="https://bao.vn/á?b=1", headers=HEADERS)
        )
        assert archive.keep(
            "bao", "document", fetched(b"", NIGHT + timedelta(seconds=1), url="https://bao.vn/empty")
        )
    first, second = read_archive(tmp_path)
    assert first == Kept("bao", "page", "http://bao.vn/a", "https://bao.vn/á?b=1", NIGHT, HEADERS, PAGE)
    assert (second.requested, second.address, second.body) == ("https://bao.vn/empty",) * 2 + (b"",)


def test_other_tools_read_it(tmp_path):
    """A record is a gzip member of its own, and its digests are right."""
    with Archive(tmp_path) as archive:
        archive.keep("bao", "page", fetched(url="https://bao.vn/a", headers=HEADERS))
    (path,) = tmp_path.glob("2026/lantoa-2026-08-01-*.warc.gz")
    with path.open("rb") as file:
        records = []
        for record in ArchiveIterator(file, check_digests="raise"):
            records.append((record.rec_type, record.content_stream().read()))  # noqa: PERF401 - read in turn
    assert [kind for kind, _ in records] == ["warcinfo", "response"]
    assert records[1][1] == PAGE
    assert gzip.decompress(path.read_bytes()).count(b"WARC/1.") == 2


@pytest.mark.parametrize(
    "nothing",
    [
        {"not_modified": True, "body": b""},
        {"error": FetchError("timeout", "not done within 30 s"), "body": b""},
    ],
)
def test_what_carries_no_content_is_not_kept(nothing, tmp_path):
    with Archive(tmp_path) as archive:
        assert not archive.keep("bao", "page", fetched(url="https://bao.vn/a", **nothing))
    assert list(read_archive(tmp_path)) == []
    assert list(tmp_path.rglob("*.gz")) == []


def test_a_file_cut_anywhere_gives_its_whole_records(tmp_path):
    with Archive(tmp_path) as archive:
        for number in range(3):
            archive.keep(
                "bao", "page", fetched(url=f"https://bao.vn/{number}", at=NIGHT + timedelta(seconds=number))
            )
    (path,) = tmp_path.rglob("*.gz")
    whole = path.read_bytes()
    counts = []
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        kept = list(read_archive(tmp_path))
        assert all(each.body == PAGE for each in kept)
        counts.append(len(kept))
    assert counts == sorted(counts)
    assert (counts[0], counts[-2], counts[-1]) == (0, 2, 3)


def test_a_damaged_record_ends_its_file_and_no_other(tmp_path):
    for name in ("a", "b"):
        with Archive(tmp_path) as archive:
            archive.keep("bao", "page", fetched(url=f"https://bao.vn/{name}"))
    damaged = sorted(tmp_path.rglob("*.gz"))[0]
    whole = bytearray(damaged.read_bytes())
    whole[-12] ^= 0xFF
    damaged.write_bytes(whole)
    assert len(list(read_archive(tmp_path))) == 1


def test_a_killed_process_loses_nothing_that_it_had_kept(writer, tmp_path):
    process = writer("killed", 100_000)
    for line in process.stdout:
        if int(line) >= 50:
            break
    process.kill()
    rest = process.stdout.read().split()
    process.wait()
    process.stderr.close()
    process.stdout.close()
    last = max(map(int, rest), default=50)
    numbers = [int(kept.requested.rpartition("/")[2]) for kept in read_archive(tmp_path / "archive")]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > last


def test_two_processes_have_files_of_their_own(writer, tmp_path):
    both = [writer(name, 200) for name in ("a", "b")]
    for process in both:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert len(list(tmp_path.rglob("*.gz"))) == 2
    kept = list(read_archive(tmp_path / "archive"))
    assert len({each.requested for each in kept}) == 400
    assert [each.fetched_at for each in kept] == sorted(each.fetched_at for each in kept)


def test_a_full_disk_is_said_and_what_was_kept_stays(writer, tmp_path):
    process = writer("full", 1000, 20_000)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot be written" in errors
    assert "without --archive" in errors
    kept = list(read_archive(tmp_path / "archive"))
    assert len(kept) == len(told.split()) > 3


def test_an_archive_that_cannot_be_opened_is_said(tmp_path):
    (tmp_path / "archive").write_text("a file stands here")
    with pytest.raises(LantoaError, match="cannot be written"), Archive(tmp_path / "archive") as archive:
        archive.keep("bao", "page", fetched(url="https://bao.vn/a"))


def test_days_are_files_and_may_be_chosen(tmp_path):
    with Archive(tmp_path) as archive:
        for day in range(4):
            archive.keep("bao", "page", fetched(url=f"https://bao.vn/{day}", at=NIGHT + timedelta(days=day)))
    assert len(list(tmp_path.rglob("*.gz"))) == 4
    chosen = read_archive(tmp_path, date(2026, 8, 2), date(2026, 8, 3))
    assert [kept.requested for kept in chosen] == ["https://bao.vn/1", "https://bao.vn/2"]


def test_it_stands_below_the_data_folder(quick_settings):
    assert archive_folder(quick_settings).parent == quick_settings.data_dir
