"""The data of the dashboard for programs: JSON under /api/v1 with OpenAPI, and Atom feeds."""
