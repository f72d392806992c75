"""Recognisable secrets in every setting that takes one, and whatever a run says: none of them is in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.redaction import place_alone, without_password
from config.settings import Settings, load_settings

MARK = "LỘ-BÍ-MẬT"
SECRETS = {
    "LANTOA_DATABASE_URL": f"postgresql://lantoa:{MARK}@127.0.0.1:1/lantoa?sslpassword={MARK}",
    "LANTOA_DATABASE_PASSWORD": MARK,
    "LANTOA_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "LANTOA_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "LANTOA_KAFKA_USERNAME": "lantoa",
    "LANTOA_KAFKA_PASSWORD": MARK,
    "LANTOA_SMTP_URL": f"smtp://lantoa:{MARK}@127.0.0.1:1",
    "LANTOA_ALARM_MAIL": "lien-lac@tinh.example",
    "LANTOA_ALARM_WEBHOOK": f"http://lantoa:{MARK}@127.0.0.1:1/services/{MARK}?token={MARK}",
    "LANTOA_ALARM_SECRET": MARK,
    "LANTOA_OIDC_SECRET": MARK,
}
COMMANDS = (
    ("settings",), ("settings", "--format", "json"), ("settings", "--format", "csv"), ("--help",),
    ("tallies", "--period", "2024"), ("topics", "list"), ("digest",), ("metrics",), ("migrate",),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_says_a_secret(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Broker, database and mail server are unavailable, which is when most is said."""
    environment = {
        **os.environ,
        **SECRETS,
        "LANTOA_DATA_DIR": str(tmp_path),
        "LANTOA_LOG_LEVEL": "DEBUG",
        "LC_ALL": "C.UTF-8",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "lantoa", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout + ran.stderr
    assert MARK not in ran.stdout + ran.stderr


def test_settings_say_none_however_they_are_shown() -> None:
    settings = load_settings(
        **{name.removeprefix("LANTOA_").lower(): value for name, value in SECRETS.items()}
    )
    assert MARK not in repr(settings) + str(settings)


def test_what_sounds_secret_is_a_secret() -> None:
    for name, field in Settings.model_fields.items():
        if any(word in name for word in ("password", "secret", "token")):
            assert field.annotation is SecretStr, name


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://lantoa:mật@host/lantoa", "postgresql://lantoa:********@host/lantoa"),
        ("postgresql://lantoa:m@t:kh/u?#@host:5432/l", "postgresql://lantoa:********@host:5432/l"),
        ("postgresql://host/l?user=a&password=mật&sslmode=require", "postgresql://host/l?user=a&password=********&sslmode=require"),
        ("postgresql://lantoa@host/lantoa", "postgresql://lantoa@host/lantoa"),
        ("sqlite:////srv/lantoa.db", "sqlite:////srv/lantoa.db"),
    ],
)  # fmt: skip
def test_an_address_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_of_a_webhook_the_place_is_shown() -> None:
    assert (
        place_alone("https://hooks.example:8443/services/T0/B0/xyz?token=a")
        == "https://hooks.example:8443/********"
    )
    assert place_alone("https://a:b@hooks.example") == "https://hooks.example/********"
    assert place_alone("") == ""
