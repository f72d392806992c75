"""Whether the topic of the tallies holds what the database holds."""

import time

from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from lantoa.runtime.consumer_lag import OpenAdmin, behind, ends_of
from models import tally_outbox
from models.database import make_engine, reading
from models.topics import TALLIES_TOUCHED

LOOK_SECONDS = 0.1


def wait_until_told(settings: Settings, admin: OpenAdmin, seconds: float) -> bool:
    """False when time is up, or the database away: what is left is told by the next worker."""
    deadline = time.monotonic() + seconds
    engine = make_engine(settings)
    try:
        while time.monotonic() < deadline:
            with reading(engine) as connection:
                left = tally_outbox.pending(connection, 1)
            if not left and not _behind(admin):
                return True
            time.sleep(LOOK_SECONDS)
    except DBAPIError:
        pass
    finally:
        engine.dispose()
    return False


def _behind(admin: OpenAdmin) -> int:
    with admin() as client:
        return behind(client, ends_of(client, TALLIES_TOUCHED.name))
