"""Reports: preview, freeze, compare, download."""
