"""The learned file: the weight of each feature, the rarity of words, habits and subjects (made by
scripts/linking/learn.py)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from config.yaml_lines import load_model
from stream_apps.rules.weighing.case import Option

SHIPPED = Path(__file__).parents[3] / "config" / "linking" / "learned.json"
THRESHOLDS = SHIPPED.with_name("thresholds.yaml")


class Thresholds(BaseModel):
    """The probabilities from which on a document is linked, and from which on a mention waits; `times` is how many
    times as probable as the next document the linked one must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    link: float = Field(gt=0.5, le=1)
    times: float = Field(ge=1)
    wait: float = Field(gt=0, le=0.5)
    wait_undated: float = Field(gt=0, le=0.5)
    wait_unnamed: float = Field(gt=0, le=1)


@dataclass(frozen=True)
class Model:
    """`weights` holds log-odds by kind of case, by feature."""

    weights: Mapping[str, Mapping[str, float]]
    rarity: Mapping[str, int] = field(default_factory=dict)
    articles: int = 2
    habits: Mapping[str, Mapping[str, Mapping[int, float]]] = field(default_factory=dict)
    subjects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    version: str = ""

    def probabilities(self, kind: str, options: Sequence[Option]) -> list[float]:
        """Returns the probability of each option; they add up to 1."""
        scores = [option.score(self.weights.get(kind, {})) for option in options]
        most = max(scores)
        powers = [exp(score - most) for score in scores]
        return [power / sum(powers) for power in powers]


@cache
def thresholds() -> Thresholds:
    found, _line_of = load_model(THRESHOLDS, Thresholds)
    return found


@cache
def shipped_model() -> Model:
    return read_model(SHIPPED)


def read_model(path: Path) -> Model:
    content = path.read_bytes()
    found: dict[str, Any] = json.loads(content)
    habits = {
        form: {name: {int(time): count for time, count in by_time.items()} for name, by_time in names.items()}
        for form, names in found.pop("habits").items()
    }
    return Model(habits=habits, version=sha256(content).hexdigest()[:8], **found)


def write_model(model: Model, path: Path) -> None:
    content = asdict(model)
    del content["version"]
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
