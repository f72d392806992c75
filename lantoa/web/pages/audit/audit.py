"""Nhật ký: what was changed on these pages, by whom and when."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from lantoa.views.paging import part
from lantoa.web.access.roles import needs
from lantoa.web.office import office_of
from lantoa.web.rendering import page
from models.accounts import AuditEntry
from models.database import reading
from models.sql import table_of

router = APIRouter()


@router.get("/audit")
@needs("administrator")
def audit(request: Request, after: str = "") -> Response:
    table = table_of(AuditEntry)
    with reading(office_of(request).engine) as connection:
        found = part(connection, select(table), ((table.c.id, True),), after)
    return page(request, "audit.html", entries=found)
