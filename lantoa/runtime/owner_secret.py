"""The secret of an installation, by which its owner logs in to a dashboard without accounts.

The file `dashboard.secret` in the data folder can be read by its owner only. An address that contains the secret sets
a cookie derived from it; a program sends the secret itself. A new secret invalidates all earlier cookies.
"""

import hmac
import logging
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from config.errors import SettingsError
from config.settings import Settings
from lantoa.language import _

FILE = "dashboard.secret"
PARAMETER = "secret"
BYTES = 24
OTHERS = 0o077  # the bits of a mode that give others access
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Secret:
    value: str

    @property
    def cookie_name(self) -> str:
        """Returns a name for this installation, because browsers separate cookies by host, but not by port."""
        return f"lantoa_{self._derived('name')[:12]}"

    @property
    def cookie(self) -> str:
        return self._derived("cookie")

    def is_cookie(self, shown: str | None) -> bool:
        return _same(shown or "", self.cookie)

    def is_secret(self, shown: str | None) -> bool:
        return _same(shown or "", self.value)

    def address(self, host: str, port: int, path: str = "/") -> str:
        return f"http://{host}:{port}{path}?{urlencode({PARAMETER: self.value})}"

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.value.encode(), f"lantoa {purpose}".encode(), sha256).hexdigest()


class SecretFile:
    """The file with the secret. It is read again after a change by any process and created if it is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: tuple[tuple[int, int, int], Secret] | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.data_dir / FILE)

    def current(self) -> Secret:
        """Returns the secret. Raises SettingsError if the file can be neither read nor made."""
        try:
            return self._current()
        except OSError as error:
            raise SettingsError(
                _("The dashboard's secret in {path} cannot be used: {reason}", path=self.path, reason=error)
            ) from error

    def renew(self) -> Secret:
        """Replaces the secret. Raises SettingsError."""
        try:
            self._write(replace=True)
        except OSError as error:
            raise SettingsError(
                _("The dashboard's secret in {path} cannot be used: {reason}", path=self.path, reason=error)
            ) from error
        return self.current()

    def _current(self) -> Secret:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            self._write(replace=False)
            state = self.path.stat()
        mark = (state.st_ino, state.st_mtime_ns, state.st_size)
        if self._known is None or self._known[0] != mark:
            if state.st_mode & OTHERS:
                logger.warning("secret.readable_by_others", extra={"path": self.path})
                self.path.chmod(0o600)
            value = self.path.read_text("ascii", "replace").strip()
            if len(value) < BYTES:  # empty or truncated: a part of the secret must not be enough
                self._write(replace=True)
                return self._current()
            self._known = mark, Secret(value)
        return self._known[1]

    def _write(self, *, replace: bool) -> None:
        """Writes the file atomically. If several processes create it at once, all use the one that was first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        made = self.path.with_name(f".{FILE}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secrets.token_urlsafe(BYTES)}\n")
        try:
            if replace:
                made.replace(self.path)
            else:
                _link(made, self.path)
        finally:
            made.unlink(missing_ok=True)


def _link(made: Path, path: Path) -> None:
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return
    except OSError:  # the file system has no links
        made.replace(path)


def _same(shown: str, expected: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(shown.encode(), expected.encode())
