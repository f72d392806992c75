"""A gauge by one label whose values are bounded in number."""

from collections.abc import Mapping

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

MOST = 30


def by_label(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    """The rarest values of the label become `other` where there are too many for one time series each."""
    family = GaugeMetricFamily(name, about, labels=[label])
    kept = sorted(values, key=lambda value: (-values[value], value))[:MOST]
    for value in sorted(kept):
        family.add_metric([value], values[value])
    if rest := sum(values.values()) - sum(values[value] for value in kept):
        family.add_metric(["other"], rest)
    return family
