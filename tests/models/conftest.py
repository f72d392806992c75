"""Makes classified items for tests, one line each."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.messages.item import Classified, Item
from models.messages.mention import Mention

sys.path.insert(0, str(Path(__file__).parent))  # reference_counter.py is no test and no fixture

Make = Callable[..., Classified]


def mention(resolution: str | None, status: str = "linked") -> Mention:
    return Mention("Nghị quyết", 0, 10, "title", resolution, None, "party", status, "symbol")  # type: ignore[arg-type]


@pytest.fixture
def classified() -> Make:
    def make(
        item: str,
        fetched: str = "2024-05-09T01:00",
        claimed: str | None = "2024-05-08T10:00",
        *,
        revision: str = "r1",
        outlet: str = "nhandan",
        resolutions: tuple[str, ...] = (),
        ambiguous: bool = False,
        in_scope: bool = True,
        form: str = "brief",
        level: str = "central",
        partner: bool = True,
        flag: str | None = None,
        title: str = "",
    ) -> Classified:
        mentions = [mention(r) for r in resolutions] + ([mention(None, "ambiguous")] if ambiguous else [])
        published = Item(
            id=item,
            identity=f"article:{item}",
            revision=revision,
            outlet=outlet,
            source=f"{outlet}-home",
            url=f"https://{outlet}.vn/{item}",
            title=title or f"{item} {revision}",
            claimed=utc(claimed) if claimed else None,
            date_flag=flag,
            fetched_at=utc(fetched),
        )
        return Classified(
            item=published,
            mentions=tuple(mentions),
            in_scope=in_scope,
            places=("Hậu Giang",) if in_scope else (),
            channel="central_press" if level == "central" else "local_press",
            form=form,
            level=level,
            partner=partner,
            rules_version="1",
            catalogue_version="1",
        )

    return make


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
