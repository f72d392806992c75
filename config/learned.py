"""What was counted from an office's own corrections, in a file beside its YAML (docs/linking.md)."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.errors import CatalogueError
from config.yaml_lines import load_model

FILE = "learned.json"
WHAT_TO_DO = "`lantoa learn` counts it anew, `lantoa learn --forget` goes on without it"
Form = Annotated[str, Field(pattern=r"^\w{1,8} \d{1,12}$")]  # `NQ 57`, `TW 4`, `DH 13`
Name = Annotated[str, Field(max_length=200)]
HalfYear = Annotated[int, Field(ge=0, le=20_000)]  # twice the year, plus one after June
Articles = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Weight = Annotated[float, Field(gt=0, le=2, allow_inf_nan=False)]


class Learned(BaseModel):
    """`habits` maps a form to documents ("" for none of the catalogue) to half-years to articles. `subjects` maps a
    document to phrases to their weights. `corrections` is the number of corrected articles that were counted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    corrections: Annotated[int, Field(ge=0)]
    habits: dict[Form, dict[Name, dict[HalfYear, Articles]]]
    subjects: dict[Name, dict[Name, Weight]]

    @property
    def evidence(self) -> str:
        """Everything in it that may change a classification."""
        return json.dumps([self.habits, self.subjects], sort_keys=True)

    @property
    def text(self) -> str:
        """The content of the file: equal counts give equal bytes."""
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_learned(path: Path) -> Learned:
    """Raises CatalogueError with path, line, what was expected and what to do."""
    try:
        _check_json(path)
        found, _line_of = load_model(path, Learned)
    except CatalogueError as error:
        raise CatalogueError(path, error.line, f"{error.message}. {WHAT_TO_DO}") from error
    return found


def _check_json(path: Path) -> None:
    """The file is parsed as YAML to find lines, but YAML accepts more than JSON does."""
    try:
        json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CatalogueError(path, 1, f"cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise CatalogueError(path, error.lineno, f"not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise CatalogueError(path, 1, "not JSON in UTF-8") from error
