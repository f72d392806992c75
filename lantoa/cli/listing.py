"""What `lantoa --help` lists, read from the sources of the commands: importing them all takes seconds."""

import ast
from pathlib import Path

HERE = Path(__file__).parent


def help_in(module: str) -> str:
    """In English: of its `typer.Typer(help=_("…"))`, else the docstring of the function that is named like it."""
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
