"""Headers whose names are no UTF-8: Kafka lets a name be any bytes, its clients in Python decode it while they read.

One such record would stop a reader at its place for ever. Here the bytes that are no text are written out as `\\xff`.
"""

from typing import Any

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch


class LenientBytes(bytearray):
    """Of a record: whatever is cut out of it can be decoded."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return LenientBytes(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


def read_any_header_name() -> None:
    """Every consumer of kafka-python in this process, from now on."""
    memory_records.DefaultRecordBatch = _PatientBatch


class _PatientBatch(DefaultRecordBatch):  # type: ignore[misc]  # kafka-python is untyped
    _buffer: Any

    def _read_msg(self) -> object:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            self._buffer = LenientBytes(self._buffer)
            return super()._read_msg()
