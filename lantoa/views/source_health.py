"""The health of every source, and its problem in words."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from config.programme import Programme
from lantoa.language import _
from models.source_days import days_since
from producers.health import MEMORY, Health, judge


def health_of(engine: Engine, programme: Programme, now: datetime) -> Mapping[str, Health]:
    """Of each source of the programme."""
    today = programme.day(now)
    with engine.connect() as connection:
        days = days_since(connection, today - MEMORY)
    return {source: judge(days.get(source, ()), today) for source in programme.sources}


def problem_words(problem: str) -> str:
    """For people."""
    return {
        "dead": _("no fetch has succeeded for three days"),
        "drift": _("the page has content, but a selector matches nothing in it"),
        "silent": _("gives less than it is expected to"),
    }[problem]
