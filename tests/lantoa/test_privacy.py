"""What stands in the data folder is its user's alone; what he asks for by name is his to share."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.privacy import close_folder

BEFORE = (
    "kafka/log/lantoa.items-0/0.log",
    "kafka/ports.json",
    "logs/worker-1.log",
    "clippings/1.pdf",
    "lantoa.db-wal",
)


def open_to_others(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    )


def lantoa(data: Path, *arguments: object, umask: int = 0o022) -> None:
    environment = {**os.environ, "LANTOA_DATA_DIR": str(data), "LANTOA_DATABASE_URL": "", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "lantoa", *map(str, arguments)]
    ran = subprocess.run(command, env=environment, umask=umask, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr


def as_before(data: Path) -> None:
    for name in BEFORE:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("cũ")
        (data / name).chmod(0o644)


def test_a_folder_of_before_is_closed_and_what_comes_is_closed_from_the_start(tmp_path: Path) -> None:
    data = tmp_path / "dữ liệu"
    as_before(data)
    lantoa(data, "tallies", "--period", "2024")
    assert (data / "lantoa.db").is_file()
    assert open_to_others(tmp_path) == []


def test_of_a_folder_that_holds_other_things_only_ours_are_closed(tmp_path: Path) -> None:
    as_before(tmp_path)
    (tmp_path / "ảnh").mkdir(mode=0o755)
    (tmp_path / "logs" / "lối tắt").symlink_to(tmp_path / "ảnh")
    tmp_path.chmod(0o755)
    close_folder(tmp_path)
    assert open_to_others(tmp_path) == ["ảnh"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.slow
def test_a_whole_run_leaves_nothing_open(kept_demo: Path) -> None:
    found = open_to_others(kept_demo)
    assert [name for name in found if not name.startswith("programme")] == []


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_file_that_somebody_asks_for_has_the_mode_that_he_is_used_to(
    tmp_path: Path, umask: int, mode: int
) -> None:
    file = tmp_path / "nguồn tin.opml"
    lantoa(tmp_path / "data", "sources", "export", "--out", file, umask=umask)
    assert stat.S_IMODE(file.stat().st_mode) == mode
