"""The broker, the database and the topics of the tests of producers."""

from tests.producers.conftest import broker, broker_settings, quick_settings, topics

__all__ = ["broker", "broker_settings", "quick_settings", "topics"]
