"""A source named on `lantoa.sources.due` because somebody wants it now; whoever fetches there fetches it."""

from datetime import datetime

from config.programme import Source
from lantoa.runtime.bus import Bus
from models.messages import SourceDue
from models.topics import SOURCES_DUE
from producers.address import host_of
from producers.publish import to_send


def ask(bus: Bus, source: Source, now: datetime, speaker: str) -> None:
    """Returns when Kafka has it. Raises BrokerError, and then nothing is asked."""
    due = SourceDue(source=source.id, host=host_of(source.url), reason="asked", named_at=now)
    bus.publish(to_send(SOURCES_DUE, [due], speaker))
