"""A browser without a window, on an office of a few items."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine

from config.programme import Programme
from config.settings import Settings
from lantoa.web.app import make_app
from tests.serving import owner


@pytest.fixture
def browser(settings: Settings, engine: Engine, programme: Programme) -> Iterator[httpx.Client]:
    """A client of a real server."""
    with owner(make_app(settings, engine, programme), follow_redirects=True, timeout=30) as client:
        yield client
