"""The words that name a form, in the order in which they are tried."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.yaml_lines import load_model

SHIPPED = Path(__file__).parent / "forms.yaml"


class FormMarkers(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    form: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    markers: tuple[str, ...]
    opening: tuple[str, ...] = ()


def load_forms(path: Path = SHIPPED) -> tuple[FormMarkers, ...]:
    """Raises CatalogueError."""
    forms, _ = load_model(path, list[FormMarkers])
    return tuple(forms)
