"""What people call the loops that must not end (models.loops)."""

from lantoa.language import _

PARTS = {
    "programme": "Reading the programme's files",
    "schedule": "Naming what is due",
    "due": "Reading what is due",
    "fetch": "Fetching",
    "settle": "Keeping when a source is fetched next",
    "night": "Publishing the night's sums",
    "alarms": "Sending alarms",
    "digest": "Mailing the digest",
    "broker": "Keeping Kafka alive",
    "dashboard": "The dashboard",
    "news": "Telling open pages of new figures",
    "relay": "Publishing changed figures",
    "metrics-database": "Metrics of the database",
    "metrics-broker": "Metrics of Kafka",
}


def part(name: str) -> str:
    """In the reader's language; a worker by its number."""
    kind, _dash, number = name.rpartition("-")
    if kind == "worker":
        return _("Worker {number}", number=number)
    return _(PARTS[name]) if name in PARTS else name
