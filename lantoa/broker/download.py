"""Downloads jars from a Maven repository into the user's cache with jgo; several processes may do so at once."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from config.errors import BrokerError
from lantoa.broker.manifest import Jar

AT_ONCE = 8
REPORT_EVERY = 10
ATTEMPTS = 3


def download(jars: Sequence[Jar], repository: Path, *, progress: Callable[[str], None]) -> None:
    """Downloads the missing jars. Without a network this succeeds if none is missing. The caller verifies the
    checksums."""
    if not _missing(jars, repository):
        return
    with _alone(repository, progress):
        missing = _missing(jars, repository)  # another process may have downloaded them in the meantime
        if missing:
            _bring(missing, repository, progress)


def _missing(jars: Sequence[Jar], repository: Path) -> list[Jar]:
    return [jar for jar in jars if not (repository / jar.path).is_file()]


@contextmanager
def _alone(repository: Path, progress: Callable[[str], None]) -> Iterator[None]:
    repository.mkdir(parents=True, exist_ok=True)
    lock = FileLock(repository.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress("Another process is downloading Kafka; waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _bring(jars: Sequence[Jar], repository: Path, progress: Callable[[str], None]) -> None:
    progress(f"Downloading Apache Kafka, once for this user: {len(jars)} files into {repository}")
    staging = repository.with_suffix(".partial")  # jgo writes in place, and half a file must never look whole
    shutil.rmtree(staging, ignore_errors=True)
    context = _maven(staging)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        arrivals = pool.map(lambda jar: _bring_one(jar, context, repository), jars)
        try:
            for count, _ in enumerate(arrivals, 1):
                if count % REPORT_EVERY == 0 or count == len(jars):
                    progress(f"  {count} of {len(jars)}")
        except BaseException:
            pool.shutdown(cancel_futures=True)  # a failure or Ctrl-C ends all downloads
            raise
    shutil.rmtree(staging, ignore_errors=True)


def _maven(staging: Path) -> object:
    """Returns Maven's public repository, or the mirrors in the user's jgo configuration."""
    from jgo.config import GlobalSettings  # imported here, because only a first start needs it
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    mirrors = GlobalSettings.load().repositories
    return MavenContext(
        repo_cache=staging, remote_repos={"central": MAVEN_CENTRAL_URL, **mirrors}, timeout=30
    )


def _bring_one(jar: Jar, context: object, repository: Path) -> None:
    fetched = _fetch(jar, context)
    target = repository / jar.path
    target.parent.mkdir(parents=True, exist_ok=True)
    fetched.replace(target)


def _fetch(jar: Jar, context: Any) -> Path:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    failure: Exception = RuntimeError("never tried")
    for _ in range(ATTEMPTS):
        artifact.cached_path.unlink(missing_ok=True)
        try:
            return Path(artifact.resolve())
        except (OSError, RuntimeError, ValueError) as error:  # the errors of requests are OSErrors
            failure = error
    raise BrokerError(
        f"{jar.coordinate} could not be downloaded: {failure}\n"
        "Kafka is downloaded once: check the network (and the proxy: HTTPS_PROXY) and start again. "
        "Without a network, set KAFKA_HOME to an unpacked Apache Kafka, "
        "or LANTOA_KAFKA_BOOTSTRAP_SERVERS to a broker that runs elsewhere."
    ) from failure
