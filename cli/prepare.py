"""Brings the database from empty to ready: schema, demo company, first load. Run again it has little to do."""

from __future__ import annotations

import logging
import sys
from contextlib import nullcontext

from cli.erased_persons import told
from cli.prepared import loaded_mark, mark_prepared
from pipelines.dbt.reading import reading_project
from runtime.log import configure_logging
from runtime.progress import Progress, make_progress
from runtime.settings import DatabaseRole, Settings, load_settings

log = logging.getLogger("cli.prepare")


def prepare(settings: Settings, progress: Progress) -> None:
    """Migrate, make the demo company when there is none, and load the marts when nothing was published yet.

    A separate process runs this where there is something to prepare: what it imports does not stay in memory.
    """
    from cli.system_roles import renew_system_roles  # noqa: PLC0415  # heavy
    from transactional.flows.forget_again import forget_again  # noqa: PLC0415  # heavy
    from transactional.migrations.run import migrate  # noqa: PLC0415  # heavy

    with progress.step("Schema"):
        revisions = migrate(settings.database_url(DatabaseRole.OWNER))
        renew_system_roles(settings)
        for line in told(forget_again(settings)):
            log.warning(line)
    loaded = loaded_mark(settings)
    is_stale = bool(revisions) or not loaded.exists()
    with reading_project(settings) if is_stale else nullcontext():
        if settings.demo_mode:
            from simulator.demo import build_demo  # noqa: PLC0415  # heavy

            with progress.step("Demo company"):
                build_demo(settings, scale=settings.demo_scale, progress=progress)
        if is_stale:
            from pipelines.worker import run_once  # noqa: PLC0415  # heavy

            with progress.step("First load of the marts"):
                run_once(settings, progress)
            settings.lake_dir.mkdir(parents=True, exist_ok=True)
            loaded.touch()
    mark_prepared(settings)


def main() -> None:
    """Prepare the installation that the environment describes."""
    settings = load_settings()
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    # The terminal shows progress; what libraries have to say is kept beside the other processes' logs.
    with (settings.log_dir / "prepare.log").open("a", encoding="utf-8") as log:
        configure_logging("prepare", settings, stream=log)
        prepare(settings, make_progress(sys.stdout))


if __name__ == "__main__":
    main()
