"""Every error that Lan tỏa raises on purpose, drawn as a tree.

LantoaError
├── ConfigError            a file or setting that an office wrote is wrong
│   ├── SettingsError
│   └── CatalogueError     in a YAML file: path, line, what was expected
├── BrokerError            Kafka cannot be started, reached or used
│   ├── AlreadyRunning     another Lan tỏa runs on the same data folder
│   └── TopicMismatch      a topic exists with other settings than the contract
├── FetchError             a source could not be fetched
│   ├── FeedError          it was fetched, and is not a feed
│   └── PageError          it was fetched, and no article can be read from it
├── SheetError             an office's spreadsheet cannot be read as a whole
├── MessageError           bytes of a topic that are not a message of its contract
└── UsageError             a command was given something that it cannot use
"""

from pathlib import Path


class LantoaError(Exception):
    """Caught at the edge: the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 1


class ConfigError(LantoaError):
    exit_code = 2


class SettingsError(ConfigError):
    pass


class CatalogueError(ConfigError):
    """A mistake in a YAML file, at the place where it stands."""

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
    """`reason` is a stable code for tallies of failures; the message is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class FeedError(FetchError):
    pass


class PageError(FetchError):
    pass


class SheetError(LantoaError):
    """`text` has its `fields` in braces, so that a page can say it in the reader's language."""

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


class UsageError(LantoaError):
    exit_code = 2
