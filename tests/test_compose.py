"""docker-compose.yml: valid by the compose schema, without a default password, and its commands run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.settings import load_settings
from lantoa.broker.offsets import MINUTES_OF_TEN_YEARS
from models.database import make_engine

REPOSITORY = Path(__file__).parent.parent
COMPOSE = REPOSITORY / "docker-compose.yml"


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_file_is_valid_by_the_compose_schema():
    check = [
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE),
    ]
    ran = subprocess.run(check, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_every_image_is_pinned_and_no_password_has_a_default(services):
    for service in services.values():
        assert re.search(r":\d+\.\d+", service["image"]), service["image"]
    for variable in re.findall(r"\$\{(\w+)(.*?)\}", COMPOSE.read_text()):
        assert variable[1].startswith(":?"), f"{variable[0]} has a default, or may be missing in silence"


def test_no_password_is_put_into_an_address(services):
    """It would have to be encoded there, which compose cannot do."""
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            assert "://" not in str(value) or "${" not in str(value), name
    ours = services["worker"]["environment"]
    assert ours["LANTOA_DATABASE_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    for password in ("p@ss/wörd%41", "a:b#c?d e+f"):
        environment = {name.removeprefix("LANTOA_").lower(): value for name, value in ours.items()}
        url = make_engine(load_settings(**environment | {"database_password": password})).url
        assert (url.username, url.password, url.host, url.database) == (
            "lantoa",
            password,
            "postgres",
            "lantoa",
        )


def test_every_service_that_stays_has_a_health_check(services):
    assert {name for name, service in services.items() if "test" not in service.get("healthcheck", {})} == {
        "migrate"
    }


def test_the_broker_remembers_for_ten_years_what_was_read(services):
    """As the embedded one does: what idle workers have read is forgotten after seven days otherwise."""
    minutes = services["kafka"]["environment"]["KAFKA_OFFSETS_RETENTION_MINUTES"]
    assert int(minutes) == MINUTES_OF_TEN_YEARS
