"""Publishes messages and administers Kafka with clients that live as long as the process."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from time import monotonic

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from config.errors import BrokerError
from config.settings import Settings
from lantoa.broker.admin import asking, connect
from lantoa.runtime.consumer_lag import Ends
from models.kafka_options import client_options
from producers.publish import (
    Publisher,
    Sent,
    TooLarge,
    check_connection,
    close_producer,
    make_producer,
)

BATCH = 500  # messages that are sent before their acknowledgement is awaited
ADMIN_IDLE_SECONDS = (
    240.0  # brokers close a connection that has been idle for ten minutes; an admin client then fails once
)
PRODUCER_IDLE_SECONDS = 3600.0  # brokers forget an idempotent producer's id after a day


class Bus:
    """One producer and one admin client, opened at the first use; threads may share a bus.

    `address` is called before every use, because an embedded broker that was restarted has another port. The clients
    are opened again for a new address and after a failure.
    """

    def __init__(self, settings: Settings, address: Callable[[], str]) -> None:
        self._settings, self._address = settings, address
        self._opening, self._administering = threading.Lock(), threading.Lock()
        self._producer: tuple[str, KafkaProducer] | None = None
        self._admin: tuple[str, KafkaAdminClient] | None = None
        self._producer_used_at = self._admin_used_at = 0.0

    @property
    def bootstrap(self) -> str:
        """Returns the address. Raises BrokerError if no broker runs."""
        return self._address()

    def publish(self, sent: Iterable[Sent]) -> Ends:
        """Returns when the brokers have acknowledged all messages. Raises BrokerError if one may not be acknowledged,
        TooLarge if a topic refuses its size."""
        producer = self._open_producer()
        publisher, left = Publisher(producer), iter(sent)
        try:
            while part := list(islice(left, BATCH)):
                publisher.publish_bytes(part)
        except TooLarge:
            raise
        except BrokerError:
            self._forget(producer)
            raise
        return publisher.ends

    @contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """Gives the admin client to one thread at a time. Raises BrokerError, also for failures inside the block."""
        with self._administering:
            address, client = self._open_admin()
            try:
                with asking(address):
                    yield client
            except BrokerError:
                self._close_admin()
                raise
            self._admin_used_at = monotonic()

    def close(self) -> None:
        """Closes both clients. A later use opens them again."""
        with self._opening:
            kept, self._producer = self._producer, None
        if kept:
            close_producer(kept[1])
        with self._administering:
            self._close_admin()

    def _open_producer(self) -> KafkaProducer:
        with self._opening:
            address = self._address()
            is_idle = monotonic() - self._producer_used_at > PRODUCER_IDLE_SECONDS
            if self._producer and (self._producer[0] != address or is_idle):
                close_producer(self._producer[1])
                self._producer = None
            if self._producer is None:
                self._producer = address, make_producer(self._settings, address)
            else:
                check_connection(self._settings, address)
            self._producer_used_at = monotonic()
            return self._producer[1]

    def _forget(self, producer: KafkaProducer) -> None:
        with self._opening:
            if self._producer and self._producer[1] is producer:
                self._producer = None
        close_producer(producer)

    def _open_admin(self) -> tuple[str, KafkaAdminClient]:
        address = self._address()
        if self._admin and (
            self._admin[0] != address or monotonic() - self._admin_used_at > ADMIN_IDLE_SECONDS
        ):
            self._close_admin()
        if self._admin is None:
            self._admin = address, connect(client_options(self._settings, address), address)
        return self._admin

    def _close_admin(self) -> None:
        kept, self._admin = self._admin, None
        if kept:
            with suppress(Exception):  # it may have failed just now
                kept[1].close()
