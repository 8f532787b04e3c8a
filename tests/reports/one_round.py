"""One round of sending in a process of its own: state folder's database, lake, manifest, mail server, instant."""

from __future__ import annotations

from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import SecretStr

from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from reports.sender import send_due
from reports.sending.office import Office
from runtime.settings import load_settings
from tests.olap.company import TODAY
from transactional.kernel.session import Database


def work(database: str, lake: Path, manifest: Path, smtp: str, instant: datetime, asked: Connection) -> None:
    """Send what is due once somebody says so."""
    settings = load_settings().model_copy(update={"database_name": database, "smtp_url": SecretStr(smtp)})
    numbers = Numbers(DuckDBEngine.over(lake, threads=1), manifest, today=lambda: TODAY)
    asked.recv()
    send_due(Office(settings, Database(settings.database_url("app")), numbers, lambda: instant))
