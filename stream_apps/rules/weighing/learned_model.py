"""Adds what was learned from an office's corrections to the shipped model, whose weights stay."""

from collections.abc import Mapping
from dataclasses import replace

from config.learned import Learned
from stream_apps.rules.weighing.model import Model

Habits = Mapping[str, Mapping[str, Mapping[int, float]]]
Subjects = Mapping[str, Mapping[str, float]]


def with_learned(model: Model, learned: Learned | None) -> Model:
    """Adds the counts of articles; of a phrase in both, the greater weight is used."""
    if learned is None:
        return model
    habits, subjects = _summed(model.habits, learned.habits), _greatest(model.subjects, learned.subjects)
    return replace(model, habits=habits, subjects=subjects)


def _summed(shipped: Habits, own: Habits) -> Habits:
    found = {form: {name: dict(times) for name, times in names.items()} for form, names in shipped.items()}
    for form, names in own.items():
        for name, times in names.items():
            counts = found.setdefault(form, {}).setdefault(name, {})
            for time, articles in times.items():
                counts[time] = counts.get(time, 0.0) + articles
    return found


def _greatest(shipped: Subjects, own: Subjects) -> Subjects:
    found = {document: dict(phrases) for document, phrases in shipped.items()}
    for document, phrases in own.items():
        weights = found.setdefault(document, {})
        for phrase, weight in phrases.items():
            weights[phrase] = max(weight, weights.get(phrase, 0.0))
    return found
