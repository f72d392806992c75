"""Passwords, kept as argon2 hashes."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from config.errors import UsageError
from lantoa.language import _

SHORTEST, LONGEST = 12, 256
_hasher = PasswordHasher()  # RFC 9106, section 4, second recommended option


def checked(password: str) -> str:
    """Raises UsageError."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            _(
                "A password has {least} to {most} characters; a sentence is easy to remember.",
                least=SHORTEST,
                most=LONGEST,
            )
        )
    return password


def hash_of(password: str) -> str:
    return _hasher.hash(checked(password))


def matches(password: str, kept: str | None) -> bool:
    """As slow for an account that is not there, or that has no password, as for one that has."""
    try:
        return _hasher.verify(kept or _nobody(), password[: LONGEST + 1]) and bool(kept)
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
