"""Which addresses programs ask, and how programs are told of a problem (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

PATHS = ("/api/", "/feeds/", "/metrics", "/contracts/")  # where a token is as good as a session
FOR_PEOPLE = frozenset({"/api/v1/docs"})
MEDIA_TYPE = "application/problem+json"


def is_for_programs(path: str) -> bool:
    """Whether an answer at this path is read by a program, an error too."""
    return path.startswith(PATHS) and path not in FOR_PEOPLE


def problem_document(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Problem details of type `about:blank`, whose title is the status's own phrase; `more` are members beside the five."""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return JSONResponse(problem, status, dict(headers or {}), MEDIA_TYPE)
