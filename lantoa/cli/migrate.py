"""`lantoa migrate`: brings database and topics up to date."""

from lantoa.broker import ensure_topics
from lantoa.cli.context import database_of, settings_for
from lantoa.cli.output import out
from lantoa.language import _
from lantoa.runtime.broker_address import find_brokers


def migrate() -> None:
    """Brings the database up to date and, where a broker is running, creates the topics. Safe to run twice.

    Example: LANTOA_DATABASE_URL=postgresql://lantoa@localhost/lantoa lantoa migrate
    """
    settings = settings_for()
    database_of(settings).dispose()
    out().print(_("the database is up to date"))
    if bootstrap := find_brokers(settings):
        ensure_topics(settings, bootstrap)
        out().print(_("the topics are there"))
