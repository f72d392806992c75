"""A stored row, as SQL gives it: the values of its columns by their names."""

from typing import Any

Row = dict[str, Any]
