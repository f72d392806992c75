"""Reads records whose header names are not UTF-8 like any others.

Kafka allows any bytes in a name; aiokafka decodes it while it fetches, before the record could become a dead letter,
so that a worker would always end at the same offset. The fast reader stays in use; only a batch that it cannot read
is read again by aiokafka's own reader in Python, with such bytes written as `\xff`.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record import memory_records
from aiokafka.record.default_records import _DefaultRecordBatchPy

from models.messages.header_names import LenientBytes

MAGIC = 2  # the format of record batches since Kafka 0.11: older ones have no headers


def read_any_header_name() -> None:
    """Changes aiokafka for the rest of this process."""
    fetcher.MemoryRecords = _KeptRecords
    fetcher.PartitionRecords = _PatientRecords


class _KeptRecords:
    """The fetched records of one partition, with their bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._records = memory_records.MemoryRecords(data)
        self.has_next, self.next_batch = self._records.has_next, self._records.next_batch
        self.size_in_bytes = self._records.size_in_bytes


class _PatientRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka is untyped here
    _records: Any

    def _unpack_records(self) -> Iterator[object]:
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:  # records that were already returned are skipped by their offset
            self._records = _LenientRecords(self._records.data)
            yield from super()._unpack_records()


class _LenientRecords(memory_records._MemoryRecordsPy):  # type: ignore[misc]  # aiokafka is untyped here
    def next_batch(self) -> object:
        found = self._next_slice
        if found is None or found[self.MAGIC_OFFSET] < MAGIC:
            return super().next_batch()
        self._cache_next()
        return _LenientBatch(found)


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka is untyped here
    _buffer: Any

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = LenientBytes(self._buffer)
