"""Pages are read in processes of their own: a page that never ends or eats the memory costs one process."""

import contextlib
import faulthandler
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from os import devnull
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from config.errors import PageError
from config.selectors import Selectors
from producers.article.article import Article
from producers.article.read import read_article

PAGES_PER_PROCESS = 500  # then it is replaced, with whatever it has leaked
SECONDS_PER_PAGE = 10.0
LARGEST_PROCESS = 2 << 30  # bytes of address space, where the system can limit them

_Result = Article | tuple[str, str]


class ExtractorPool:
    """`read` may be called from as many threads as there are processes; one more waits for a free process."""

    def __init__(
        self,
        processes: int = 1,
        *,
        seconds: float = SECONDS_PER_PAGE,
        pages: int = PAGES_PER_PROCESS,
        memory: int = LARGEST_PROCESS,
    ) -> None:
        self._seconds, self._pages, self._memory = seconds, pages, memory
        self._processes = processes
        self._idle: SimpleQueue[ProcessPoolExecutor] = SimpleQueue()

    def __enter__(self) -> Self:
        for _ in range(self._processes):
            self._idle.put(self._started())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in range(self._processes):
            self._idle.get().shutdown(cancel_futures=True)

    def read(self, body: bytes, content_type: str, address: str, selectors: Selectors | None) -> Article:
        """Raises PageError: those of `read_article`, extractor-timeout, extractor-memory, extractor-failed."""
        process = self._idle.get()
        began = time.monotonic()
        try:
            result = process.submit(_read, self._seconds, body, content_type, address, selectors).result()
        except BrokenProcessPool as error:
            process.shutdown(wait=False)
            process = self._started()
            raise self._broken(address, time.monotonic() - began) from error
        finally:
            self._idle.put(process)
        if isinstance(result, tuple):
            raise PageError(*result)
        return result

    def _started(self) -> ProcessPoolExecutor:
        """One process each, so that the end of one breaks no other's page."""
        return ProcessPoolExecutor(
            max_workers=1,
            max_tasks_per_child=self._pages,
            mp_context=_context(),
            initializer=_limit_memory,
            initargs=(self._memory,),
        )

    def _broken(self, address: str, seconds: float) -> PageError:
        if seconds >= self._seconds:
            return PageError("extractor-timeout", f"{address} was not read in {self._seconds:g} s")
        return PageError("extractor-failed", f"{address} ended the process that read it")


def _context() -> BaseContext:
    """Processes that are born with the readers, which take a second to import."""
    if sys.platform == "win32":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    return context


def _limit_memory(largest: int) -> None:
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):  # the system's own limit is lower
            resource.setrlimit(resource.RLIMIT_AS, (largest, largest))


def _read(
    seconds: float, body: bytes, content_type: str, address: str, selectors: Selectors | None
) -> _Result:
    """The watchdog ends the process from a thread of C, which waits for nothing that Python or lxml holds."""
    with open(devnull, "w") as nowhere:  # noqa: PTH123  # it needs a file number
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            return read_article(body, content_type, address, selectors)
        except PageError as error:
            return error.reason, str(error)
        except MemoryError:
            return "extractor-memory", f"{address} needs more memory than a page may"
        except Exception as error:  # of three libraries; not all of them can travel between processes
            return "extractor-failed", f"{address}: {type(error).__name__}: {error}"
        finally:
            faulthandler.cancel_dump_traceback_later()
