"""Changes a list of entries in YAML at one place: every other byte stays as the office wrote it.

A YAML library that writes would reformat the whole file; this inserts text at the position that the parser reports.
"""

from collections.abc import Mapping

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from config.errors import ConfigError


def child(node: Node, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def in_one_line(row: Mapping[str, object]) -> str:
    return yaml.safe_dump(
        dict(row), allow_unicode=True, sort_keys=False, default_flow_style=True, width=10**6
    ).strip()


def with_entry(text: str, row: Mapping[str, object]) -> str:
    """Adds an entry at the end."""
    written = yaml.safe_dump(
        [dict(row)], allow_unicode=True, sort_keys=False, default_flow_style=None, width=10**6
    )
    root = yaml.compose(text, yaml.SafeLoader)  # its marks hold the position in the text
    if isinstance(root, SequenceNode) and not root.value:
        return f"{text[: root.start_mark.index]}{written}{text[root.end_mark.index :].lstrip()}"
    return f"{text.rstrip()}\n{written}".lstrip()


def appended(text: str, items: Node, written: str) -> str:
    if not isinstance(items, SequenceNode):
        raise ConfigError(f"line {items.start_mark.line + 1}: a list was expected")
    if items.flow_style:
        end = items.end_mark.index - 1
        return f"{text[:end].rstrip()}{', ' if items.value else ''}{written}{text[end:]}"
    dash = " " * (items.value[-1].start_mark.column - 2)
    return _line_behind(text, items.value[-1], f"{dash}- {written}")


def without(text: str, items: SequenceNode, index: int) -> str:
    """Removes one item of the list; in place of the last one `[]` stays."""
    node = items.value[index]
    if len(items.value) == 1:
        return _emptied(text, items)
    if not items.flow_style:
        start = text.rfind("\n", 0, node.start_mark.index) + 1
        return text[:start] + text[_last_line_end(text, node) + 1 :]
    if index:
        return text[: items.value[index - 1].end_mark.index] + text[node.end_mark.index :]
    return text[: node.start_mark.index] + text[items.value[1].start_mark.index :]


def with_key(text: str, entry: MappingNode, written: str) -> str:
    if entry.flow_style:
        end = entry.end_mark.index - 1
        return f"{text[:end].rstrip()}, {written}{text[end:]}"
    return _line_behind(text, entry.value[-1][1], f"{' ' * entry.start_mark.column}{written}")


def _line_behind(text: str, node: Node, written: str) -> str:
    """Inserts a line after the one on which the node ends, with any comment there."""
    end = _last_line_end(text, node)
    return f"{text[:end]}\n{written}{text[end:]}"


def _last_line_end(text: str, node: Node) -> int:
    """The end mark of a block is at whatever follows; that of its last leaf is not."""
    while isinstance(node, SequenceNode | MappingNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = text.find("\n", len(text[: node.end_mark.index].rstrip()))
    return len(text.rstrip("\n")) if end < 0 else end


def _emptied(text: str, items: SequenceNode) -> str:
    if items.flow_style:
        return f"{text[: items.start_mark.index]}[]{text[items.end_mark.index :]}"
    return f"{text[: items.start_mark.index].rstrip()} []{text[_last_line_end(text, items) :]}"
