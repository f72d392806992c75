"""All metrics of one office. If the broker or the database is unavailable, `lantoa_up` says so and the other metrics
are still shown."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.errors import BrokerError, ConfigError
from config.programme import Programme
from config.programme_watcher import ProgrammeWatcher
from config.settings import Settings
from config.visible import said
from lantoa.metrics import of_database
from lantoa.metrics.of_broker import BrokerMetrics
from lantoa.runtime.broker_address import find_brokers
from models.database import AnyDatabaseError, Engine, reading
from models.loops import Loop

logger = logging.getLogger(__name__)
Read = Callable[[], Iterable[Metric]]


class OfficeMetrics(Collector):
    """The collector. It starts nothing: a broker that does not run counts as unavailable."""

    def __init__(
        self,
        settings: Settings,
        programme: Programme,
        engine: Engine,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings, self._programme, self._engine = settings, programme, engine
        self._watcher = ProgrammeWatcher(programme.folder, programme.id)
        self._broker = BrokerMetrics(settings, engine, now)
        self._loops = {part: Loop(f"metrics-{part}", engine) for part in ("database", "broker")}

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("lantoa_up", "1 if the part answers, 0 if it is unavailable", labels=["part"])
        for part, read in (("database", self._of_database), ("broker", self._of_broker)):
            families: list[Metric] = []
            try:
                for family in read():  # those before a failure are kept
                    families.append(family)  # noqa: PERF402
                if self._loops[part].failures:
                    self._loops[part].succeeded()
            except (BrokerError, AnyDatabaseError) as error:
                logger.warning("metrics.away", extra={"part": part, "reason": said(str(error))})
            except Exception as error:  # whatever failed, the other part is still shown
                self._loops[part].failed(error)
            up.add_metric([part], bool(families))
            yield from families
        yield up

    def _of_database(self) -> Iterator[Metric]:
        self._reload()
        with reading(self._engine) as connection:
            yield from of_database.families(connection, self._programme)

    def _reload(self) -> None:
        """Keeps the programme if its changed files cannot be read."""
        try:
            loaded = self._watcher.load_if_changed()
        except ConfigError as error:
            logger.warning("programme.unreadable", extra={"reason": error})
            return
        if loaded:
            self._programme = loaded.programme

    def _of_broker(self) -> Iterator[Metric]:
        """Raises BrokerError."""
        bootstrap = find_brokers(self._settings)
        if not bootstrap:
            raise BrokerError("no broker runs on this data folder")
        yield from self._broker.families(bootstrap)


def make_registry(settings: Settings, programme: Programme, engine: Engine) -> CollectorRegistry:
    """Makes a registry for prometheus_client's `generate_latest`, `start_http_server` or `make_asgi_app`."""
    registry = CollectorRegistry()
    registry.register(OfficeMetrics(settings, programme, engine))
    return registry
