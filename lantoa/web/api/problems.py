"""Errors for programs: problem details (RFC 9457)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from config.errors import BrokerError, Busy, LantoaError, LimitError
from lantoa.language import _
from lantoa.web.access.rules import path_of
from lantoa.web.programs import MEDIA_TYPE, is_for_programs, problem_document
from models.database import DatabaseError, NoConnection, failure_of

RETRY_AFTER = "30"  # seconds
Answer = Callable[[Request, Exception], Response]


class Wrong(BaseModel):
    """One invalid value of a request."""

    where: str  # `query.period`, `path.id`, `body.title`
    detail: str


class Held(BaseModel):
    """Why an activity is implausible: `reason` is for programs, `detail` for people."""

    reason: str
    field: str
    value: str
    detail: str


class HeldRow(BaseModel):
    """One activity that is held back until `confirm` lists its `row`, which is its position in the request from 1."""

    row: int
    id: str
    reasons: list[Held]


class Problem(BaseModel):
    """Problem details (RFC 9457). `errors` lists the invalid values. `held`, which only a 409 has, lists the
    activities that need a confirmation."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] = []
    held: list[HeldRow] | None = None


def refusing(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Declares the errors that a route may return."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def in_its_form(page: Answer) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Returns an exception handler that renders a page for people and problem details for programs."""

    async def answer(request: Request, error: Exception) -> Response:
        return problem(error) if is_for_programs(path_of(request)) else page(request, error)

    return answer


def problem(error: Exception) -> Response:
    status = _status(error)
    wrong = [_wrong(each) for each in error.errors()] if isinstance(error, RequestValidationError) else []
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.seconds)
    if status == 503:
        headers.setdefault("Retry-After", RETRY_AFTER)
    return _answer(status, _detail(error, wrong), headers, errors=wrong)


def held_problem(status: int, detail: str, held: list[HeldRow]) -> Response:
    """Returns the problem with the activities that are held back, and the reasons."""
    return _answer(status, detail, {}, held=held)


def _answer(status: int, detail: str, headers: dict[str, str], **more: Any) -> Response:
    shown = {name: [each.model_dump() for each in found] for name, found in more.items()}
    return problem_document(status, detail, headers, **({"errors": []} | shown))


def _status(error: Exception) -> int:
    match error:
        case HTTPException():
            return error.status_code
        case RequestValidationError():
            return 422
        case BrokerError() | Busy() | NoConnection():
            return 503
        case LimitError():
            return 503 if error.reason == "busy" else 422
        case DatabaseError():
            return 500 if failure_of(error) == "record" else 503
        case LantoaError():
            return 400
    return 500


def _detail(error: Exception, wrong: list[Wrong]) -> str:
    if wrong:
        return "; ".join(f"{each.where}: {each.detail}" for each in wrong)
    if isinstance(error, NoConnection):
        return _("The database does not answer. Ask again in a while.")
    if isinstance(error, DatabaseError):
        answers = failure_of(error) == "record"
        return "" if answers else _("The database does not answer. Ask again in a while.")
    if isinstance(error, LimitError):
        return limit_words(error)
    return str(error.detail if isinstance(error, HTTPException) else error)


def limit_words(error: LimitError) -> str:
    """Describes the exceeded limit for the user."""
    if error.reason == "busy":
        return _("Other work of this kind is still going on; try again in a minute.")
    return str(error)


def _wrong(found: dict[str, Any]) -> Wrong:
    """Leaves out the invalid value itself, which may be anything and which the client knows."""
    detail = found["msg"].removeprefix("Value error, ")
    # Leaves out which of a parameter's types was tried.
    where = [str(each) for each in found["loc"] if "[" not in str(each)]
    return Wrong(where=".".join(where), detail=detail)
