"""The route of server-sent events by which open pages follow the figures."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lantoa.web.access.guard import still_may
from lantoa.web.change_feed import ChangeFeed, Check, Stream
from lantoa.web.office import web_state
from models.tables.accounts import hashed

router = APIRouter()


@router.get("/events")
async def events(request: Request) -> Response:
    state = web_state(request.app)
    cookie = request.cookies.get(state.access.cookie)
    stream = state.change_feed.open(request.state.actor, hashed(cookie) if cookie else "")

    async def may() -> bool:
        return await still_may(state.access, request)

    return Following(state.change_feed, stream, may)


class Following(StreamingResponse):
    """A response that closes its stream even if the page is closed before the first event."""

    def __init__(self, change_feed: ChangeFeed, stream: Stream, may: Check) -> None:
        super().__init__(change_feed.changes(stream, may), media_type="text/event-stream")
        self._change_feed, self._stream = change_feed, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._change_feed.close(self._stream)
