"""The scripts of the house: which features are shown, whether the lock file is right."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.paths import PROJECT_FOLDER
from tools import check_lock, check_migrations, features

ROWS = [
    features.Row("3.4.1", "sales", "Orders"),
    features.Row("3.40.1", "other", "Another"),
    features.Row("FIN-01", "finance", "Ledger"),
]
GOOD = "alpha==1.0 \\\n    --hash=sha256:00\nbeta[extra]==2.0 ; python_version < '3.12' \\\n    --hash=sha256:11\n"
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.a" name="test_good"/>
<testcase classname="tests.a" name="test_bad"><failure message="no"/></testcase>
<testcase classname="tests.a" name="test_skipped"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


def test_a_complete_lock_has_no_problems() -> None:
    assert check_lock.problems(GOOD, ["alpha", "beta"]) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        *((f"--{option} ./wheels\n", "names an address") for option in ("index-url", "extra-index-url", "find-links")),
        ("gamma @ file:///some/wheel.whl\n", "names an address"),
        ("gamma==3.0\n", "no hash for gamma==3.0"),
    ],
)
def test_a_lock_that_is_not_self_contained_is_refused(line: str, problem: str) -> None:
    assert any(problem in found for found in check_lock.problems(line + GOOD, []))


def test_a_package_that_is_wanted_and_not_locked_is_named() -> None:
    assert check_lock.problems(GOOD, ["alpha", "delta"]) == ["delta of pyproject.toml is not locked: run `make lock`"]


def test_our_own_lock_is_right() -> None:
    assert check_lock.main() == 0


def test_outcomes_are_read_from_the_test_run(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT, encoding="utf-8")
    assert features.read_results(tmp_path / "junit.xml") == {
        "tests.a::test_good": features.SHOWN,
        "tests.a::test_bad": features.FAILING,
        "tests.a::test_skipped": features.SKIPPED,
    }


@pytest.mark.parametrize(
    ("tests", "status"),
    [
        ([], features.UNTESTED),
        (["tests.a::test_good"], features.SHOWN),
        (["tests.a::test_good", "tests.a::test_bad"], features.FAILING),
        (["tests.a::test_good", "tests.a::test_skipped"], features.SKIPPED),
        (["tests.a::test_new"], features.NOT_RUN),
    ],
)
def test_a_row_is_as_good_as_its_weakest_test(tmp_path: Path, tests: list[str], status: str) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT, encoding="utf-8")
    results = features.read_results(tmp_path / "junit.xml")
    assert features.status_of(ROWS[0], {"3.4.1": tests}, results) == status


def test_rows_are_chosen_by_id_beginning_or_module() -> None:
    assert [row.id for row in features.chosen(ROWS, ["3.4"])] == ["3.4.1"]
    assert [row.id for row in features.chosen(ROWS, ["FIN", "other"])] == ["3.40.1", "FIN-01"]
    assert features.chosen(ROWS, []) == ROWS


def test_the_report_counts_what_is_not_shown() -> None:
    text = features.report(ROWS, {"3.4.1": ["t"]}, {"t": features.SHOWN})
    assert text.splitlines()[0] == "shown    3.4.1     Orders (1 tests)"
    assert text.splitlines()[-1] == "3 rows: 1 shown, 2 no test"


def test_marks_are_collected_under_the_names_of_the_test_run(tmp_path: Path) -> None:
    (tmp_path / "test_marked.py").write_text(
        "import pytest\n\n\n@pytest.mark.feature('3.4.6')\n@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_it(n):\n    assert n\n",
        encoding="utf-8",
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = feature(id): row\n", encoding="utf-8")
    listing, junit = tmp_path / "marks.csv", tmp_path / "junit.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "feature_marks", f"--junitxml={junit}", str(tmp_path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT_FOLDER / "tools"), "QOOERP_FEATURE_MARKS": str(listing), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    named = {line.split(",")[1] for line in listing.read_text(encoding="utf-8").splitlines()}
    assert named == set(features.read_results(junit))
    assert len(named) == 2


@pytest.fixture
def history(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "sql").mkdir()
    add_revision(
        tmp_path, "0001_core", None, "create table sales.orders (id int);\ninsert into sales.orders values (1);"
    )
    return tmp_path


def add_revision(history: Path, name: str, after: str | None, script: str) -> None:
    number = name.split("_", maxsplit=1)[0]
    (history / "versions" / f"{name}.py").write_text(
        f'"""What it does."""\nrevision = "{number}"\ndown_revision = {after!r}\n', encoding="utf-8"
    )
    (history / "sql" / f"{name}.sql").write_text(script, encoding="utf-8")


def migration_problems(history: Path) -> list[str]:
    return check_migrations.problems(check_migrations.read_revisions(history))


@pytest.mark.parametrize(
    "script",
    [
        "alter table sales.orders add column note text;",
        "alter table sales.orders add column is_open boolean not null default true;",
        "-- loses data: nobody ever wrote it\nalter table sales.orders drop column note;",
        "-- rewrites: a table of some hundred rows\nalter table sales.orders alter column id type bigint;",
    ],
)
def test_a_harmless_or_explained_revision_passes(history: Path, script: str) -> None:
    add_revision(history, "0002_orders", "0001", script)
    assert migration_problems(history) == []


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("alter table sales.orders drop column note;", "loses data"),
        ("truncate sales.orders;", "loses data"),
        ("alter table sales.orders alter column id type bigint;", "rewrites"),
        ("alter table sales.orders add column is_open boolean not null;", "rewrites"),
        ("update sales.orders set id = 2;", "repairs data beside"),
    ],
)
def test_a_revision_that_surprises_a_running_installation_is_refused(history: Path, script: str, problem: str) -> None:
    add_revision(history, "0002_orders", "0001", script)
    (found,) = migration_problems(history)
    assert problem in found
    assert found.startswith("0002_orders.py")


def test_a_data_repair_changes_no_schema(history: Path) -> None:
    add_revision(history, "0002_repair_orders", "0001", "update sales.orders set id = 2;")
    assert migration_problems(history) == []
    add_revision(
        history, "0003_repair_more", "0002", "update sales.orders set id = 3;\nalter table a add column b int;"
    )
    assert "changes the schema in a data repair" in migration_problems(history)[0]


def test_two_revisions_after_the_same_one_are_refused(history: Path) -> None:
    add_revision(history, "0002_one", "0001", "")
    add_revision(history, "0003_other", "0001", "")
    assert migration_problems(history) == ["0003_other.py: follows 0001, and the one before it is 0002"]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("create index if not exists ix_orders on sales.orders (id)", "require-concurrent-index-creation"),
        ("alter table sales.orders add constraint positive check (id > 0)", "constraint-missing-not-valid"),
        ("alter table sales.orders rename column id to number", "renaming-column"),
        ("alter table sales.orders add column if not exists note text", None),
    ],
)
def test_what_locks_or_breaks_a_running_installation_is_found_in_the_sql(
    history: Path, statement: str, problem: str | None
) -> None:
    shutil.copy(check_migrations.FOLDER / "env.py", history / "env.py")
    add_revision(history, "0002_orders", "0001", "")
    with (history / "versions" / "0002_orders.py").open("a", encoding="utf-8") as revision:
        revision.write(f"from alembic import op\n\ndef upgrade():\n    op.execute({statement!r})\n")
    assert statement in check_migrations.offline_sql(history, "0001")
    found = check_migrations.unsafe(history, check_migrations.read_revisions(history))
    assert [problem in each for each in found if problem] == ([True] if problem else [])
    assert bool(found) is (problem is not None)


def test_our_own_revisions_are_right() -> None:
    assert check_migrations.main() == 0
