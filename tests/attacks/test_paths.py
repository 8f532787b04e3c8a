"""A9: a name that is asked for never becomes a path, in whatever spelling; what is found is found by its key."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.context import Services
from backups.manifest import BackupRefused, Manifest
from tests.api.conftest import Login
from tests.attacks.asking import operations, request_of
from tests.attacks.payloads import PATHS
from tests.olap.company import acme, publish
from tests.olap.semantics import write_manifest
from tests.rounds import rounds
from transactional.kernel.ids import new_id

CANARY = "kestrel-7q9zx4"
NAMED_MIN = 12
EVERY = rounds(3, 1)
"""Of the spellings, in `make test`: each operation gets others of them."""
_NAMES = {"key", "name", "mart", "token", "trace_id", "id"}


@pytest.fixture
def planted(services: Services, admin: Login) -> None:
    """A file of ours wherever a name could lead, beside published figures."""
    home = services.settings.home
    for folder in (home, services.settings.lake_dir, services.settings.log_dir, home / "traces", home / "measurements"):
        folder.mkdir(parents=True, exist_ok=True)
    publish(services.settings.lake_dir, {str(admin.tenant_id): acme()})
    write_manifest(services.settings.dbt_target_dir)
    for folder in (services.settings.lake_dir, services.settings.log_dir, home / "measurements"):
        (folder / "planted.json").write_text(json.dumps({"secret": CANARY}), encoding="utf-8")


@pytest.mark.usefixtures("planted")
def test_no_name_in_a_path_opens_a_file(app: FastAPI, http: TestClient, services: Services) -> None:
    secrets = json.loads(services.settings.secrets.path.read_text(encoding="utf-8")).values()
    signs = [CANARY, "root:x:0:0", *(str(value) for value in secrets if len(str(value)) > 8)]
    named = [
        operation
        for operation in operations(app.openapi())
        if any(
            each["name"] in _NAMES and each["schema"].get("format") != "uuid" and each["schema"].get("type") == "string"
            for each in operation.parameters("path")
        )
    ]
    assert len(named) >= NAMED_MIN
    answered, told = [], []
    for place, operation in enumerate(named):
        request = request_of(operation, new_id())
        spellings = [each.replace("secrets.json", "planted.json") for each in PATHS] + list(PATHS[:12])
        for spelling in spellings[place % EVERY :: EVERY]:
            if spelling in {".", ".."}:
                continue  # a client takes these for steps before it sends anything
            url = _spelt(operation.path, spelling)
            answer = http.request(**{**request, "url": url})
            if answer.status_code not in {400, 403, 404, 405, 409, 410, 422}:
                answered.append((operation.name, spelling, answer.status_code))
            if any(sign in answer.text for sign in signs):
                told.append((operation.name, spelling))
    assert (answered, told) == ([], [])


def _spelt(path: str, spelling: str) -> str:
    """The path with a spelling wherever it asks for a name."""
    safe = "".join(each if each.isascii() and each.isprintable() else _encoded(each) for each in spelling)
    parts = [safe.replace("#", "%23").replace("?", "%3F") if each.startswith("{") else each for each in path.split("/")]
    return "/".join(parts)


def _encoded(sign: str) -> str:
    return "".join(f"%{byte:02x}" for byte in sign.encode())


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "data/../../outside", "link"])
def test_a_backup_that_names_a_file_elsewhere_is_not_trusted(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    outside = tmp_path / "outside"
    outside.write_text(CANARY, encoding="utf-8")
    manifest = {
        "kind": "cluster", "whole_at": "2026-03-16T09:30:00Z", "revision": "0001", "server_version": 18, "log": None,
        "files": {name: "0" * 64},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BackupRefused, match="missing"):
        Manifest.read(folder).check_files(folder)
