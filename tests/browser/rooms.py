"""Every room by its address."""

ROOMS = [
    "/?period=2024", "/items?period=2024", "/review?period=2024", "/review?period=2024&kind=date",
    "/review?period=2024&kind=duplicate", "/review/letters", "/sources", "/reports?period=2024",
    "/activities?period=2024", "/activities/import", "/activities/new", "/clippings", "/clippings/new", "/add-source",
    "/outlets?period=2024&level=central&partner=yes", "/units?period=2024&kind=oral_session",
    "/resolutions?period=2024", "/resolutions/NQ-42-TW-XIII", "/try", "/audit", "/contracts", "/api/v1/docs",
]  # fmt: skip
