"""The page Nhật ký: what was changed on the dashboard, by whom and when."""

from fastapi import APIRouter, Request, Response

from lantoa.views.stated_places import stated_places
from lantoa.web.access.roles import needs
from lantoa.web.office import office_of
from lantoa.web.rendering import page
from models.database import reading
from models.queries.listed_accounts import audit_page

router = APIRouter()


@router.get("/audit")
@needs("administrator")
def audit(request: Request, after: str = "") -> Response:
    with stated_places(), reading(office_of(request).engine) as connection:
        found = audit_page(connection, after)
    return page(request, "audit.html", entries=found)
