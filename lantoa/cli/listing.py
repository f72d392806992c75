"""Reads the list for `lantoa --help` from the source files of the commands, because importing all of them takes
seconds."""

import ast
from pathlib import Path

HERE = Path(__file__).parent


def help_in(module: str) -> str:
    """Returns the English help: that of its `typer.Typer(help=_("…"))`, otherwise the docstring of the function with
    its name."""
    tree = ast.parse((HERE / f"{module}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="Typer"), keywords=[ast.keyword(arg="help", value=stated), *_]
            ):
                return _text(stated)
    named = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == module)
    return next((ast.get_docstring(each) or "" for each in named), "")


def _text(stated: ast.expr) -> str:
    match stated:
        case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
            return text
    raise ValueError(f"help is not a text in _(): {ast.unparse(stated)}")
