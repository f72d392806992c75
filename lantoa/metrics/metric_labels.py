"""Gauges with one label and a bounded number of time series."""

from collections.abc import Mapping

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

MOST = 30


def by_label(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    """Makes a gauge. If the label has too many values, the rarest ones become `other`."""
    family = GaugeMetricFamily(name, about, labels=[label])
    kept = sorted(values, key=lambda value: (-values[value], value))[:MOST]
    for value in sorted(kept):
        family.add_metric([value], values[value])
    if rest := sum(values.values()) - sum(values[value] for value in kept):
        family.add_metric(["other"], rest)
    return family
