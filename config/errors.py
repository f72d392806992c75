"""Every error that Lan tỏa raises on purpose, drawn as a tree.

LantoaError
├── ConfigError            a file or setting that an office wrote is wrong
│   ├── SettingsError
│   └── CatalogueError     in a YAML file or learned.json: path, line, what was expected
├── BrokerError            Kafka cannot be started, reached or used
│   ├── AlreadyRunning     another Lan tỏa runs on the same data folder
│   └── TopicMismatch      a topic exists with other settings than the contract
├── FetchError             a source could not be fetched
│   ├── FeedError          it was fetched, and is not a feed
│   └── PageError          it was fetched, and no article can be read from it
├── LimitError             work on something from outside needs more time or memory than it may
├── SheetError             an office's spreadsheet cannot be read as a whole
├── NotCounted             something that was published is not counted yet
├── MessageError           bytes of a topic that are not a message of its contract
├── Busy                   too much of one kind is asked for at once
├── InstallationError      a database or broker that refuses whatever it is given: no message's fault
└── UsageError             a command was given something that it cannot use
"""

from pathlib import Path

from config.visible import said


class LantoaError(Exception):
    """The entry points catch it: the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 1

    def __reduce__(self) -> tuple[object, ...]:
        """Lets errors be pickled between processes, whatever their constructors take."""
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[LantoaError], args: tuple[object, ...]) -> LantoaError:
    error = kind.__new__(kind)
    error.args = args
    return error


class ConfigError(LantoaError):
    exit_code = 2


class SettingsError(ConfigError):
    pass


class CatalogueError(ConfigError):
    """A mistake in a file of a catalogue or programme, with its file and line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


class BrokerError(LantoaError):
    exit_code = 3


class AlreadyRunning(BrokerError):
    """`pid` is the process that holds the data folder."""

    def __init__(self, pid: int, data_dir: Path) -> None:
        super().__init__(
            f"Lan tỏa already runs on {data_dir} (process {pid}). Stop it there, or set LANTOA_DATA_DIR."
        )
        self.pid = pid
        self.data_dir = data_dir


class TopicMismatch(BrokerError):
    pass


class FetchError(LantoaError):
    """`reason` is a stable code that failures are counted by; the message is for people. Text from a server is cut in
    it, and holds nothing that a terminal, a log or a page would interpret."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(said(message))
        self.reason = reason


class FeedError(FetchError):
    pass


class PageError(FetchError):
    pass


class LimitError(LantoaError):
    """`reason` is timeout, memory, failed (the process ended, or a library did something unexpected) or busy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SheetError(LantoaError):
    """`text` has its `fields` in braces, so that a page can translate it."""

    exit_code = 2

    def __init__(self, text: str, **fields: object) -> None:
        super().__init__(text.format(**fields))
        self.text = text
        self.fields = fields


class MessageError(LantoaError):
    """`reason` names what is wrong with the bytes."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Busy(LantoaError):
    """`seconds` is when a client may try again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class InstallationError(LantoaError):
    """Says what to do. The program that meets it stops, and makes no dead letter."""

    exit_code = 4


class NotCounted(LantoaError):
    """The message stays in the topics and is counted later; until then no success may be reported."""


class UsageError(LantoaError):
    exit_code = 2
