"""A source named on `lantoa.sources.due` because somebody wants it now; whoever fetches there fetches it."""

from datetime import datetime

from config.programme import Source
from config.settings import Settings
from lantoa.runtime.services import broker_that_runs
from models.messages import SourceDue
from models.topics import SOURCES_DUE
from producers.address import host_of
from producers.publish import open_publisher


def ask(settings: Settings, source: Source, now: datetime, speaker: str) -> None:
    """Returns when Kafka has it. Raises BrokerError, and then nothing is asked."""
    due = SourceDue(source=source.id, host=host_of(source.url), reason="asked", named_at=now)
    with open_publisher(settings, broker_that_runs(settings)) as publisher:
        publisher.publish_messages(SOURCES_DUE, [due], speaker)
