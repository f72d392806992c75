"""What Lan tỏa keeps is its user's alone; a file that he asks for by name is his to share, as his umask says."""

import os
from contextlib import suppress
from pathlib import Path

OURS_ALONE = 0o077
KEPT = (
    "kafka",
    "logs",
    "clippings",
    "handed-in",
    "archive",
    "lantoa.db*",
    "ingest.lock",
)  # in the data folder
_users: list[int] = []  # his umask, once another one is in force


def keep_private() -> None:
    """For this process and its children. Entry points call it before anything is written."""
    _users[:] = [os.umask(OURS_ALONE)]


def share(file: Path) -> None:
    """Gives a file that somebody asked for the mode that it would have had without us."""
    if _users:
        file.chmod(shared_mode())


def shared_mode() -> int:
    return 0o666 & ~(_users[0] if _users else 0o022)


def close_folder(data_dir: Path) -> None:
    """What earlier versions left readable for others: closed. Of a folder that holds other things too, only ours are."""
    with suppress(OSError):  # not there yet, or somebody else's, who has to see to it
        kept = [path for pattern in KEPT for path in data_dir.glob(pattern)]
        if kept and len(kept) == len(list(data_dir.iterdir())):
            _close(data_dir)
        for path in kept:
            if path.stat().st_mode & OURS_ALONE:  # what is below it was written as openly
                for each in (path, *path.rglob("*")):
                    _close(each)


def _close(path: Path) -> None:
    with suppress(OSError):  # it went meanwhile
        mode = path.lstat().st_mode
        if mode & OURS_ALONE and not path.is_symlink():
            path.chmod(mode & 0o700)
