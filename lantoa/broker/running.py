"""A broker that this process started."""

import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from lantoa.broker.holder import Process, forget_holder
from lantoa.process.guardian import end_guarded


class RunningBroker:
    """Ends with `stop` or with its `with` block. If this process dies first, the broker ends too."""

    def __init__(
        self, guardian: subprocess.Popen[bytes], process: Process, bootstrap: str, holder: Path
    ) -> None:
        self.bootstrap = bootstrap
        self.process = process
        self._guardian = guardian
        self._holder = holder

    @property
    def pid(self) -> int:
        """Returns the process id of Java itself."""
        return self.process.pid

    def alive(self) -> bool:
        return self._guardian.poll() is None

    def stop(self) -> None:
        """Lets Kafka close its log and kills it after 20 s. Repeated calls do nothing."""
        end_guarded(self._guardian)
        forget_holder(self._holder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
