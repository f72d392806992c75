"""The Kafka clients that a process keeps find a broker that went and came back elsewhere."""

import socket
from functools import partial

import pytest

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker import ensure_topics, start_broker
from lantoa.runtime.broker_address import running_brokers
from lantoa.runtime.bus import Bus
from lantoa.runtime.consumer_lag import ends_of
from models.messages.topics import DEAD_LETTERS


def test_a_bus_outlives_its_broker(fresh_settings: Settings) -> None:
    bus = Bus(fresh_settings, partial(running_brokers, fresh_settings))
    with pytest.raises(BrokerError, match="lantoa up"):
        bus.publish([(DEAD_LETTERS, b"k", b"0", [])])
    with start_broker(fresh_settings) as broker:
        ensure_topics(fresh_settings, broker.bootstrap, [DEAD_LETTERS])
        first = bus.publish([(DEAD_LETTERS, b"k", b"1", []), (DEAD_LETTERS, b"k", b"2", [])])
        at_first = bus.bootstrap
        assert first == {(DEAD_LETTERS.name, 0): 2}
        assert end_of(bus) == 2
    host, port = at_first.rsplit(":", 1)
    with socket.create_server((host, int(port))):  # whoever took the port meanwhile
        with pytest.raises(BrokerError):
            bus.publish([(DEAD_LETTERS, b"k", b"3", [])])
        with start_broker(fresh_settings):
            assert bus.bootstrap != at_first
            assert bus.publish([(DEAD_LETTERS, b"k", b"4", [])]) == {(DEAD_LETTERS.name, 0): 3}
            assert end_of(bus) == 3
            bus.close()
            assert end_of(bus) == 3
            bus.close()


def end_of(bus: Bus) -> int:
    with bus.admin() as client:
        (end,) = ends_of(client, DEAD_LETTERS.name).values()
        return end
