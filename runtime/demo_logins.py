"""The logins of the demo company, written by the simulator and shown by `qooerp credentials` and `qooerp up`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter


class DemoLogin(BaseModel):
    """One person who may sign in to the demo; the password is random per installation."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    role: str
    username: str
    password: str


_LOGINS = TypeAdapter(list[DemoLogin])


def write_logins(home: Path, logins: Sequence[DemoLogin]) -> None:
    """Remember the demo logins in the state folder, readable by its owner only; replaces those written before."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / "demo-logins.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_LOGINS.dump_json(list(logins), indent=2))
    fresh.replace(home / "demo-logins.json")


def replace_logins(home: Path, logins: Sequence[DemoLogin]) -> None:
    """Write the logins of these tenants anew and keep those of all others."""
    tenants = {login.tenant for login in logins}
    write_logins(home, [*(known for known in read_logins(home) if known.tenant not in tenants), *logins])


def read_logins(home: Path) -> list[DemoLogin]:
    """The demo logins of this installation; empty before the demo company was made."""
    try:
        return _LOGINS.validate_json((home / "demo-logins.json").read_bytes())
    except FileNotFoundError:
        return []
