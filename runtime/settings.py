"""What an operator may set, read once at start and refused when unsafe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.networks import networks_of
from runtime.paths import PROJECT_FOLDER
from runtime.postgres_address import remembered_address
from runtime.request_limits import read_limits
from runtime.secrets import SecretStore

SECRET_KEY_LENGTH_MIN = 32
THIS_MACHINE = "127.0.0.0/8,::1/128"
WAL_SECRET = "archive.log"  # noqa: S105  # the name of a secret, not the secret
METRICS_TOKEN_LENGTH_MIN = 16
_WELL_KNOWN_PASSWORDS = frozenset(
    {"", "postgres", "admin", "root", "qooerp", "pass", "test", "guest", "password", "changeme"}
)
_OTHERS = ("QOOERP_DBT_", "QOOERP_WAREHOUSE_", "QOOERP_PASSWORD")
"""Variables of ours that are no settings: of dbt run by hand, and a password for one command."""
_WELL_KNOWN_PARTS = ("changeme", "change-me", "secret", "password", "default", "example", "12345678")

Port = Annotated[int, Field(ge=1, le=65535)]


def _networks(written: str) -> str:
    networks_of(written)
    return written


def _limits(written: str) -> str:
    for _ in read_limits(written):
        pass
    return written


def _mail_server(url: SecretStr) -> SecretStr:
    given = urlsplit(url.get_secret_value())
    # A port that is none is found out when it is read.
    if given.scheme not in {"smtp", "smtps"} or not given.hostname or given.port == 0:
        raise ValueError("write smtp://user:password@host:587 or smtps://user:password@host")
    return url


Networks = Annotated[str, Field(pattern=r"^[0-9a-fA-F:./, ]*$"), AfterValidator(_networks)]


class DatabaseRole(StrEnum):
    """Who connects: the owner migrates, the app serves under row security, the warehouse loads and transforms."""

    OWNER = "owner"
    APP = "app"
    WAREHOUSE = "warehouse"

    @property
    def login(self) -> str:
        """The name of the role in PostgreSQL."""
        return f"qooerp_{self.value}"


class SettingsRefused(RuntimeError):
    """A setting is missing, malformed or unsafe; the message names the variable."""


class Settings(BaseSettings):
    """One installation: its state folder, addresses, database and secrets."""

    model_config = SettingsConfigDict(env_prefix="QOOERP_", frozen=True, extra="ignore", populate_by_name=True)

    home: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = PROJECT_FOLDER / ".qooerp"
    host: str = "127.0.0.1"
    api_port: Port = 8000
    api_workers: int = Field(default=1, ge=1, le=64)
    """Processes that answer API requests; rights taken away reach each of them within a second."""
    dagster_port: Port = 3000
    dashboard_port: Port = 8501
    demo_mode: bool = Field(default=True, validation_alias="QOOERP_DEMO")
    demo_scale: float = Field(default=1.0, gt=0)
    database_name: str = Field(default="qooerp", pattern="^[a-z][a-z0-9_]{0,62}$")
    server_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    given_secret_key: SecretStr | None = Field(default=None, validation_alias="QOOERP_SECRET_KEY")
    given_previous_secret_key: SecretStr | None = Field(default=None, validation_alias="QOOERP_PREVIOUS_SECRET_KEY")
    given_archive_dir: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] | None = Field(
        default=None, validation_alias="QOOERP_ARCHIVE_DIR"
    )
    """Best on another disk: with it every commit is there within a minute, and any moment can be restored."""
    cors_origins: str = Field(default="", pattern=r"^$|^https?://[^\s,*]+(,https?://[^\s,*]+)*$")
    body_bytes_max: int = Field(default=1_000_000, ge=1_000, le=100_000_000)
    file_bytes_max: int = Field(default=100_000_000, ge=1_000, le=2_000_000_000)
    public_url: str = Field(default="", pattern=r"^$|^https?://[^\s]+$")
    """Where people open the pages; links in mails and files lead there."""
    public_api_url: str = Field(default="", pattern=r"^$|^https?://[^\s]+$")
    """Where shared links and unsubscribe links are answered."""
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = None
    """`smtp://user:password@host:587` (STARTTLS where the server has it) or `smtps://`; without it no mail is sent."""
    mail_from: str = Field(default="qooerp@localhost", pattern=r"^[^\s@<>]+@[^\s@<>]+$")
    webhook_networks: Networks = ""
    """Private networks that webhooks may reach all the same, such as 10.1.0.0/16; none by default."""
    source_networks: Networks | None = None
    """Private networks of outside data sources of reports; by default this machine in a demo, else none."""
    rate_limits: Annotated[str, AfterValidator(_limits)] = (
        "tenant:400/1200 user:400/800 key:400/800 route:400/800 address:100/400"
    )
    """`scope:rate/burst` or `scope=name:rate/burst`, requests a second over all instances."""
    model_url: str = Field(default="", pattern=r"^$|^https?://[^\s]+$")
    """An address that speaks the OpenAI protocol, such as http://localhost:11434/v1; without it no model is asked."""
    model_key: SecretStr | None = None
    model_name: str = Field(default="", max_length=200)
    model_seconds_max: float = Field(default=20, gt=0, le=300)
    model_tokens_max: int = Field(default=1_000, ge=50, le=100_000)
    """Tokens that one answer of the model may have."""
    model_tokens_daily: int = Field(default=500_000, ge=0)
    """Tokens that a tenant may use in a day; after them the assistant goes on without a model."""
    model_price: Decimal = Field(default=Decimal(0), ge=0)
    """What a million tokens cost, for the log of calls."""
    embedding_url: str = Field(default="", pattern=r"^$|^https?://[^\s]+$")
    """An OpenAI-compatible address that makes vectors; without it hashed n-grams are made here."""
    embedding_key: SecretStr | None = None
    embedding_name: str = Field(default="", max_length=200)
    embedding_model: str = Field(default="", max_length=1_000)
    """Or the folder of a sentence-transformer that makes vectors on this machine; needs the extra `embeddings`."""
    metrics_networks: Networks = "127.0.0.0/8 ::1/128"
    """From where `/metrics` may be read without the token."""
    metrics_token: SecretStr | None = None
    """Whoever has it reads `/metrics` from anywhere."""
    given_worker_metrics_port: Port | None = Field(default=None, validation_alias="QOOERP_WORKER_METRICS_PORT")
    given_monitor_port: Port | None = Field(default=None, validation_alias="QOOERP_MONITOR_PORT")
    trace_share: float = Field(default=0.05, ge=0, le=1)
    """Of the requests, how many are traced; errors and slow ones always are, and 0 traces nothing at all."""
    trace_days: int = Field(default=3, ge=1, le=90)
    otlp_endpoint: str = Field(default="", pattern=r"^$|^https?://[^\s]+$")
    """Where kept traces are sent too, as `http://collector:4318/v1/traces`."""
    country_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    """The header in which the operator's own proxy tells the caller's country, such as CF-IPCountry."""
    country_file: Path | None = None
    """Or a CSV file of `network,country` lines; none is shipped."""
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @property
    def secrets(self) -> SecretStore:
        """The random secrets of this installation."""
        return SecretStore(self.home)

    @property
    def secret_key(self) -> str:
        """The key that signs tokens: QOOERP_SECRET_KEY, or in demo mode a random one of the installation."""
        return self.given_secret_key.get_secret_value() if self.given_secret_key else self.secrets.get("secret_key")

    @property
    def uses_embedded_postgres(self) -> bool:
        """Whether the program runs its own PostgreSQL, because the user brought none."""
        return self.server_url is None

    @property
    def lake_dir(self) -> Path:
        """Where published marts are kept as Delta tables."""
        return self.home / "lake"

    @property
    def dbt_target_dir(self) -> Path:
        """Where dbt writes its manifest and compiled SQL."""
        return self.home / "dbt"

    @property
    def archive_dir(self) -> Path:
        """Where backups are kept, and beside them the log of the embedded server."""
        return self.given_archive_dir or self.home / "backups"

    @property
    def wal_dir(self) -> Path | None:
        """Where the embedded server's log is archived; None where it is not, as without QOOERP_ARCHIVE_DIR.

        Restored books go on in a folder of their own: two futures of one past must not mix.
        """
        if self.given_archive_dir is None:
            return None
        return self.given_archive_dir / f"wal-{self.secrets.get(WAL_SECRET, size=8)}"

    @property
    def log_dir(self) -> Path:
        """Where each process writes its log."""
        return self.home / "logs"

    @property
    def dagster_home(self) -> Path:
        """Where Dagster keeps its runs and events."""
        return self.home / "dagster"

    @property
    def opened_source_networks(self) -> str:
        """The private networks in which outside data sources of reports may lie."""
        if self.source_networks is not None:
            return self.source_networks
        return THIS_MACHINE if self.demo_mode else ""

    @property
    def local_host(self) -> str:
        """The host under which this machine reaches its own servers, also when they listen on every address."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  # compared, not bound

    @property
    def api_url(self) -> str:
        """The address under which the other processes of this machine reach the API."""
        return self._local_url(self.api_port)

    @property
    def dagster_url(self) -> str:
        """The address of the Dagster pages on this machine."""
        return self._local_url(self.dagster_port)

    @property
    def dashboard_url(self) -> str:
        """The address of the dashboards on this machine."""
        return self._local_url(self.dashboard_port)

    @property
    def worker_metrics_port(self) -> int:
        """Where the worker's measurements are read; beside the API's port, so that two copies do not meet."""
        return self.given_worker_metrics_port or _beside(self.api_port, 1101)

    @property
    def monitor_port(self) -> int:
        """Where the measurements of host, database and queues are read."""
        return self.given_monitor_port or _beside(self.api_port, 1102)

    @property
    def pages_url(self) -> str:
        """Where people open the pages."""
        return self.public_url.rstrip("/") or self.dashboard_url

    @property
    def links_url(self) -> str:
        """Where links are answered that anybody may open who has them."""
        return self.public_api_url.rstrip("/") or self.api_url

    def database_url(self, role: DatabaseRole | str) -> str:
        """The connection URL of one of our roles, understood by psycopg and SQLAlchemy alike.

        Raises: SettingsRefused before the embedded server was started for the first time.
        """
        login = DatabaseRole(role).login
        return self.url_as(login, self.secrets.password(f"database.{login}"))

    def admin_database_url(self) -> str:
        """The connection URL that creates roles and schemas: DATABASE_URL as given, or the embedded superuser's."""
        if self.server_url is not None:
            return self.server_url.get_secret_value()
        return self.url_as("postgres", self.secrets.password("database.postgres"))

    def url_as(self, login: str, password: str) -> str:
        """The URL of our database with this login."""
        credentials = f"{quote(login)}:{quote(password)}"
        if self.server_url is not None:
            given = urlsplit(self.server_url.get_secret_value())
            host_and_port = given.netloc.rpartition("@")[2]
            return urlunsplit(given._replace(netloc=f"{credentials}@{host_and_port}"))
        address = remembered_address(self.home)
        if address is None:
            raise SettingsRefused(
                f"The embedded PostgreSQL of {self.home} was never started. Run `qooerp up` or `qooerp migrate` first."
            )
        return f"postgresql://{credentials}@{address.host}:{address.port}/{self.database_name}"

    def _local_url(self, port: int) -> str:
        host = f"[{self.local_host}]" if ":" in self.local_host else self.local_host
        return f"http://{host}:{port}"


def load_settings() -> Settings:
    """The settings of this process, from its environment.

    Raises: SettingsRefused, naming the variable that is missing, malformed or unsafe.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsRefused(_explain(error)) from None
    _check_secret_key(settings)
    _check_server_url(settings)
    if settings.embedding_url and settings.embedding_model:
        raise SettingsRefused(
            "Set one of QOOERP_EMBEDDING_URL and QOOERP_EMBEDDING_MODEL: two makers of vectors never agree."
        )
    _check_exposure(settings)
    _check_files(settings)
    return settings


def unknown_settings() -> Iterator[str]:
    """What the environment calls a setting of ours and is none, each with the setting that may be meant."""
    known = [_variable_of((str(field.validation_alias or name),)) for name, field in Settings.model_fields.items()]
    for name in sorted(os.environ):
        if name.startswith("QOOERP_") and name not in known and not name.startswith(_OTHERS):
            alike = get_close_matches(name, known, n=1)
            yield f"{name} is no setting and changes nothing." + (f" Is {alike[0]} meant?" if alike else "")


def _beside(port: int, distance: int) -> int:
    return port + distance if port + distance < 65_536 else port - distance  # noqa: PLR2004  # ports end there


def _check_secret_key(settings: Settings) -> None:
    if settings.given_secret_key is None and not settings.demo_mode:
        raise SettingsRefused(
            f"QOOERP_SECRET_KEY is missing. Outside demo mode set it to a random text of at least "
            f"{SECRET_KEY_LENGTH_MIN} characters."
        )
    # Tokens that the previous key has signed are believed too.
    for name, given in (
        ("QOOERP_SECRET_KEY", settings.given_secret_key),
        ("QOOERP_PREVIOUS_SECRET_KEY", settings.given_previous_secret_key),
        ("QOOERP_METRICS_TOKEN", settings.metrics_token),
    ):
        if given is not None:
            _check_strength(name, given.get_secret_value())


def _check_strength(name: str, value: str) -> None:
    length_min = METRICS_TOKEN_LENGTH_MIN if name == "QOOERP_METRICS_TOKEN" else SECRET_KEY_LENGTH_MIN
    if len(value) < length_min or len(set(value)) < length_min // 4:
        raise SettingsRefused(f"{name} is too weak: use at least {length_min} random characters.")
    if any(part in value.lower() for part in _WELL_KNOWN_PARTS):
        raise SettingsRefused(f"{name} looks like a default value: use random characters.")


def _check_exposure(settings: Settings) -> None:
    """What is fine on one's own machine and not in front of others."""
    if settings.demo_mode:
        if not _is_loopback(settings.host) and "demo_mode" not in settings.model_fields_set:
            raise SettingsRefused(
                f"QOOERP_HOST={settings.host} opens the program to other machines. Set QOOERP_DEMO=0 and a "
                "QOOERP_SECRET_KEY, or QOOERP_DEMO=1 to show them the demo company and its users."
            )
        return
    if settings.log_level == "DEBUG":
        raise SettingsRefused("QOOERP_LOG_LEVEL=DEBUG shows what people send. Outside demo mode use INFO or less.")
    password = urlsplit(settings.server_url.get_secret_value()).password if settings.server_url else None
    if password is not None and unquote(password).casefold() in _WELL_KNOWN_PASSWORDS:
        raise SettingsRefused(
            "DATABASE_URL has a well-known password. Outside demo mode give the database another one."
        )


def _check_files(settings: Settings) -> None:
    if settings.country_file is not None and not settings.country_file.is_file():
        raise SettingsRefused(f"QOOERP_COUNTRY_FILE: {settings.country_file} is no file.")
    model = Path(settings.embedding_model)
    if model.is_absolute() and not model.is_dir():
        raise SettingsRefused(f"QOOERP_EMBEDDING_MODEL: {model} is no folder.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _check_server_url(settings: Settings) -> None:
    if settings.server_url is None:
        return
    given = urlsplit(settings.server_url.get_secret_value())
    if given.scheme not in {"postgresql", "postgres"} or not given.hostname or len(given.path) < len("/x"):
        raise SettingsRefused("DATABASE_URL must look like postgresql://user:password@host:5432/database.")


def _explain(error: ValidationError) -> str:
    """Each refused variable with its reason; never the value, which may be a secret."""
    return "; ".join(
        f"{_variable_of(problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}" for problem in error.errors()
    )


def _variable_of(location: tuple[int | str, ...]) -> str:
    name = str(location[0])
    return name if name.isupper() else f"QOOERP_{name.upper()}"
