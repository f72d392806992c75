"""Settings: one documented table, read once from the environment and `.env`, and not changed after that."""

from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.errors import SettingsError
from config.redaction import HIDDEN, place_alone, without_password

Network = IPv4Network | IPv6Network
SHIPPED_PROGRAMME = Path(__file__).parent / "programmes" / "hau-giang"


class Settings(BaseSettings):
    """Environment variables have these names in upper case after `LANTOA_`."""

    model_config = SettingsConfigDict(
        env_prefix="LANTOA_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    programme: Path = Field(SHIPPED_PROGRAMME, description="folder of the programme's YAML files")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("lantoa")),
        description="folder of the embedded broker's log, the SQLite database and the log files",
    )
    cache_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("lantoa")),
        description="folder of the downloaded Kafka jars",
    )
    database_url: str = Field(
        "", description="SQLAlchemy database URL; default: SQLite in the data folder", repr=False
    )
    database_password: SecretStr = Field(
        SecretStr(""),
        description="database password without percent-encoding, instead of one in the database URL",
    )
    kafka_bootstrap_servers: str = Field("", description="host:port,…; default: the embedded broker")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="security protocol of the brokers"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="SASL mechanism, for SASL_PLAINTEXT and SASL_SSL"
    )
    kafka_username: str = Field("", description="SASL user")
    kafka_password: SecretStr = Field(SecretStr(""), description="SASL password")
    kafka_ca_file: Path | None = Field(
        None, description="PEM file of the certificate authority that signed the brokers' certificates"
    )
    kafka_partitions: int = Field(4, ge=1, le=256, description="partitions of the topics that carry items")
    kafka_replication: int = Field(1, ge=1, le=7, description="replicas of every topic; 3 on a cluster")
    allow_networks: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        (), description="private networks that fetching may reach, as CIDRs separated by commas"
    )
    host_delay: float = Field(
        5.0, ge=0, description="least seconds between the starts of two requests to one host"
    )
    counting_patience: float = Field(
        120.0,
        gt=0,
        description="seconds without any progress of the workers after which a waiting command reports the consumer lag and fails",
    )
    fetch_timeout: float = Field(
        30.0, gt=0, description="time limit of one fetch in seconds, redirects included"
    )
    user_agent: str = Field(
        f"Lantoa/{version('lantoa')} (press office outreach tracker)",
        description="User-Agent header of all requests",
    )
    contact: Annotated[str, Field(pattern=r"^(https?://[!-~]+|[!-~]+@[!-~]+)?$")] = Field(
        "", description="contact address of the office (mail or web) that is added to the User-Agent"
    )
    archive: bool = Field(False, description="keep every fetched response in WARC files in the data folder")
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="mail server for alarms and digests: smtp:// or smtps://user:password@host:port",
    )
    alarm_mail: str = Field(
        "", description="mail addresses that receive alarms about sources, separated by commas"
    )
    alarm_webhook: str = Field(
        "", description="http(s) address that receives the same alarms as signed JSON", repr=False
    )
    alarm_secret: SecretStr = Field(
        SecretStr(""), description="secret that signs the messages to the webhook"
    )
    port: int = Field(8080, ge=0, le=65535, description="port of the dashboard")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host names that the dashboard accepts in requests from other machines; default: any"
    )
    https: bool = Field(
        True,
        description="other machines reach the dashboard by HTTPS; false sends session cookies over plain HTTP too",
    )
    oidc_issuer: Annotated[
        str, Field(pattern=r"^(https://[!-~]+|http://(localhost|127\.0\.0\.1)[!-~]*)?$")
    ] = Field(
        "", description="issuer URL of the office's OpenID Connect sign-in, offered beside the password"
    )
    oidc_client: str = Field("lantoa", description="client id of the dashboard at the OpenID Connect issuer")
    oidc_secret: SecretStr = Field(SecretStr(""), description="client secret at the OpenID Connect issuer")
    oidc_claim: str = Field("email", description="ID-token claim that holds the local account name")
    audit_days: int = Field(
        730, ge=30, le=36500, description="retention of the dashboard's audit log in days"
    )
    watchdog_minutes: float = Field(
        5.0, gt=0, description="minutes without a commit after which a worker that has work to do ends itself"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="lowest level that is logged"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="format of log lines: text for people, json for machines"
    )

    @field_validator("allow_networks", "hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("programme", "data_dir", "cache_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def full_user_agent(self) -> str:
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent

    @property
    def robots_name(self) -> str:
        """The product token, which robots.txt files may name."""
        return self.user_agent.partition("/")[0]

    @property
    def database(self) -> str:
        """The database address in force, without LANTOA_DATABASE_PASSWORD."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """The SQLite file that is used where no address is set."""
        return self.data_dir / "lantoa.db"


def load_settings(**overrides: object) -> Settings:
    """Raises SettingsError, which names each variable that is wrong. `overrides` take precedence over the
    environment."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"LANTOA_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"settings: {wrong}") from error


def as_environment(settings: Settings) -> dict[str, str]:
    """Returns the variables that give a child process the same settings."""
    named = {name: getattr(settings, name) for name in Settings.model_fields}
    return {f"LANTOA_{name.upper()}": _as_text(value) for name, value in named.items() if value is not None}


def as_shown(settings: Settings) -> dict[str, str]:
    """Returns the same for people to read, without secrets."""
    shown = {variable: without_password(text) for variable, text in as_environment(settings).items()}
    shown["LANTOA_ALARM_WEBHOOK"] = place_alone(settings.alarm_webhook)
    for name in Settings.model_fields:
        variable = f"LANTOA_{name.upper()}"
        if isinstance(getattr(settings, name), SecretStr) and shown[variable]:
            shown[variable] = HIDDEN
    return shown


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
