"""A pipeline of a test's own: its own lake and dbt output beside the session's server, and a small dbt project."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.batches import Contracts, Pipeline
from pipelines.dbt.incremental import TOLD_ROWS_MAX
from runtime.postgres import EmbeddedPostgres
from runtime.settings import DatabaseRole, Settings, load_settings

TINY_PROJECT = Path(__file__).parent / "tiny_project"
DATABASE, BUILT = "pipelines", "pipelines_built"


class UncheckedContracts:
    """Stands in for Great Expectations, which takes longer than the rest of a test; `test_contracts.py` runs it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def finish(self) -> None:
        """Nothing is checked."""

    def abandon(self) -> None:
        """Nothing was begun."""


@pytest.fixture
def settings(server: EmbeddedPostgres, template: str) -> Iterator[Settings]:
    """Settings of a fresh database that has the same name in every test.

    dbt writes the name into its manifest: with one name it reads the project's files once a session.
    """
    yield from _own_database(server, template)


@pytest.fixture
def built_settings(server: EmbeddedPostgres, built: str) -> Iterator[Settings]:
    """Settings of such a database whose marts are built already, in files that ask for it instead of building anew."""
    yield from _own_database(server, built)


def _own_database(server: EmbeddedPostgres, template: str) -> Iterator[Settings]:
    server.create_database(DATABASE, template)
    yield load_settings().model_copy(update={"database_name": DATABASE})
    server.drop_database(DATABASE)


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that hands what dbt has parsed and compiled from one test to the next."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture(scope="session")
def built(server: EmbeddedPostgres, template: str, parsed: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which the small project was built before anything was posted, and nothing published."""
    for settings in _own_database(server, template):
        for own in _installed(settings, tmp_path_factory.mktemp("built"), parsed):
            pipeline = Pipeline(own, dbt_folder=TINY_PROJECT, contracts=UncheckedContracts)
            pipeline.run()
            pipeline.close()
        server.create_database(BUILT, DATABASE)
    return BUILT


@pytest.fixture
def installation(settings: Settings, tmp_path: Path, parsed: Path) -> Iterator[Settings]:
    """Settings of the test's database with a state folder of its own; server and secrets are the session's."""
    yield from _installed(settings, tmp_path, parsed)


def _installed(settings: Settings, home: Path, parsed: Path) -> Iterator[Settings]:
    for name in ("postgres", "secrets.json"):
        (home / name).symlink_to(settings.home / name)
    own = settings.model_copy(update={"home": home})
    own.dbt_target_dir.mkdir()
    for file in parsed.iterdir():
        shutil.copy(file, own.dbt_target_dir)
    yield own
    for name in ("partial_parse.msgpack", "manifest.json", ".parsed", "plan.json"):
        if (own.dbt_target_dir / name).exists():
            shutil.copy(own.dbt_target_dir / name, parsed)


@pytest.fixture
def make_pipeline(installation: Settings) -> Iterator[Callable[..., Pipeline]]:
    """Makes a pipeline over the small dbt project, as a newly started process would have it."""
    made: list[Pipeline] = []

    def make(
        contracts: Callable[[Settings], Contracts] = UncheckedContracts, told_rows_max: int = TOLD_ROWS_MAX
    ) -> Pipeline:
        made.append(Pipeline(installation, dbt_folder=TINY_PROJECT, contracts=contracts, told_rows_max=told_rows_max))
        return made[-1]

    yield make
    for pipeline in made:
        pipeline.close()


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection of the warehouse's role, each statement its own transaction."""
    with psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True) as connection:
        yield connection


@pytest.fixture
def superuser(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection that may do anything: for damage that the program itself cannot do."""
    with psycopg.connect(settings.admin_database_url(), autocommit=True) as connection:
        yield connection
