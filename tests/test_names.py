"""Names of modules and classes are unique in all rooms, unless twins.txt gives the reason why some share one."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
TWINS = Path(__file__).with_name("twins.txt")
ROOMS = ("config", "models", "producers", "stream_apps", "lantoa")


def named() -> Iterator[tuple[str, str]]:
    """What is named (`module outlets`, `class Item`), and the module that has or is it."""
    for room in ROOMS:
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
            if path.stem != "__init__":
                yield f"module {path.stem}", module
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    yield f"class {node.name}", module


def shared_names() -> dict[str, list[str]]:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for name, module in named():
        places[name].append(module)
    return {name: sorted(modules) for name, modules in places.items() if len(modules) > 1}


def listed_twins() -> dict[str, list[str]]:
    twins = {}
    for line in TWINS.read_text().splitlines():
        if line and not line.startswith("#"):
            stated, reason = line.split(" → ", 1)
            name, modules = stated.split(": ", 1)
            assert reason.strip(), f"{name} is listed without a reason"
            assert name not in twins, f"{name} is listed twice"
            twins[name] = sorted(modules.split(", "))
    return twins


def test_two_modules_or_classes_share_a_name_only_where_twins_txt_says_why():
    shared, listed = shared_names(), listed_twins()
    assert [
        f"{name}: {', '.join(modules)}" for name, modules in shared.items() if modules != listed.get(name)
    ] == []


def test_every_pair_of_twins_txt_still_shares_its_name():
    shared = shared_names()
    assert [name for name in listed_twins() if name not in shared] == []


def test_the_names_of_all_rooms_are_looked_at():
    found = list(named())
    assert {module.split(".", 1)[0] for _name, module in found} == set(ROOMS)
    assert sum(name.startswith("module ") for name, _module in found) > 300
    assert sum(name.startswith("class ") for name, _module in found) > 300
