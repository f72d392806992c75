"""The health of every source, and a description of its problem."""

from collections.abc import Mapping
from datetime import datetime

from config.programme import Programme
from lantoa.language import _
from models.database import Engine
from models.store.source_days import days_since
from producers.state.health_checks import MEMORY, SourceHealth, judge


def health_of(engine: Engine, programme: Programme, now: datetime) -> Mapping[str, SourceHealth]:
    """Returns the health of each source of the programme."""
    today = programme.day(now)
    with engine.connect() as connection:
        days = days_since(connection, today - MEMORY)
    return {source: judge(days.get(source, ()), today) for source in programme.sources}


def problem_words(problem: str) -> str:
    return {
        "dead": _("no fetch has succeeded for three days"),
        "drift": _("the page has content, but a selector matches nothing in it"),
        "silent": _("gives less than it is expected to"),
    }[problem]
