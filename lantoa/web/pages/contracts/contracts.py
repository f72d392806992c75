"""Serves the contract of the topics as files, and the metrics for Prometheus."""

from functools import cache

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from lantoa.contracts.contract_files import texts
from lantoa.metrics import make_registry
from lantoa.web.office import in_queue, office_of
from lantoa.web.rendering import page

router = APIRouter()


@router.get("/contracts")
def contracts(request: Request) -> Response:
    return page(request, "contracts.html", names=list(_files()))


@router.get("/contracts/{name}")
def contract(name: str) -> Response:
    if name not in _files():
        raise HTTPException(404)
    kind = "application/yaml" if name.endswith(".yaml") else "application/schema+json"
    return Response(_files()[name], media_type=kind)


@router.get("/metrics")
@in_queue("metrics")
def metrics(request: Request) -> Response:
    office = office_of(request)
    registry = make_registry(office.settings, office.programme, office.engine)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


@cache
def _files() -> dict[str, str]:
    return texts()
