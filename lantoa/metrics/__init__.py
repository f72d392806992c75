"""Metrics of an office for Prometheus, computed from broker and database at each request; nothing else is stored."""

from lantoa.metrics.measured_office import OfficeMetrics, make_registry

__all__ = ["OfficeMetrics", "make_registry"]
