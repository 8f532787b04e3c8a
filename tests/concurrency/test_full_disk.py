"""A full disk: what was answered is there, the rest is refused clearly, and it goes on once there is room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Services
from runtime.postgres import EmbeddedPostgres
from runtime.roles import ensure_roles
from runtime.settings import Settings, load_settings
from tests.api.conftest import NOW, PASSWORD, problem, sign_in
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.identity.tokens import KeyRing
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.migrations.run import migrate

DISK = "220m"
LEFT_BYTES = 400_000
"""Room that the filling leaves: some writes succeed before the first that does not."""
WRITES_MAX = 400


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own; skipped, saying so, where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0755", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk may not be mounted here: {mounted.stderr.strip() or 'mount refused'}")
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if parent.stat().st_uid == os.getuid() and parent != Path("/tmp"):  # noqa: S108  # compared, not used
            parent.chmod(parent.stat().st_mode | 0o011)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def own_settings(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("QOOERP_HOME", str(small_disk))
    with EmbeddedPostgres(small_disk, durable=True):
        settings = load_settings()
        ensure_roles(settings)
        migrate(settings.database_url("owner"))
        yield settings


def fill(folder: Path) -> Path:
    """A file that leaves next to no room."""
    filler = folder / "filler"
    room = os.statvfs(folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - LEFT_BYTES)
    return filler


@pytest.mark.timeout(300)
def test_a_full_disk_is_refused_clearly_loses_nothing_and_is_left_by_itself(
    own_settings: Settings, small_disk: Path
) -> None:
    database = Database(own_settings.database_url("app"), pool_size=4, max_overflow=4)
    services = Services(own_settings, database, KeyRing("a key for tests only, and long enough"))
    services.hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    app = create_app(own_settings)
    app.state.services = services
    tenant_id = new_id()
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        new = NewTenant("acme", "Acme", NewUser("admin@acme.test", "Ada", PASSWORD))
        user = create_tenant(session, new, at=NOW, hasher=services.hasher)
    with TestClient(app, raise_server_exceptions=False) as anonymous:
        http = sign_in(anonymous, tenant_id, user.id, "admin@acme.test").http
        filler = fill(small_disk)
        acknowledged, refused = [], None
        for number in range(WRITES_MAX):
            body = {"code": f"C{number}", "name": "n" * 200, "currency_code": "EUR"}
            answer = http.post("/api/scm/customers", json=body)
            if answer.status_code != 201:
                refused = answer
                break
            acknowledged.append(answer.json()["id"])
        assert refused is not None, "the disk was never full"
        problem(refused, 503, "disk_full")
        assert http.get("/api/scm/customers", params={"limit": 1}).status_code == 200
        assert refused.headers["retry-after"]
        filler.unlink()
        body = {"code": "AFTER", "name": "After", "currency_code": "EUR"}
        again = next(
            each for each in (http.post("/api/scm/customers", json=body) for _ in range(50)) if each.is_success
        )
        kept = {each["id"] for each in http.get("/api/scm/customers", params={"limit": 500}).json()["items"]}
    services.close()
    assert set(acknowledged) | {again.json()["id"]} == kept
