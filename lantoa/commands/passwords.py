"""Checks and hashes passwords with argon2."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from config.errors import UsageError
from lantoa.language import _

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
_hasher = PasswordHasher()  # RFC 9106, section 4, second recommended option


def checked(password: str) -> str:
    """Returns the password. Raises UsageError if it is too weak or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UsageError(
            _(
                "A password has {least} to {most} characters; a sentence is easy to remember.",
                least=SHORTEST_PASSWORD,
                most=LONGEST_PASSWORD,
            )
        )
    return password


def hash_of(password: str) -> str:
    return _hasher.hash(checked(password))


def matches(password: str, kept: str | None) -> bool:
    """Compares a password in the same time whether or not the account exists or has a password."""
    try:
        return _hasher.verify(kept or _nobody(), password[: LONGEST_PASSWORD + 1]) and bool(kept)
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
