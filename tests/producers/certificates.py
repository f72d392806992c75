"""Certificates of an authority of the tests' own."""

import ssl
from typing import Any

import trustme


def serving(authority: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    """What a server of these names shows; `more` as trustme's `issue_cert` takes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context
