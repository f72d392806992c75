"""Addresses as they may be shown: without passwords and tokens, also where they are written wrongly."""

import re

HIDDEN = "********"
USER_INFO = re.compile(
    r"(?<=://)([^:/?#@\s]*):\S*@"
)  # to the last @: a password may hold one that should be %40
QUERY = re.compile(r"(?i)([?&](?:[\w-]*(?:password|passwd|secret|token|key|auth)[\w-]*)=)[^&#\s]+")


def without_password(address: str) -> str:
    """`postgresql://lantoa:********@host/lantoa`; what stands beside it stays."""
    return QUERY.sub(rf"\1{HIDDEN}", USER_INFO.sub(rf"\1:{HIDDEN}@", address))


def place_alone(address: str) -> str:
    """`https://hooks.example/********`: of a webhook the whole path may be the secret."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return HIDDEN if address else ""
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}://{host}/{HIDDEN}"
