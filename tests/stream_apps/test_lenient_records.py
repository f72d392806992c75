"""Header names of any bytes: the record is read, whatever stands before and behind it."""

from types import SimpleNamespace

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from kafka.errors import CorruptRecordError
from kafka.record.default_records import DefaultRecordBatch

from models.messages.header_names import _PatientBatch
from stream_apps.lenient_records import _KeptRecords, _PatientRecords

NONE, GZIP = 0, 1


class Bytes(str):
    """A header's name that is encoded as it likes."""

    def encode(self, *_how):
        return b"\xff\xfet\xc3\xaan"


def batch(headers_of_each, compression):
    builder = _DefaultRecordBatchBuilderPy(2, compression, True, -1, -1, -1, 1_000_000)
    for offset, headers in enumerate(headers_of_each):
        builder.append(offset, 1_700_000_000_000, b"k", b"v%d" % offset, headers)
    return bytes(builder.build())


def read(kind, data):
    place = SimpleNamespace(topic="lantoa.items", partition=0)
    records = kind(place, _KeptRecords(data), [], 0, None, None, True, 0)
    return [(r.offset, r.value, r.headers) for r in records]


@pytest.mark.parametrize("compression", [NONE, GZIP])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_name_that_is_no_text_is_written_out(compression, at):
    headers = [[("ce_type", b"x")] for _ in range(3)]
    headers[at] = [("đầu", b"1"), (Bytes("x"), None)]
    data = batch(headers, compression)
    with pytest.raises(UnicodeDecodeError):  # or this module is not needed any more
        read(fetcher.PartitionRecords, data)
    found = read(_PatientRecords, data)
    assert [value for _, value, _ in found] == [b"v0", b"v1", b"v2"]
    assert found[at][2] == (("đầu", b"1"), ("\\xff\\xfetên", None))
    assert found[at - 1][2] == (("ce_type", b"x"),)


@pytest.mark.parametrize("compression", [NONE, GZIP])
def test_the_other_client_reads_it_too(compression):
    data = batch([[("a", b"1")], [(Bytes("x"), b"2")], [("b", b"3")]], compression)
    with pytest.raises(CorruptRecordError):
        list(DefaultRecordBatch(data))
    found = list(_PatientBatch(data))
    assert [(bytes(r.value), [name for name, _ in r.headers]) for r in found] == [
        (b"v0", ["a"]), (b"v1", ["\\xff\\xfetên"]), (b"v2", ["b"])
    ]  # fmt: skip
