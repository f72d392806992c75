"""The pages of the dashboard: one folder a feature, its routes and its templates together."""
