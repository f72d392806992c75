"""Maps errors of the network to the stable codes for which fetching fails (docs/fetching.md)."""

import ssl
from collections.abc import Iterator

import httpx

from config.errors import BrokerError, ConfigError, FetchError, InstallationError
from models.database import AnyDatabaseError, failure_of

TRUNCATED = "without sending complete"  # h11's words for a body that ended early
TOO_MANY_HEADERS = ("Receive buffer too long", "Oversized header")  # h11's and hpack's


def fetch_error(error: Exception, seconds: float) -> FetchError:
    """`seconds` is the time limit of one fetch."""
    if isinstance(error, FetchError):
        return error
    said = str(error) or type(error).__name__
    match error:
        case httpx.TimeoutException():
            return FetchError("timeout", _phase(error))
        case TimeoutError():
            return FetchError("timeout", f"not done within {seconds:g} s")
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return FetchError("bad-address", said)
        case httpx.ConnectError():
            return _connection(error, said)
    if any(words in said for words in TOO_MANY_HEADERS):
        return FetchError("too-many-headers", "more headers than anybody needs")
    if TRUNCATED in said:
        return FetchError("truncated", "the connection ended before the announced content")
    if _hung_up(error):
        return FetchError("disconnected", f"the server hung up: {said}")
    return FetchError("bad-http", said)


def concerns_all(error: Exception) -> bool:
    """True where the failure is not of one source or page: the broker or the database is unavailable, or the
    installation is wrong."""
    if isinstance(error, AnyDatabaseError):
        return failure_of(error) != "record"
    return isinstance(error, BrokerError | ConfigError | InstallationError)


def unexpected(error: Exception) -> FetchError:
    """Returns the failure of one source or page by an error that is a bug of ours."""
    if isinstance(error, FetchError):
        return error
    return FetchError("unexpected", f"{type(error).__name__}: {error}")


def _hung_up(error: Exception) -> bool:
    """True where the other side ended the connection, or this request on it."""
    if isinstance(error, httpx.ReadError | httpx.WriteError):
        return True
    ended = ("Server disconnected", "StreamReset", "ConnectionTerminated")
    return isinstance(error, httpx.ProtocolError) and any(words in str(error) for words in ended)


def _phase(error: httpx.TimeoutException) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.WriteTimeout):
        return "the server did not take the question in time"
    return "the server went silent"


def _connection(error: Exception, said: str) -> FetchError:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError("certificate", f"its certificate is refused: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, said)
    refused = any(isinstance(cause, ConnectionRefusedError) for cause in causes)
    return FetchError("refused" if refused else "unreachable", said)


def _tls(error: ssl.SSLError, said: str) -> FetchError:
    if "UNSAFE_LEGACY_RENEGOTIATION" in (error.reason or ""):
        return FetchError(
            "tls-legacy", "its TLS is of the old kind: state `legacy_tls: true` with the outlet"
        )
    return FetchError("tls", said)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield cause
        cause = cause.__cause__ or cause.__context__
