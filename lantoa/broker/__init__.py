"""The embedded broker: the real Apache Kafka, started and stopped by us."""

from lantoa.broker.alone import running_bootstrap
from lantoa.broker.running import RunningBroker
from lantoa.broker.start import start_broker
from lantoa.broker.topics import TopicState, describe_topics, ensure_topics

__all__ = [
    "RunningBroker",
    "TopicState",
    "describe_topics",
    "ensure_topics",
    "running_bootstrap",
    "start_broker",
]
