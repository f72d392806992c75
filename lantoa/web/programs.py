"""The paths for programs, and the problem documents that they receive (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.responses import JSONResponse

PATHS = ("/api/", "/feeds/", "/metrics", "/contracts/")  # paths that accept a token instead of a session
FOR_PEOPLE = frozenset({"/api/v1/docs"})
MEDIA_TYPE = "application/problem+json"


def is_for_programs(path: str) -> bool:
    """Says whether responses at this path, errors included, are read by programs."""
    return path.startswith(PATHS) and path not in FOR_PEOPLE


def problem_document(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> JSONResponse:
    """Returns problem details of type `about:blank`, whose title is the phrase of the status; `more` holds further
    members."""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return JSONResponse(problem, status, dict(headers or {}), MEDIA_TYPE)
