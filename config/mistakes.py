"""Words a mistake in a YAML file for people: what was expected, what was found, and the key that was probably meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

# English templates; lantoa/locale/vi.po has each of them
FOUND = "{place}: {expected}, found {found}"
UNKNOWN_KEY = "{place}: is not a known key"
UNKNOWN_NEAR = "{place}: is not a known key; did you mean {near}?"
MISSING = "{place}: is missing"
EXPECTED = {
    "string_type": "a text was expected",
    "string_too_short": "a text was expected",
    "string_too_long": "a shorter text was expected",
    "tuple_type": "a list was expected",
    "list_type": "a list was expected",
    "model_type": "keys with values were expected",
    "dict_type": "keys with values were expected",
    "bool_parsing": "true or false was expected",
    "bool_type": "true or false was expected",
    "int_parsing": "a whole number was expected",
    "int_type": "a whole number was expected",
    "int_from_float": "a whole number was expected",
    "float_parsing": "a number was expected",
    "float_type": "a number was expected",
    "time_parsing": 'a time such as "02:00" was expected',
    "time_type": 'a time such as "02:00" was expected',
    "date_from_datetime_parsing": "a day such as 2024-11-25 was expected",
    "date_parsing": "a day such as 2024-11-25 was expected",
    "date_type": "a day such as 2024-11-25 was expected",
}
PATTERNS = {
    r"^[a-z0-9][a-z0-9-]*$": "small letters, digits and hyphens were expected, such as hau-giang",
    r"^https?://[^\s]+$": "an address that begins with https:// or http:// was expected",
    r"^\d{4}-\d{2}$": "a month such as 2026-08 was expected",
    r"^[!-?A-~]+@[!-?A-~]+$": "a mail address was expected",
    r"^[A-Z]+-[0-9A-Z-]+$": "capital letters, digits and hyphens were expected, such as NQ-27-TW",
    r"^\d{1,3}-[A-ZĐ]+/[A-ZĐƯ]+$": "a symbol such as 27-NQ/TW was expected",
}
LIMITS = {
    "greater_than_equal": ("a number greater than or equal to {limit} was expected", "ge"),
    "less_than_equal": ("a number less than or equal to {limit} was expected", "le"),
}
ONE_OF = "one of {choices} was expected"


@dataclass(frozen=True, slots=True)
class Mistake:
    """`text` is an English template of its `fields`, so that others can translate it. `limits` are the fields of the
    template in `expected`. A `remark` names something that works and that the office should look at."""

    path: Path
    line: int
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    remark: bool = False

    @property
    def message(self) -> str:
        return self.worded(_english)

    def worded(self, fill: Callable[..., str]) -> str:
        """Returns the mistake in the language of `fill`, which is given a template and the fields that fill it."""
        fields = dict(self.fields)
        if expected := fields.get("expected"):
            fields["expected"] = fill(expected, **self.limits)
        return fill(self.text, **fields)


def _english(text: str, **fields: str) -> str:
    return text.format(**fields) if fields else text


def mistake(path: Path, line: int, model: object, error: ErrorDetails) -> Mistake:
    """Words one error of pydantic in a file that is read as `model`."""
    kind, place = error["type"], ".".join(str(part) for part in error["loc"]) or "file"
    if kind == "missing":
        return Mistake(path, line, MISSING, {"place": place})
    if kind == "extra_forbidden":
        near = get_close_matches(str(error["loc"][-1]), _keys_at(model, error["loc"][:-1]), n=1, cutoff=0.5)
        if near:
            return Mistake(path, line, UNKNOWN_NEAR, {"place": place, "near": near[0]})
        return Mistake(path, line, UNKNOWN_KEY, {"place": place})
    expected, limits = _expected(kind, error)
    fields = {"place": place, "expected": expected, "found": repr(error["input"])}
    return Mistake(path, line, FOUND, fields, limits)


def _expected(kind: str, error: ErrorDetails) -> tuple[str, Mapping[str, str]]:
    context = error.get("ctx", {})
    if kind in LIMITS:
        text, key = LIMITS[kind]
        return text, {"limit": str(context[key])}
    if kind == "literal_error":
        return ONE_OF, {"choices": context["expected"].replace(" or ", ", ")}
    if kind == "string_pattern_mismatch" and context["pattern"] in PATTERNS:
        return PATTERNS[context["pattern"]], {}
    return EXPECTED.get(kind, error["msg"].removeprefix("Value error, ")), {}


def _keys_at(model: Any, place: Sequence[str | int]) -> list[str]:
    """Returns the keys that the models at a place know."""
    models = _models_in(model)
    for part in place:
        if isinstance(part, str):
            fields = [known for each in models for name, known in _fields(each).items() if name == part]
            models = [each for known in fields for each in _models_in(known)]
    return [name for each in models for name in _fields(each)]


def _fields(model: type[BaseModel]) -> dict[str, object]:
    return {known.alias or name: known.annotation for name, known in model.model_fields.items()}


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if get_origin(annotation) is None:
        return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []
    return [model for part in get_args(annotation) for model in _models_in(part)]
