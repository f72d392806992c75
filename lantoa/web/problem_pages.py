"""Error messages for people: a page, or a line beside the form that was sent in place."""

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from config.errors import Busy, LimitError, SheetError
from lantoa.language import _
from lantoa.web.access.rules import path_of
from lantoa.web.api.problems import RETRY_AFTER, limit_words
from lantoa.web.programs import is_for_programs, problem_document
from lantoa.web.rendering import in_place, page

AWAY = 503
# Shows the error inside the form instead of replacing it.
BESIDE = {"HX-Retarget": "find .problem", "HX-Reswap": "innerHTML"}


def not_allowed(request: Request, status: int, message: str) -> Response:
    if is_for_programs(path_of(request)):
        return problem_document(status, message, errors=[])
    return _said(request, status, _("One moment") if status == AWAY else _("That is not allowed"), message)


def refused(request: Request, error: Exception) -> Response:
    return _said(request, 400, _("That cannot be shown"), str(error))


def unreadable(request: Request, error: Exception) -> Response:
    message = _(error.text, **error.fields) if isinstance(error, SheetError) else str(error)
    return _said(request, 400, _("That cannot be taken"), message)


def misstated(request: Request, error: Exception) -> Response:
    wrong = error.errors() if isinstance(error, RequestValidationError) else []
    said = "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in wrong)
    return _said(request, 422, _("That cannot be taken"), _("The form cannot be read: {said}", said=said))


def not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = _("There is no such page.") if status == 404 else str(getattr(error, "detail", error))
    return _said(request, status, _("Not here"), message)


def broker_away(request: Request, error: Exception) -> Response:
    if request.method == "GET":
        message = _("{error} The page comes back when Kafka does.", error=str(error))
    else:
        message = _("{error} Nothing was changed; what you entered can be sent again.", error=str(error))
    return _said(request, AWAY, _("Kafka does not answer"), message)


def busy(request: Request, error: Exception) -> Response:
    """Offers a link for another attempt. The page does not reload by itself, because the queue would then never be
    empty."""
    if in_place(request):
        response = _said(request, AWAY, _("One moment"), str(error))
    else:
        shown = {"title": _("One moment"), "message": str(error), "again": "", "link": _address(request)}
        response = page(request, "problem.html", AWAY, **shown)
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def database_away(request: Request, _error: Exception) -> Response:
    if request.method == "GET":
        message = _("The database does not answer. The page comes back when it does.")
    else:
        message = _("The database does not answer. What you entered can be sent again when it does.")
    return _said(request, AWAY, _("One moment"), message)


def too_much(request: Request, error: Exception) -> Response:
    """Handles an exceeded limit or a full queue."""
    limit = error if isinstance(error, LimitError) else LimitError("failed", str(error))
    status = AWAY if limit.reason == "busy" else 422
    title = _("One moment") if status == AWAY else _("That cannot be taken")
    response = _said(request, status, title, limit_words(limit))
    if status == AWAY:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _said(request: Request, status: int, title: str, message: str) -> Response:
    if in_place(request):
        response = page(request, "problem_here.html", status, message=message)
        response.headers.update(BESIDE)
        return response
    again = _address(request) if status == AWAY and request.method == "GET" else ""
    return page(request, "problem.html", status, title=title, message=message, again=again, link=again)


def _address(request: Request) -> str:
    """Returns the requested path on this server, because `//elsewhere` would be the address of another one."""
    path = "/" + quote(request.scope["path"].lstrip("/"))
    return f"{path}?{request.url.query}" if request.url.query else path
