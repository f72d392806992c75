"""The page Nghị quyết: the catalogue that the rules use, each document with its figures of the period."""

import re
from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request, Response

from config.catalogue import Catalogue, Document, StateDocument
from config.letters import bare
from lantoa.commands.alias_change import own_aliases
from lantoa.views.paragraph import document_name
from lantoa.web.office import Office, office_of
from lantoa.web.rendering import page
from models.counting.figures import figures
from models.database import reading
from models.queries.cell_lists import Selection, items_in
from models.queries.tally import read_tallies

router = APIRouter()
NEWEST = 10
NUMBER = re.compile(r"(\d+)[^/]*/")  # the first part of a symbol: 42 of 42-NQ/TW


@router.get("/resolutions")
def resolutions(request: Request, period: str | None = None, q: str = "") -> Response:
    office = office_of(request)
    span = office.period(period)
    with reading(office.engine) as connection:
        rows = read_tallies(connection, office.programme, span, ("resolution",)).rows
    counts = {row["resolution"]: row for row in rows}
    found = [(each, counts.get(each.id) or figures({})) for each in having(office.catalogue, q)]
    return page(
        request, "resolutions.html", period=span, q=q, found=found, total=len(office.catalogue.documents)
    )


@router.get("/resolutions/{name}")
def resolution(request: Request, name: str, period: str | None = None) -> Response:
    office = office_of(request)
    document = document_of(office, name)
    span = office.period(period)
    with reading(office.engine) as connection:
        rows = read_tallies(connection, office.programme, span, ("resolution", "channel")).rows
        newest = items_in(connection, Selection(office.programme, span, {"resolution": name}), limit=NEWEST)
    return page(
        request,
        "resolution.html",
        period=span,
        document=document,
        own=own_aliases(office.programme, name),
        plenum=_of_plenum(office.catalogue, document),
        alike=alike(office.catalogue, document),
        channels=[row for row in rows if row["resolution"] == name],
        newest=newest.rows,
        count=newest.count,
    )


def document_of(office: Office, name: str) -> Document:
    """Returns the document. Raises 404 if the catalogue does not have it."""
    if name not in office.catalogue.documents:
        raise HTTPException(404)
    return office.catalogue.documents[name]


def having(catalogue: Catalogue, question: str) -> list[Document]:
    """Returns the documents with all words of the question: `tam nong` finds tam nông, `tam nông` finds only that."""
    words = question.lower().split()
    return [each for each in catalogue.documents.values() if _has(_haystack(each, catalogue), words)]


def alike(catalogue: Catalogue, document: Document) -> Sequence[Document | StateDocument]:
    """Returns other documents with the same number, which a bare number may mean: the Party's first, then the
    state's."""
    number = _number(document.symbol)
    if number is None:
        return []
    partys = [d for d in catalogue.documents.values() if _number(d.symbol) == number and d.id != document.id]
    return [*partys, *(each for each in catalogue.state if _number(each.symbol) == number)]


def _of_plenum(catalogue: Catalogue, document: Document) -> list[Document]:
    """Returns the plenum's entry and the documents that it issued, without the document itself."""
    plenum = document.id if document.kind == "plenum" else document.plenum
    if plenum is None:
        return []
    issued = [each for each in catalogue.documents.values() if plenum in {each.id, each.plenum}]
    return sorted((d for d in issued if d.id != document.id), key=lambda d: (d.kind != "plenum", d.id))


def _number(symbol: str | None) -> int | None:
    found = NUMBER.match(symbol or "")
    return int(found[1]) if found else None


def _haystack(document: Document, catalogue: Catalogue) -> str:
    said = [document.id, document.symbol or "", document.title, document_name(document.id, catalogue)]
    said += [*document.aliases, *document.topics, document.plenum or "", str(document.issued or "")]
    return f"{' '.join(said)} khóa {document.term or ''}".lower()


def _has(haystack: str, words: Sequence[str]) -> bool:
    plain = bare(haystack)
    return all(word in (plain if word == bare(word) else haystack) for word in words)
