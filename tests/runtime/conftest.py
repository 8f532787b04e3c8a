"""A real server for the tests of what every process needs, thrown away afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.postgres import EmbeddedPostgres
from runtime.settings import Settings


@pytest.fixture(scope="session")
def runtime_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runtime-home")


@pytest.fixture(scope="session")
def server(runtime_home: Path) -> Iterator[EmbeddedPostgres]:
    embedded = EmbeddedPostgres(runtime_home, database="qooerp", durable=False)
    embedded.start()
    yield embedded
    embedded.remove()


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        if name.startswith("QOOERP_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def settings(server: EmbeddedPostgres, clean_environment: pytest.MonkeyPatch) -> Settings:
    clean_environment.setenv("QOOERP_HOME", str(server.home))
    return Settings()


@pytest.fixture
def python() -> str:
    return sys.executable
