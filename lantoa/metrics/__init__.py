"""What Prometheus may ask of an office: computed from broker and database when it asks, nothing is kept beside them."""

from lantoa.metrics.office import OfficeMetrics, make_registry

__all__ = ["OfficeMetrics", "make_registry"]
