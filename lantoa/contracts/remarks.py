"""What a model's source says of its fields: the comment behind each, so that the contract has the same words."""

import ast
import inspect
import io
import textwrap
import tokenize


def remarks(model: type) -> dict[str, str]:
    """Field → the comment on its lines, its own or an ancestor's. Fields without one are left out."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if "__annotations__" in vars(each) and not each.__module__.startswith("pydantic"):
            found |= _own(textwrap.dedent(inspect.getsource(each)))
    return found


def _own(source: str) -> dict[str, str]:
    comments = _comments(source)
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if said := " ".join(comments[line] for line in lines if line in comments):
                found[node.target.id] = said
    return found


def _comments(source: str) -> dict[int, str]:
    """Line → its comment."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
