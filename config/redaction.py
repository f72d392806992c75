"""Hides passwords and tokens in addresses that are shown, even in malformed ones."""

import re

HIDDEN = "********"
# matches to the last @: a password may hold one that should be %40
USER_INFO = re.compile(r"(?<=://)([^:/?#@\s]*):\S*@")
QUERY = re.compile(r"(?i)([?&](?:[\w-]*(?:password|passwd|secret|token|key|auth)[\w-]*)=)[^&#\s]+")


def without_password(address: str) -> str:
    """`postgresql://lantoa:********@host/lantoa`; the rest of the text stays."""
    return QUERY.sub(rf"\1{HIDDEN}", USER_INFO.sub(rf"\1:{HIDDEN}@", address))


def place_alone(address: str) -> str:
    """`https://hooks.example/********`: the whole path of a webhook may be the secret."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return HIDDEN if address else ""
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}://{host}/{HIDDEN}"
