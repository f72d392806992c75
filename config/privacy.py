"""Files of Lan tỏa are private to its user; a file that the user asks for by name gets the mode that the umask
allows."""

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
)  # folders and files of ours in the data folder
_users: list[int] = []  # the user's umask, while another one is in force


def keep_private() -> None:
    """Applies to this process and its children. Entry points call it before anything is written."""
    _users[:] = [os.umask(OURS_ALONE)]


def share(file: Path) -> None:
    """Gives a file that the user asked for the mode that it would have without us."""
    if _users:
        file.chmod(shared_mode())


def shared_mode() -> int:
    return 0o666 & ~(_users[0] if _users else 0o022)


def close_folder(data_dir: Path) -> None:
    """Makes private what earlier versions left readable for others. In a folder with other content, only our files
    change."""
    with suppress(OSError):  # the folder does not exist yet, or belongs to another user, who must change it
        kept = [path for pattern in KEPT for path in data_dir.glob(pattern)]
        if kept and len(kept) == len(list(data_dir.iterdir())):
            _close(data_dir)
        for path in kept:
            if path.stat().st_mode & OURS_ALONE:  # the files below it were written with the same mode
                for each in (path, *path.rglob("*")):
                    _close(each)


def _close(path: Path) -> None:
    with suppress(OSError):  # it was removed meanwhile
        mode = path.lstat().st_mode
        if mode & OURS_ALONE and not path.is_symlink():
            path.chmod(mode & 0o700)
