"""A worker process: builds the application, runs it until it must stop, and reports how it ended."""

import asyncio
import faulthandler
import gc
import logging
import signal
import time
from collections.abc import Awaitable, Callable

from confluent_kafka import KafkaException
from faust.exceptions import ConsumerNotStarted

from config.errors import InstallationError, LantoaError
from config.settings import Settings
from models.messages.topics import GROUP
from stream_apps.app import LantoaApp, make_app
from stream_apps.batch_producer import BatchProducer
from stream_apps.lenient_records import read_any_header_name
from stream_apps.logs import install_logging
from stream_apps.watchdog import AssignedPartition, Watchdog, end_unless_alive

logger = logging.getLogger(__name__)
BEGIN_AGAIN = 75  # EX_TEMPFAIL: nothing failed, and another worker should be started
STOP_SECONDS = 7.0  # in all less than the ten seconds after which impatient parents kill
MakeAgents = Callable[[LantoaApp, BatchProducer], None]


def run_worker(settings: Settings, bootstrap: str, make_agents: MakeAgents, group: str = GROUP) -> int:
    """Blocks until SIGTERM or SIGINT (returns 0), until something fails (returns 1) or until it must restart (returns
    BEGIN_AGAIN). Needs the main thread.

    Logs `worker.ready` when its partitions are assigned. `make_agents` declares the agents on the application.
    """
    install_logging(settings)
    read_any_header_name()
    return asyncio.run(_run(settings, bootstrap, make_agents, group))


async def _run(settings: Settings, bootstrap: str, make_agents: MakeAgents, group: str) -> int:
    began = time.monotonic()
    stop = _stop_signals()
    app = make_app(settings, bootstrap, group)
    batch_producer = BatchProducer(settings, bootstrap, on_refused=app.fail)
    watchdog = Watchdog(settings, bootstrap, group, lambda: _assigned(app), lambda: app.excuses > 0)
    alive = asyncio.create_task(end_unless_alive(settings.watchdog_minutes * 60))
    try:
        make_agents(app, batch_producer)
        if await _brokers_answer(batch_producer, stop):
            _spare_the_collector()
            app.on_startup_finished = lambda: _say_ready(app, began)
            watchdog.start()
            await _until_the_end(app, stop)
    except Exception as error:
        app.fail(error)
    finally:
        await _stop(app)
        await batch_producer.close()
        orderly = isinstance(app.failure, LantoaError | KafkaException | None)
        for end in app.at_the_end:
            await end(orderly)
        watchdog.stop()
        alive.cancel()
        faulthandler.cancel_dump_traceback_later()
    return _status(app.failure, again=app.again and not stop.is_set())


def _spare_the_collector() -> None:
    """Objects that a worker has at its start live to its end; collecting them every time costs several percent."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _stop_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


async def _brokers_answer(batch_producer: BatchProducer, stop: asyncio.Event) -> bool:
    """Waits until the brokers answer, or until the worker must stop. Faust would give up at once, with a traceback of
    three hundred lines."""
    waits = 0
    while not stop.is_set():
        if await asyncio.to_thread(batch_producer.brokers_answer):
            return True
        if waits == 0:
            logger.warning("worker.waiting", extra={"for": "brokers"})
        waits += 1
    return False


async def _until_the_end(app: LantoaApp, stop: asyncio.Event) -> None:
    start = asyncio.create_task(app.start())  # it returns when the partitions are assigned
    ends = [asyncio.create_task(wait) for wait in (stop.wait(), app.ending.wait(), app.wait_until_stopped())]
    try:
        await asyncio.wait([start, *ends], return_when=asyncio.FIRST_COMPLETED)
        if start.done():
            start.result()
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (start, *ends):
            task.cancel()
    if app.crash_reason is not None:
        app.fail(app.crash_reason)


async def _stop(app: LantoaApp) -> None:
    try:
        await asyncio.wait_for(app.stop(), STOP_SECONDS)
    except (Exception, asyncio.CancelledError) as error:
        # after a crash its services fail one after the other
        logger.debug("worker.stop", extra={"error": repr(error)})


def _say_ready(app: LantoaApp, began: float) -> Awaitable[None]:
    seconds = time.monotonic() - began
    logger.info("worker.ready", extra={"seconds": round(seconds, 2), "partitions": len(_assigned(app))})
    return asyncio.sleep(0)  # Faust awaits the result of this callback


def _assigned(app: LantoaApp) -> list[AssignedPartition]:
    try:
        return [(tp.topic, tp.partition) for tp in app.consumer.assignment()]
    except ConsumerNotStarted:
        return []


def _status(failure: BaseException | None, *, again: bool) -> int:
    if failure is None:
        logger.info("worker.stopped")
        return BEGIN_AGAIN if again else 0
    if isinstance(failure, InstallationError):
        logger.error("worker.installation", extra={"reason": failure})
    else:
        logger.error("worker.failed", extra={"error": repr(failure)}, exc_info=failure)
    return 1
