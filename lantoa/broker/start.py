"""Starts the embedded broker: the real Kafka, as one node on this machine only."""

from collections.abc import Callable
from pathlib import Path

from config.errors import BrokerError
from config.privacy import close_folder
from config.settings import Settings
from lantoa.broker.alone import alone
from lantoa.broker.broker_accounts import Accounts, write_private
from lantoa.broker.broker_files import BrokerFiles
from lantoa.broker.class_archive import class_archive
from lantoa.broker.command import broker_command
from lantoa.broker.java import class_path, find_java
from lantoa.broker.launch import PortTaken, launch
from lantoa.broker.ports import HOST, choose, remember
from lantoa.broker.properties import server_properties
from lantoa.broker.running import RunningBroker
from lantoa.broker.storage import format_once

PORT_ATTEMPTS = 5


def _silent(_line: str) -> None:
    pass


def start_broker(settings: Settings, *, progress: Callable[[str], None] = _silent) -> RunningBroker:
    """Returns when the broker answers. `progress` receives lines for people about downloads and waits.

    Raises AlreadyRunning if a live broker holds the data folder, and BrokerError with the end of the broker's log if
    it does not start. `with start_broker(…) as broker:` stops it at the end.
    """
    if settings.kafka_bootstrap_servers:
        raise BrokerError("LANTOA_KAFKA_BOOTSTRAP_SERVERS names a broker: none is started beside it.")
    with alone(settings, progress):
        close_folder(settings.data_dir)
        java, jars = find_java(), class_path(settings.cache_dir, progress=progress)
        archive = class_archive(java, jars, settings.cache_dir, progress=progress)
        return _start(settings, java, jars, archive)


def _start(settings: Settings, java: Path, jars: str, archive: Path | None) -> RunningBroker:
    files = BrokerFiles.of(settings)
    for _ in range(PORT_ATTEMPTS):
        ports = choose(files.ports)
        bootstrap, accounts = f"{HOST}:{ports.broker}", Accounts.of(files)
        accounts.write(files, bootstrap)
        write_private(files.properties, server_properties(ports, accounts))
        format_once(files, java, jars, archive)
        command = broker_command(java, jars, files, archive)
        try:
            broker = launch(settings, files, command, bootstrap, accounts)
        except PortTaken:
            continue
        remember(ports, files.ports)
        return broker
    raise BrokerError(
        f"other processes took every port that Kafka was given, {PORT_ATTEMPTS} times; see {files.log}"
    )
