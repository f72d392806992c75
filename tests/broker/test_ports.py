"""Ports: the same again when they are free, others when they are not, whatever the file says."""

import shutil
import socket
from pathlib import Path

import pytest

from lantoa.broker.ports import HOST, Ports, choose, remember


def test_remembered_ports_come_back(tmp_path: Path) -> None:
    first = choose(tmp_path / "ports.json")
    assert first.broker != first.controller
    remember(first, tmp_path / "ports.json")
    assert choose(tmp_path / "ports.json") == first


def test_only_the_taken_one_changes(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        free = choose(tmp_path / "none").controller
        remember(Ports(port, free), tmp_path / "ports.json")
        found = choose(tmp_path / "ports.json")
    assert found.controller == free
    assert found.broker not in (port, free)


def test_a_copied_folder_has_ports_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    first = choose(tmp_path / "first" / "ports.json")
    remember(first, tmp_path / "first" / "ports.json")
    copy = shutil.copytree(tmp_path / "first", tmp_path / "copy")
    assert not {*first} & {*choose(copy / "ports.json")}
    assert choose(tmp_path / "first" / "ports.json") == first


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"broker": 70000, "controller": -1}', '{"broker": "x", "controller": []}']
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)
    assert 0 < choose(tmp_path / "ports.json").broker < 65536
