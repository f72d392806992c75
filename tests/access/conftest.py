"""A dashboard that asks who comes, and one client for each kind of person."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import Engine

from config.programme import Programme
from config.settings import Settings
from lantoa.commands.passwords import hash_of
from lantoa.web.app import make_app
from models.database import writing
from models.sql import table_of
from models.tables.accounts import ROLES, Account
from tests.serving import owner, serving

PASSWORD = "một câu dễ nhớ"
HASH = hash_of(PASSWORD)


@pytest.fixture
def accounts(engine: Engine) -> None:
    """One of each role, by the role's name."""
    with writing(engine) as connection:
        for role in ROLES:
            row = {
                "name": role,
                "role": role,
                "password": HASH,
                "disabled": False,
                "created_at": datetime.now(UTC),
            }
            connection.execute(table_of(Account).insert(), [row])


@pytest.fixture
def address(settings: Settings, engine: Engine, programme: Programme, accounts: None) -> Iterator[str]:
    plain = settings.model_copy(update={"https": False})
    with serving(make_app(plain, engine, programme, trusting=False)) as found:
        yield found


@pytest.fixture
def browser(settings: Settings, engine: Engine, programme: Programme) -> Iterator[httpx.Client]:
    """Of the owner of this machine."""
    with owner(make_app(settings, engine, programme)) as client:
        yield client


@pytest.fixture
def visitor(address: str) -> Iterator[Callable[..., httpx.Client]]:
    """`visitor("reader")`: a browser that has logged in; `visitor()`: one that has not."""
    made: list[httpx.Client] = []

    def come(role: str = "") -> httpx.Client:
        client = httpx.Client(base_url=address, timeout=30)
        made.append(client)
        if role:
            answer = client.post("/login", data={"name": role, "password": PASSWORD})
            assert answer.status_code == 303
        return client

    yield come
    for client in made:
        client.close()
