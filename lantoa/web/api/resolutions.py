"""API: the catalogue that the rules use."""

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel

from config.catalogue import Document
from lantoa.language import _
from lantoa.web.api.parameters import Id
from lantoa.web.api.problems import refusing
from lantoa.web.office import office_of

router = APIRouter(tags=["resolutions"])


class Resolutions(BaseModel):
    """The catalogue. `version` changes with every change of an entry."""

    version: str
    resolutions: list[Document]


@router.get("/resolutions", response_model=Resolutions, summary="The catalogue of documents")
def resolutions(request: Request) -> dict[str, object]:
    """Lists congresses and plenums too. A plenum also counts the documents that name it as their `plenum`."""
    catalogue = office_of(request).catalogue
    return {"version": catalogue.version, "resolutions": list(catalogue.documents.values())}


@router.get("/resolutions/{id}", summary="One document of the catalogue", responses=refusing(404, 422))
def resolution(request: Request, id: Id) -> Document:
    found = office_of(request).catalogue.documents.get(id)
    if found is None:
        raise HTTPException(404, _("The catalogue has no {name!r}.", name=id))
    return found
