"""The command `qooerp`."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from backups.manifest import BackupRefused
from bench.run import BenchFailed
from cli.client import ApiRefused
from cli.commands.anomalies import anomalies
from cli.commands.ask import ask
from cli.commands.backup import backup, restore
from cli.commands.bench import bench
from cli.commands.check import check
from cli.commands.credentials import TenantMissing, credentials
from cli.commands.demo import demo
from cli.commands.eval import evaluations
from cli.commands.grade import grade
from cli.commands.import_ import import_source
from cli.commands.load import load
from cli.commands.mcp import mcp
from cli.commands.migrate import migrate
from cli.commands.query import query
from cli.commands.up import CannotStart, up
from cli.commands.verify import verify
from cli.folders import unusable_folder
from cli.supervisor import ChildFailed
from runtime.postgres_programs import PostgresFailed
from runtime.roles import DatabaseNotPrepared
from runtime.settings import SettingsRefused, load_settings
from runtime.system_user import SystemUserMissing
from seals.book import SealsForged, SealsMissing
from seals.sealing import OtherDatabase
from transactional.kernel.errors import DomainError

# Said in one sentence: the reader can do something about it, and a stack trace would hide what.
_EXPLAINED = (
    ApiRefused,
    BackupRefused,
    BenchFailed,
    CannotStart,
    ChildFailed,
    DatabaseNotPrepared,
    DomainError,
    OtherDatabase,
    PostgresFailed,
    SealsForged,
    SealsMissing,
    SettingsRefused,
    SystemUserMissing,
    TenantMissing,
)

commands = typer.Typer(
    name="qooerp",
    help="An analytics-first ERP: books kept by posting, numbers served by one governed metrics layer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
commands.command("up")(up)
commands.command("migrate")(migrate)
commands.command("demo")(demo)
commands.command("import")(import_source)
commands.command("load")(load)
commands.command("query")(query)
commands.command("ask")(ask)
commands.command("mcp")(mcp)
commands.command("check")(check)
commands.command("verify")(verify)
commands.command("backup")(backup)
commands.command("restore")(restore)
commands.command("grade")(grade)
commands.command("bench")(bench)
commands.command("credentials")(credentials)
commands.add_typer(anomalies, name="anomalies")
commands.add_typer(evaluations, name="eval")


def app() -> None:
    """Run the command line; problems the user can solve end it with one sentence and exit code 1."""
    try:
        commands()
    except _EXPLAINED as error:
        _end(str(error))
    except OSError as error:
        told = unusable_folder(error, load_settings())
        if told is None:
            raise
        _end(told)


def _end(told: str) -> NoReturn:
    typer.echo(f"qooerp: {told}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    app()
