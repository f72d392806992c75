"""A broker that this process started."""

import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from lantoa.broker.holder import Process, forget_holder
from lantoa.process.guardian import end_kept


class RunningBroker:
    """Stop it, or leave its `with` block. Should this process die first, the broker ends too."""

    def __init__(
        self, keeper: subprocess.Popen[bytes], process: Process, bootstrap: str, holder: Path
    ) -> None:
        self.bootstrap = bootstrap
        self.process = process
        self._keeper = keeper
        self._holder = holder

    @property
    def pid(self) -> int:
        """Of Java itself."""
        return self.process.pid

    def alive(self) -> bool:
        return self._keeper.poll() is None

    def stop(self) -> None:
        """Lets Kafka close its log; kills it when that takes longer than 20 s. Does nothing the second time."""
        end_kept(self._keeper)
        forget_holder(self._holder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
