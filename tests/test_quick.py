"""Which tests are quick is seen from their code, however far behind the service stands."""

import subprocess
from contextlib import contextmanager

import pytest

from tests import quick


def directly():
    subprocess.run(["true"], check=True)


def by_a_function():
    return directly()


class Desk:
    def begin(self):
        by_a_function()


def by_a_class():
    return Desk()


@contextmanager
def open_desk():
    yield Desk()


def by_a_context_manager():
    with open_desk() as desk:
        return desk


def by_what_is_inside():
    return [lambda: directly() for _ in range(2)]


def not_at_all():
    return len([1, 2])


@pytest.mark.parametrize(
    "test", [directly, by_a_function, by_a_class, by_a_context_manager, by_what_is_inside]
)
def test_a_service_is_found_behind(test):
    assert quick.names_used(test) & quick.SERVICES == {"subprocess"}


def test_what_uses_none_is_quick():
    assert quick.names_used(not_at_all) & quick.SERVICES == set()


def test_this_test_is_quick(request):
    assert request.node.get_closest_marker("quick")


def test_what_starts_a_process_is_not(request):
    assert not request.node.get_closest_marker("quick")
    directly()
