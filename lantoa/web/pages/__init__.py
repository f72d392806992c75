"""The pages of the dashboard. One folder for each feature holds its routes and its templates."""
