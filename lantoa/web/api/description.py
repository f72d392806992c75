"""The description of the API: OpenAPI 3.1 for programs, and a page for people that is made from it."""

from functools import cache
from threading import Lock
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from lantoa.web.api import routes
from lantoa.web.api.problems import Problem
from lantoa.web.rendering import page

router = APIRouter(prefix="/api/v1", include_in_schema=False)
VERSION = "1"
ABOUT = "What the dashboard of Lan tỏa shows, and one way in: for activities. Ids and codes are those of `lantoa tallies`, days are of the programme's time zone, moments are ISO 8601."  # fmt: skip
REFERENCE = "#/components/schemas/{model}"
_one_at_a_time = Lock()  # FastAPI loses parameters of routes when two threads describe them at once


@router.get("/openapi.json")
def openapi() -> Response:
    return JSONResponse(description())


@router.get("/docs")
def docs(request: Request) -> Response:
    return page(request, "api.html", api=description())


def description() -> dict[str, object]:
    """Builds the description at the first call and keeps it."""
    with _one_at_a_time:
        return _described()


@cache
def _described() -> dict[str, object]:
    made = get_openapi(
        title="Lan tỏa",
        version=VERSION,
        openapi_version="3.1.0",
        description=ABOUT,
        routes=routes.router.routes,
    )
    problem = Problem.model_json_schema(ref_template=REFERENCE)
    made["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    for operations in made["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _stated(parameter["schema"])
    return made


def _stated(schema: dict[str, Any]) -> dict[str, object]:
    """Removes null from parameters: an address states a parameter or omits it."""
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if not choices:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return rest | (choices[0] if len(choices) == 1 else {"anyOf": choices})
