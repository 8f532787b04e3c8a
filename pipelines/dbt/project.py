"""Where the dbt project is, how it reaches the warehouse, and whether its files have changed."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from runtime.paths import PROJECT_FOLDER
from runtime.settings import DatabaseRole, Settings, SettingsRefused
from runtime.telemetry import NO_TELEMETRY

PROFILES_FOLDER = Path(__file__).parent / "profile"
_SOURCE_SUFFIXES = frozenset({".sql", ".yml", ".yaml", ".csv", ".md"})
_PASSED_OVER = frozenset({"target", "logs", "dbt_packages"})


@dataclass(frozen=True, slots=True)
class DbtProject:
    """A dbt project of one installation: its folder, its output folder and its warehouse."""

    settings: Settings
    folder: Path = PROJECT_FOLDER / "dbt_project"

    @property
    def target(self) -> Path:
        """Where dbt writes its manifest and compiled SQL."""
        return self.settings.dbt_target_dir

    @property
    def manifest_file(self) -> Path:
        """The manifest: every model, test and metric with its lineage."""
        return self.target / "manifest.json"

    @property
    def parsed_file(self) -> Path:
        """What dbt keeps of its last parsing, for itself; the manifest is for everybody."""
        return self.target / "partial_parse.msgpack"

    def arguments(self) -> list[str]:
        """What every dbt command of this project is called with."""
        return [
            *("--project-dir", str(self.folder)),
            *("--profiles-dir", str(PROFILES_FOLDER)),
            *("--profile", "qooerp"),
            *("--target-path", str(self.target)),
            *("--log-path", str(self.settings.log_dir / "dbt")),
        ]

    def environment(self) -> dict[str, str]:
        """The variables that the profile reads; the password's name keeps dbt from logging it."""
        return {**NO_TELEMETRY, "QOOERP_DBT_DATABASE": self.database, **self._address()}

    @property
    def database(self) -> str:
        """The name of the warehouse's database; relation names in the manifest carry it."""
        server = self.settings.server_url
        return urlsplit(server.get_secret_value()).path.lstrip("/") if server else self.settings.database_name

    def _address(self) -> dict[str, str]:
        try:
            address = urlsplit(self.settings.database_url(DatabaseRole.WAREHOUSE))
        except SettingsRefused:
            # The files can be read before the database was started for the first time.
            return {}
        return {
            "QOOERP_DBT_HOST": address.hostname or "127.0.0.1",
            "QOOERP_DBT_PORT": str(address.port or 5432),
            "QOOERP_DBT_USER": unquote(address.username or ""),
            "DBT_ENV_SECRET_QOOERP_PASSWORD": unquote(address.password or ""),
        }

    def fingerprint(self) -> str:
        """A text that changes when anything changes that the built marts depend on."""
        digest = sha256(f"{version('dbt-core')} {version('dbt-postgres')}".encode())
        for path in sorted(self._sources()):
            digest.update(str(path.relative_to(self.folder)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def manifest(self) -> dict[str, Any]:
        """The manifest as dbt wrote it.  Raises: FileNotFoundError before the first parse."""
        loaded: dict[str, Any] = json.loads(self.manifest_file.read_bytes())
        return loaded

    def is_parsed(self) -> bool:
        """Whether the manifest on disk is that of the present files and database."""
        try:
            return self.manifest_file.exists() and self._mark.read_text(encoding="utf-8") == self._parse_key()
        except FileNotFoundError:
            return False

    @contextmanager
    def being_parsed(self) -> Iterator[None]:
        """One process at a time reads the files into the target folder; the others wait for its manifest."""
        self.target.mkdir(parents=True, exist_ok=True)
        with (self.target / ".parse.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def mark_parsed(self) -> None:
        """Remember that the manifest on disk belongs to the present files."""
        self._mark.write_text(self._parse_key(), encoding="utf-8")

    @property
    def _mark(self) -> Path:
        return self.target / ".parsed"

    def _parse_key(self) -> str:
        # Relation names carry the database's name.
        return f"{self.fingerprint()} {self.database}"

    def _sources(self) -> Iterator[Path]:
        for path in self.folder.rglob("*"):
            inside = path.relative_to(self.folder).parts
            if path.suffix in _SOURCE_SUFFIXES and not _PASSED_OVER.intersection(inside):
                yield path


@contextmanager
def environment_of(project: DbtProject) -> Iterator[None]:
    """The process's environment as this project needs it, for the length of one dbt call."""
    wanted = project.environment()
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
