"""An office with a recipient, and a mail server on the loopback."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from config.catalogue import load_catalogue
from config.programme import Programme, Recipient
from config.settings import Settings
from lantoa.notify.digest import send_due
from tests.post import Post, post_office


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as desk:
        yield desk


@pytest.fixture
def send(settings: Settings, engine: Engine, programme: Programme, post: Post) -> Callable[..., list[str]]:
    """`send(now, every="week")` sends what is due; what was said meanwhile."""

    def run(now, recipients=1, **wishes):
        named = tuple(Recipient(to=f"lan{n}@example.vn", **wishes) for n in range(recipients))
        office = programme.model_copy(
            update={"office": programme.office.model_copy(update={"digest": named})}
        )
        ours = settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{post.port}")})
        said: list[str] = []
        send_due(ours, office, load_catalogue(), engine, now, said.append)
        return said

    return run
