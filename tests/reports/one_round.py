"""One round of sending in a process of its own: state folder's database, lake, manifest, mail server, instant."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from reports.sender import send_due
from reports.sending.office import Office
from runtime.settings import load_settings
from tests.olap.company import TODAY
from transactional.kernel.session import Database

if __name__ == "__main__":
    database, lake, manifest, smtp, at = sys.argv[1:]
    settings = load_settings().model_copy(update={"database_name": database, "smtp_url": SecretStr(smtp)})
    numbers = Numbers(DuckDBEngine.over(Path(lake), threads=1), Path(manifest), today=lambda: TODAY)
    instant = datetime.fromisoformat(at)
    sys.stdin.readline()
    send_due(Office(settings, Database(settings.database_url("app")), numbers, lambda: instant))
