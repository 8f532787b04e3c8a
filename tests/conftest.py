"""One real PostgreSQL for the session; each test works on a database cloned from a migrated template."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from runtime.postgres import EmbeddedPostgres
from runtime.roles import ensure_roles
from runtime.settings import Settings, load_settings
from tests.factories.documents import Shop, make_shop
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Database, Session
from transactional.migrations.run import migrate

# What is slow to make or to run is slow because of what runs beside it: time is measured in `bench/`, not here.
hypothesis.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("shared machine")

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
"""The instant tests are told it is."""

TEMPLATE = "qooerp_template"

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own in it, which others may read and not write
MEMORY_BYTES_MIN = 4 * 1024**3

LONGEST = (
    "warehouse/test_warehouse",
    "warehouse",
    "dashboards/test_browser.py",
    "pipelines",
    "importers/scenario_import_marts.py",
    "api/test_files.py",
    "attacks/test_two_tenants.py",
    "importers",
    "backups",
    "reports/test_sending.py",
    "runtime/test_cli.py",
    "concurrency",
    "attacks",
    "simulator",
    "api/test_killed_server.py",
    "dashboards",
    "architecture",
)
"""What takes longest, the longest first: files begun at the end would keep one process busy while others are done."""

TOGETHER = ("tests/warehouse/",)
"""Files whose names begin alike share what a process sets up once, so that one process takes them all."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Gives each process whole files, and those that share their set-up to one."""

    class ByFile(LoadFileScheduling):  # type: ignore[misc]  # the base has no types
        def _split_scope(self, nodeid: str) -> str:
            return next((begin for begin in TOGETHER if nodeid.startswith(begin)), super()._split_scope(nodeid))

    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests in the order in which processes take files: those of the longest ones first, the others as found."""
    folder = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(folder).as_posix()
        return next((at for at, each in enumerate(LONGEST) if name.startswith(each)), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder of this test run's own; settings read from the environment point at it."""
    folder = _folder_in_memory() or tmp_path_factory.mktemp("qooerp")
    before = os.environ.get("QOOERP_HOME")
    os.environ["QOOERP_HOME"] = str(folder)
    yield folder
    os.environ.pop("QOOERP_HOME") if before is None else os.environ.update(QOOERP_HOME=before)
    if folder.parent == MEMORY:
        shutil.rmtree(folder)


def _folder_in_memory() -> Path | None:
    """A folder that no disk stands behind, where there is room: each test copies a database of two thousand files."""
    for left in MEMORY.glob("qooerp-tests-*"):
        if not psutil.pid_exists(int(left.name.split("-")[2])):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
    room = shutil.disk_usage(MEMORY).free if MEMORY.is_dir() else 0
    if min(room, psutil.virtual_memory().available) < MEMORY_BYTES_MIN:
        return None
    folder = Path(tempfile.mkdtemp(prefix=f"qooerp-tests-{os.getpid()}-", dir=MEMORY))
    folder.chmod(0o755)  # the server runs as a user of its own where tests run as root
    return folder


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    """A running PostgreSQL that is thrown away at the end."""
    with EmbeddedPostgres(home, durable=False) as postgres:
        yield postgres


@pytest.fixture(scope="session")
def template(server: EmbeddedPostgres) -> str:
    """The name of a migrated, empty database that others are cloned from."""
    settings = _settings(TEMPLATE)
    server.create_database(TEMPLATE)
    ensure_roles(settings)
    migrate(settings.database_url("owner"))
    return TEMPLATE


@pytest.fixture
def settings(server: EmbeddedPostgres, template: str) -> Iterator[Settings]:
    """Settings of a database of this test's own, migrated and empty."""
    name = f"t_{uuid4().hex[:12]}"
    server.create_database(name, template)
    yield _settings(name)
    server.drop_database(name)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The application's pool on that database: row security applies."""
    pool = Database(settings.database_url("app"))
    yield pool
    pool.close()


@pytest.fixture
def tenant_id() -> UUID:
    """A tenant's id."""
    return new_id()


@pytest.fixture
def principal(tenant_id: UUID) -> Principal:
    """A principal with every right inside the test's tenant."""
    return system_principal(tenant_id, channel="test", user_id=new_id())


@pytest.fixture
def session(database: Database, principal: Principal) -> Iterator[Session]:
    """A transaction of the test's tenant, open while the test runs."""
    with database.transaction(principal) as opened:
        yield opened


@pytest.fixture
def shop(session: Session) -> Shop:
    """A company that trades, in that transaction."""
    return make_shop(session)


@pytest.fixture
def as_tenant() -> Callable[[UUID], Principal]:
    """Makes a principal with every right inside any tenant."""
    return lambda tenant: system_principal(tenant, channel="test", user_id=new_id())


def _settings(database: str) -> Settings:
    return load_settings().model_copy(update={"database_name": database})
