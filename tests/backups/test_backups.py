"""A drill: the books are copied, go on, are lost, and come back as of a moment somebody chose."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr

from backups.make import make_backup
from backups.manifest import BackupRefused, Manifest
from backups.restore import choose_backup, restore_backup
from pipelines.batches import Pipeline
from runtime.erased import Erased, keep_erased, read_erased
from runtime.postgres import EmbeddedPostgres
from runtime.roles import ensure_roles
from runtime.settings import Settings, load_settings
from tests.factories.books import Books
from tests.pipelines.conftest import TINY_PROJECT, UncheckedContracts
from tests.pipelines.posting import open_books, post_sales, published_rows, stored_rows
from transactional.checks import run_checks
from transactional.flows.erase_persons import erase_person
from transactional.flows.forget_again import forget_again
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Database
from transactional.ledger.models import AccountRole
from transactional.migrations.run import migrate
from transactional.scm.models import Customer


@dataclass
class Shop:
    """A company whose takings are posted while its server keeps a log."""

    settings: Settings
    principal: Principal
    database: Database
    books: Books

    def take(self, *amounts: str) -> datetime:
        """Post takings; the moment after them."""
        post_sales(self.database, self.principal, self.books, amounts, into=AccountRole.BANK)
        time.sleep(0.002)
        return datetime.now(UTC)

    def archive_the_log(self) -> None:
        """What the server does by itself within a minute."""
        with psycopg.connect(self.settings.admin_database_url(), autocommit=True) as connection:
            wanted = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
            assert wanted is not None
            assert self.settings.wal_dir is not None
            deadline = time.monotonic() + 20
            while not (self.settings.wal_dir / wanted[0]).exists():
                assert time.monotonic() < deadline, "the log was not archived"
                time.sleep(0.02)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("shop")
    # pytest's own folders are private; the server may run as another user, who has to enter this one.
    top = Path(mkdtemp(prefix="qooerp-archive-"))
    top.chmod(0o755)
    archive = top / '100% of "John\'s" books'
    settings = load_settings().model_copy(update={"home": home, "given_archive_dir": archive})
    server = EmbeddedPostgres(home, durable=False, archive=settings.wal_dir)
    server.start()
    ensure_roles(settings)
    migrate(settings.database_url("owner"))
    principal = system_principal(new_id(), channel="test", user_id=new_id())
    database = Database(settings.database_url("app"))
    yield Shop(settings, principal, database, open_books(database, principal))
    database.close()
    server.remove()
    shutil.rmtree(top)


@pytest.fixture
def elsewhere(shop: Shop, tmp_path: Path) -> Iterator[Callable[[], Settings]]:
    """Makes empty state folders whose servers are thrown away at the end."""
    made: list[Settings] = []

    def make() -> Settings:
        made.append(shop.settings.model_copy(update={"home": tmp_path / f"home{len(made)}"}))
        return made[-1]

    yield make
    for settings in made:
        if (settings.home / "postgres" / "address.json").exists():
            EmbeddedPostgres(settings.home, durable=False).remove()


def takings(settings: Settings) -> Decimal:
    """What the books say was taken."""
    with psycopg.connect(settings.database_url("warehouse")) as connection:
        row = connection.execute(
            "select coalesce(sum(amount), 0) from ledger.journal_lines where amount > 0"
        ).fetchone()
    assert row is not None
    return Decimal(row[0])


def test_any_moment_after_a_backup_comes_back(shop: Shop, elsewhere: Callable[[], Settings]) -> None:
    before = takings(shop.settings)
    shop.take("10.00")
    folder = make_backup(shop.settings)
    wished = shop.take("20.00", "5.00")
    shop.take("400.00")
    shop.archive_the_log()

    place = elsewhere()
    assert restore_backup(place, folder, until=wished).findings == []
    with EmbeddedPostgres(place.home):
        assert takings(place) - before == Decimal("35.00")

    latest = elsewhere()
    assert restore_backup(latest, folder).findings == []
    with EmbeddedPostgres(latest.home, archive=latest.wal_dir):
        assert takings(latest) - before == Decimal("435.00")
        assert run_checks(latest) == []
    # The restored books keep a log of their own: what they do next is not the lost books' future.
    assert latest.wal_dir != shop.settings.wal_dir


def test_restored_books_are_loaded_anew_and_go_on(shop: Shop, elsewhere: Callable[[], Settings]) -> None:
    loaded = Pipeline(shop.settings, dbt_folder=TINY_PROJECT, contracts=UncheckedContracts)
    try:
        shop.take("1.00")
        loaded.run()
    finally:
        loaded.close()
    place = elsewhere()
    assert restore_backup(place, make_backup(shop.settings)).findings == []
    shutil.copytree(shop.settings.dbt_target_dir, place.dbt_target_dir)
    with EmbeddedPostgres(place.home):
        _go_on(place, shop)
        assert takings(place) - takings(shop.settings) == Decimal("7.00")


def _go_on(place: Settings, shop: Shop) -> None:
    pipeline = Pipeline(place, dbt_folder=TINY_PROJECT, contracts=UncheckedContracts)
    database = Database(place.database_url("app"))
    try:
        pipeline.run()
        assert _published(place) == takings(place)
        post_sales(database, shop.principal, shop.books, ["7.00"], into=AccountRole.BANK)
        pipeline.run()
        assert _published(place) == takings(place)
        with psycopg.connect(place.database_url("warehouse"), autocommit=True) as warehouse:
            for mart in ("fct_account_days", "fct_journal_lines"):
                assert published_rows(place.lake_dir, mart) == stored_rows(warehouse, mart)
    finally:
        database.close()
        pipeline.close()


def _published(settings: Settings) -> Decimal:
    with psycopg.connect(settings.database_url("warehouse")) as connection:
        row = connection.execute("select sum(amount) from marts.fct_journal_lines where amount > 0").fetchone()
    assert row is not None
    return Decimal(row[0])


@pytest.mark.feature("USER-08")
def test_a_backup_of_before_an_erasure_does_not_bring_the_person_back(
    shop: Shop, elsewhere: Callable[[], Settings]
) -> None:
    here, later, gone = ("Quilla Kestrel", "Later Kestrel", "Gone Kestrel")
    asked = erased_customer(shop, gone)
    person = new_customer(shop, here)
    folder = make_backup(shop.settings)
    kept = erased_customer(shop, customer_id=person)
    keep_erased(shop.settings, [asked, kept, erased_customer(shop, later)])
    # Told twice, named once.
    keep_erased(shop.settings, [kept])
    place = elsewhere()
    restored = restore_backup(place, folder)
    assert (restored.findings, restored.forgotten.again, restored.forgotten.left) == ([], 1, [])
    assert [each.subject_id for each in read_erased(place.home)][1] == person
    with EmbeddedPostgres(place.home), psycopg.connect(place.admin_database_url()) as connection:
        names = connection.execute("select name, is_active from scm.customers order by id").fetchall()
        waiting = connection.execute("select subject_id, state, texts from identity.erasures order by id").fetchall()
    assert names[-1] == (f"erased-{person.hex[-8:]}", False)
    # The worker goes on from here: it is told what to look for.
    assert [(row[0], row[1]) for row in waiting] == [(asked.subject_id, "asked"), (person, "asked")]
    assert waiting[1][2] == [here]
    assert forget_again(place.model_copy(update={"home": shop.settings.home})).again == 0


def new_customer(shop: Shop, name: str) -> UUID:
    row = Customer(id=new_id(), code=new_id().hex[-12:], name=name, currency_code="EUR")
    with shop.database.transaction(shop.principal) as session:
        insert_all(session, [row])
    return row.id


def erased_customer(shop: Shop, name: str = "", *, customer_id: UUID | None = None) -> Erased:
    """A customer who asked to be forgotten, as the list names one."""
    subject_id = customer_id or new_customer(shop, name)
    with shop.database.transaction(shop.principal) as session:
        erasure = erase_person(session, "customer", subject_id, at=datetime.now(UTC))
    tenant_id = shop.principal.tenant_id
    return Erased(erasure_id=erasure.id, tenant_id=tenant_id, subject_kind="customer", subject_id=subject_id)


@pytest.mark.parametrize("name", ["data/global/pg_control", "data/PG_VERSION", "secrets.json", "data/backup_manifest"])
def test_a_flipped_bit_is_found_before_anything_is_written(
    shop: Shop, elsewhere: Callable[[], Settings], damaged: Callable[[Path, str], Path], name: str
) -> None:
    place = elsewhere()
    with pytest.raises(BackupRefused, match=f"{name} is damaged"):
        restore_backup(place, damaged(_kept(shop), name))
    assert not place.home.exists()


@pytest.fixture
def damaged(tmp_path: Path) -> Callable[[Path, str], Path]:
    """Copies a backup and flips one bit in the middle of a file of the copy."""

    def damage(folder: Path, name: str) -> Path:
        copy = shutil.copytree(folder, tmp_path / "damaged")
        content = bytearray((copy / name).read_bytes())
        content[len(content) // 2] ^= 1
        (copy / name).write_bytes(content)
        return copy

    return damage


def test_a_missing_or_foreign_file_is_found(shop: Shop, elsewhere: Callable[[], Settings], tmp_path: Path) -> None:
    copy = shutil.copytree(_kept(shop), tmp_path / "copy")
    (copy / "data" / "PG_VERSION").unlink()
    (copy / "data" / "planted").write_text("x", encoding="utf-8")
    with pytest.raises(BackupRefused, match="PG_VERSION is missing, data/planted does not belong"):
        restore_backup(elsewhere(), copy)
    (copy / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BackupRefused, match="damaged"):
        restore_backup(elsewhere(), copy)


def test_living_books_are_never_restored_over(shop: Shop) -> None:
    before = takings(shop.settings)
    with pytest.raises(BackupRefused, match="has books already"):
        restore_backup(shop.settings, _kept(shop))
    assert takings(shop.settings) == before


def test_a_moment_before_the_backup_cannot_be_had(shop: Shop, elsewhere: Callable[[], Settings]) -> None:
    folder = _kept(shop)
    earlier = Manifest.read(folder).whole_at - timedelta(hours=1)
    with pytest.raises(BackupRefused, match="choose a later moment"):
        restore_backup(elsewhere(), folder, until=earlier)
    with pytest.raises(BackupRefused, match="choose a later moment"):
        choose_backup(shop.settings.archive_dir, earlier)
    assert choose_backup(shop.settings.archive_dir, datetime.now(UTC)) >= folder


def test_a_moment_that_the_log_does_not_reach_leaves_nothing_behind(
    shop: Shop, elsewhere: Callable[[], Settings]
) -> None:
    folder = _kept(shop)
    shop.take("7.00")
    shop.archive_the_log()
    place, never = elsewhere(), datetime.now(UTC) + timedelta(days=3_000)
    with pytest.raises(BackupRefused, match=r"does not reach .* its last commit is of 20\d\d-\d\d-\d\d \d\d:") as told:
        restore_backup(place, folder, until=never)
    assert "FATAL" not in str(told.value)
    # Who was erased is known there too: another try forgets them again.
    assert {each.name for each in place.home.rglob("*") if each.is_file()} - {"erasures.jsonl"} == {"secrets.lock"}
    assert restore_backup(place, folder).findings == []


def test_without_a_log_the_moment_of_the_backup_is_all_there_is(
    shop: Shop, elsewhere: Callable[[], Settings], tmp_path: Path
) -> None:
    alone = shutil.copytree(_kept(shop), tmp_path / "alone" / "backup")
    place = elsewhere()
    with pytest.raises(BackupRefused, match="The archive holds no log"):
        restore_backup(place, alone, until=datetime.now(UTC) + timedelta(days=1))
    assert not (place.home / "postgres").exists()


def test_a_backup_that_fails_leaves_nothing_behind(shop: Shop, tmp_path: Path) -> None:
    empty = shop.settings.model_copy(update={"database_name": "postgres", "given_archive_dir": tmp_path / "archive"})
    with pytest.raises(BackupRefused, match="no books yet"):
        make_backup(empty)
    assert list((tmp_path / "archive").iterdir()) == []
    with pytest.raises(BackupRefused, match="no backup in"):
        choose_backup(tmp_path / "archive", None)


def test_a_brought_server_is_dumped_and_filled(shop: Shop, tmp_path: Path) -> None:
    shop.take("3.00")
    theirs = shop.settings.model_copy(
        update={"server_url": SecretStr(shop.settings.admin_database_url()), "given_archive_dir": tmp_path / "archive"}
    )
    folder = make_backup(theirs)
    with _empty_database(EmbeddedPostgres(shop.settings.home)) as url:
        place = theirs.model_copy(update={"home": tmp_path / "place", "server_url": SecretStr(url)})
        other = place.model_copy(update={"home": tmp_path / "other"})
        with pytest.raises(BackupRefused, match="knows one moment"):
            restore_backup(other, folder, until=datetime.now(UTC))
        assert restore_backup(place, folder).findings == []
        assert takings(place) == takings(shop.settings)
        with pytest.raises(BackupRefused, match="has books already"):
            restore_backup(other, folder)
        assert not other.home.exists()
    with pytest.raises(BackupRefused, match="with DATABASE_URL"):
        restore_backup(shop.settings.model_copy(update={"home": tmp_path / "third"}), folder)


@contextmanager
def _empty_database(server: EmbeddedPostgres) -> Iterator[str]:
    name = f"restored_{UUID(int=new_id().int).hex[-8:]}"
    server.create_database(name)
    try:
        yield server.url(name)
    finally:
        server.drop_database(name)


def _kept(shop: Shop) -> Path:
    """A backup of the shop; the newest there is, or a first one."""
    try:
        return choose_backup(shop.settings.archive_dir, None)
    except BackupRefused:
        return make_backup(shop.settings)
