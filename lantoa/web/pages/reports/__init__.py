"""Reports: previewed, frozen, compared, downloaded."""
