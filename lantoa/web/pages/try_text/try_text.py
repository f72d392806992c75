"""Classifies a text that a user tries, and shows the words that prove the result. The text is not stored."""

from collections import Counter
from dataclasses import asdict
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from lantoa.commands.classifying import channel_of, date_error
from lantoa.commands.limited_rules import TEXT_CHARACTERS
from lantoa.language import _, number
from lantoa.web.access.roles import needs
from lantoa.web.office import office_of, rules_of
from lantoa.web.pages.items.evidence import marked
from lantoa.web.rendering import page

router = APIRouter(prefix="/try")
ENCODED = 9  # most bytes of an encoded character, such as %E1%BB%87
FIELDS = ("title", "lead", "text", "outlet", "published")
ZONES = {"title": "title", "lead": "lead", "text": "body"}


@router.get("")
def empty(request: Request) -> Response:
    return page(request, "try.html", stated=dict.fromkeys(FIELDS, ""), read=None)


@router.post("")
@needs("reader")
async def tried(request: Request) -> Response:
    stated = await _stated(request)
    return await run_in_threadpool(_answer, request, stated)


def _answer(request: Request, stated: dict[str, str]) -> Response:
    programme, read = office_of(request).programme, rules_of(request).read(stated)
    mentions = [asdict(each) for each in read.mentions]
    return page(
        request,
        "try.html",
        stated=stated,
        read=read,
        channel=channel_of(stated, programme),
        error=date_error(stated, programme),
        zones={name: marked(stated[name], zone, mentions) for name, zone in ZONES.items()},
        found={"mentions": mentions},
        statuses=Counter(each["status"] for each in mentions),
    )


async def _stated(request: Request) -> dict[str, str]:
    """Returns the form's fields. Raises 413 for a text that is too long before all of it is read."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > ENCODED * TEXT_CHARACTERS:
            raise _too_large()
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if sum(map(len, fields.values())) > TEXT_CHARACTERS:
        raise _too_large()
    return {name: fields.get(name, "").replace("\r\n", "\n").replace("\0", "") for name in FIELDS}


def _too_large() -> HTTPException:
    said = _(
        "A text of {most} characters at most can be tried; nothing of it was kept.",
        most=number(TEXT_CHARACTERS),
    )
    return HTTPException(413, said)
