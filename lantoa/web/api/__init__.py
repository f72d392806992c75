"""What the dashboard shows, for programs: JSON under /api/v1 with its OpenAPI, and Atom feeds. All of it only reads."""
