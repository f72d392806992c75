"""docker-compose.yml: valid by the compose schema, without a default password, and its commands run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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


def test_every_service_that_stays_has_a_health_check(services):
    assert {name for name, service in services.items() if "test" not in service.get("healthcheck", {})} == {
        "migrate"
    }
