"""Whether the topic of the tallies holds what the database holds."""

import time

from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from lantoa.broker.admin import open_admin
from lantoa.runtime.consumer_lag import behind, ends_of
from models import touched
from models.database import make_engine, reading
from models.topics import TALLIES_TOUCHED

LOOK_SECONDS = 0.1


def wait_until_told(settings: Settings, bootstrap: str, seconds: float) -> bool:
    """False when time is up, or the database away: what is left is told by the next worker."""
    deadline = time.monotonic() + seconds
    engine = make_engine(settings)
    try:
        with open_admin(settings, bootstrap) as admin:
            while time.monotonic() < deadline:
                with reading(engine) as connection:
                    left = touched.noted(connection, 1)
                if not left and not behind(admin, ends_of(admin, TALLIES_TOUCHED.name)):
                    return True
                time.sleep(LOOK_SECONDS)
    except DBAPIError:
        pass
    finally:
        engine.dispose()
    return False
