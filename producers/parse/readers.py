"""Reads documents and pages from outside in processes with limits; input that exceeds one gives a reason and a
message."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from config.errors import FeedError, LimitError, PageError
from config.programme import Source
from config.selectors import Selectors
from producers.limited import LimitedProcesses
from producers.parse.article.page_article import ExpectedPiece, PageArticle
from producers.parse.documents import FetchedDocument, Listing

MOST_PROCESSES = 4
SECONDS_PER_PAGE = 10.0
SECONDS_PER_DOCUMENT = 60.0  # a well-formed feed of 15 MB takes some fifteen on an idle machine
WHAT_TO_DO = "If it stays so, ask the outlet, or name a smaller feed of it"
Given = ParamSpec("Given")
Result = TypeVar("Result")


class Readers:
    """A context manager. Its methods may be called from any number of threads, `aside` from an event loop."""

    def __init__(
        self,
        processes: int | None = None,
        *,
        page_seconds: float = SECONDS_PER_PAGE,
        document_seconds: float = SECONDS_PER_DOCUMENT,
        **limits: Any,
    ) -> None:
        most = processes or min(os.cpu_count() or 1, MOST_PROCESSES)
        self._page_seconds, self._document_seconds = page_seconds, document_seconds
        self._limited = LimitedProcesses(most, seconds=document_seconds, **limits)
        self._threads = ThreadPoolExecutor(most, "reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._limited.close()
        self._threads.shutdown(cancel_futures=True)

    async def aside(
        self, read: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """Runs one of the methods below in a thread of its own: the event loop's threads resolve host names
        meanwhile."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: read(*arguments, **named))

    def page(
        self,
        body: bytes,
        content_type: str,
        address: str,
        selectors: Selectors | None,
        asked: ExpectedPiece | None = None,
    ) -> PageArticle:
        """Raises PageError: those of `read_article`, extractor-timeout, extractor-memory, extractor-failed."""
        try:
            return self._limited.run_within(
                self._page_seconds, _read_page, body, content_type, address, selectors, asked
            )
        except LimitError as error:
            raise PageError(f"extractor-{error.reason}", f"{address}: {error}") from error

    def listing(self, source: Source, document: FetchedDocument) -> Listing:
        """Raises FeedError: those of the source's kind, document-timeout, document-memory, unreadable."""
        return self.document(_read_listing, source, document)

    def document(
        self, read: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """Runs any other function of a module on a document. Raises its own errors, and FeedError as above."""
        try:
            return self._limited.run_within(self._document_seconds, read, *arguments, **named)
        except LimitError as error:
            reason = "unreadable" if error.reason == "failed" else f"document-{error.reason}"
            raise FeedError(reason, f"reading it: {error}. {WHAT_TO_DO}") from error


def _read_page(
    body: bytes, content_type: str, address: str, selectors: Selectors | None, asked: ExpectedPiece | None
) -> PageArticle:
    # imported here because the process that fetches never needs it
    from producers.parse.article.read import read_article

    return read_article(body, content_type, address, selectors, asked)


def _read_listing(source: Source, document: FetchedDocument) -> Listing:
    from producers.parse.kinds import read  # as above

    return read(source, document)
