"""A text tried: what the rules make of it, with the words that prove it. Nothing of it is kept."""

from collections import Counter
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from lantoa.classifying import Classifying
from lantoa.dashboard.evidence import marked
from lantoa.dashboard.pages import desk_of, page
from lantoa.language import _
from models.mention import Mention

router = APIRouter(prefix="/try")
LARGEST = 1024 * 1024  # bytes of the text
ENCODED = 3  # so much longer it is at most on its way
FIELDS = ("title", "lead", "text", "outlet", "published")
ZONES = {"title": "title", "lead": "lead", "text": "body"}


@router.get("")
def empty(request: Request) -> Response:
    return page(request, "try.html", stated=dict.fromkeys(FIELDS, ""), read=None)


@router.post("")
async def tried(request: Request) -> Response:
    stated = await _stated(request)
    return await run_in_threadpool(_answer, request, stated)


def _answer(request: Request, stated: dict[str, str]) -> Response:
    desk = desk_of(request)
    rules = Classifying(desk.programme, desk.catalogue)
    read = rules.read(stated)
    mentions = [_row(each) for each in read.mentions]
    return page(
        request,
        "try.html",
        stated=stated,
        read=read,
        channel=rules.channel(stated),
        error=rules.date_error(stated),
        zones={name: marked(stated[name], zone, mentions) for name, zone in ZONES.items()},
        found={"mentions": mentions},
        statuses=Counter(each["status"] for each in mentions),
    )


def _row(mention: Mention) -> dict[str, object]:
    return {name: getattr(mention, name) for name in Mention.__slots__}


async def _stated(request: Request) -> dict[str, str]:
    """The form's fields. 413 for more than a megabyte, before all of it has come."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > ENCODED * LARGEST:
            raise _too_large()
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if sum(len(value.encode()) for value in fields.values()) > LARGEST:
        raise _too_large()
    return {name: fields.get(name, "").replace("\r\n", "\n").replace("\0", "") for name in FIELDS}


def _too_large() -> HTTPException:
    return HTTPException(413, _("A text of one megabyte at most can be tried; nothing of it was kept."))
