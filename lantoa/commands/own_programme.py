"""Which programmes an office may change from a page: its own, not the one inside of the package."""

from pathlib import Path

from config.errors import UsageError
from config.settings import SHIPPED_PROGRAMME
from lantoa.language import _


def check_writable(folder: Path) -> None:
    """Raises UsageError for the programme that is shipped inside of the package."""
    if folder.resolve() == SHIPPED_PROGRAMME.resolve():
        raise UsageError(
            _(
                "The programme {folder} belongs to the package and is not changed. Copy the folder, name the copy in LANTOA_PROGRAMME, and start again.",
                folder=folder.name,
            )
        )
