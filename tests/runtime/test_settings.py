from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.demo_logins import DemoLogin, read_logins, replace_logins, write_logins
from runtime.secrets import SecretStore
from runtime.settings import Settings, SettingsRefused, load_settings, unknown_settings

STRONG_KEY = "k3J9vQ2mZx8LrT5wYb7NcF4hGd6PsA1u"


@pytest.mark.usefixtures("clean_environment")
def test_defaults_are_a_demo_on_the_loopback_address() -> None:
    settings = load_settings()
    assert (settings.host, settings.api_port, settings.dagster_port, settings.dashboard_port) == (
        "127.0.0.1",
        8000,
        3000,
        8501,
    )
    assert settings.demo_mode
    assert settings.uses_embedded_postgres
    assert settings.home.name == ".qooerp"


def test_variables_move_home_and_ports(clean_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean_environment.setenv("QOOERP_HOME", str(tmp_path / "state"))
    clean_environment.setenv("QOOERP_API_PORT", "28000")
    settings = load_settings()
    assert settings.lake_dir == tmp_path / "state" / "lake"
    assert settings.api_url == "http://127.0.0.1:28000"


def test_a_relative_home_becomes_absolute(clean_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean_environment.chdir(tmp_path)
    clean_environment.setenv("QOOERP_HOME", "state")
    assert load_settings().home == tmp_path / "state"


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_an_impossible_port_is_refused_by_name(clean_environment: pytest.MonkeyPatch, port: str) -> None:
    clean_environment.setenv("QOOERP_API_PORT", port)
    with pytest.raises(SettingsRefused, match="QOOERP_API_PORT"):
        load_settings()


def test_outside_demo_mode_a_missing_secret_stops_the_start_with_its_name(
    clean_environment: pytest.MonkeyPatch,
) -> None:
    clean_environment.setenv("QOOERP_DEMO", "0")
    with pytest.raises(SettingsRefused, match="QOOERP_SECRET_KEY is missing"):
        load_settings()


@pytest.mark.parametrize("key", ["short", "a" * 64, "changeme-" + STRONG_KEY, "my-default-key-" + STRONG_KEY])
def test_a_weak_secret_is_refused_and_not_repeated(clean_environment: pytest.MonkeyPatch, key: str) -> None:
    clean_environment.setenv("QOOERP_DEMO", "0")
    clean_environment.setenv("QOOERP_SECRET_KEY", key)
    with pytest.raises(SettingsRefused, match="QOOERP_SECRET_KEY") as refusal:
        load_settings()
    assert key not in str(refusal.value)


def test_outside_demo_mode_a_strong_secret_is_used(clean_environment: pytest.MonkeyPatch) -> None:
    clean_environment.setenv("QOOERP_DEMO", "0")
    clean_environment.setenv("QOOERP_SECRET_KEY", STRONG_KEY)
    assert load_settings().secret_key == STRONG_KEY


def test_settings_do_not_show_secrets(clean_environment: pytest.MonkeyPatch) -> None:
    clean_environment.setenv("QOOERP_SECRET_KEY", STRONG_KEY)
    clean_environment.setenv("DATABASE_URL", "postgresql://me:hunter22@db.example:5433/books")
    shown = repr(load_settings())
    assert STRONG_KEY not in shown
    assert "hunter22" not in shown


def test_a_server_of_the_user_keeps_its_address_and_options(
    clean_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean_environment.setenv("QOOERP_HOME", str(tmp_path))
    clean_environment.setenv("DATABASE_URL", "postgresql://me:hunter22@db.example:5433/books?sslmode=require")
    url = load_settings().database_url("app")
    assert url.startswith("postgresql://qooerp_app:")
    assert url.endswith("@db.example:5433/books?sslmode=require")
    assert "hunter22" not in url


@pytest.mark.parametrize("url", ["mysql://me@db/books", "postgresql:///books", "postgresql://db"])
def test_a_url_that_is_not_a_postgres_database_is_refused(clean_environment: pytest.MonkeyPatch, url: str) -> None:
    clean_environment.setenv("DATABASE_URL", url)
    with pytest.raises(SettingsRefused, match="DATABASE_URL"):
        load_settings()


def test_before_the_first_start_there_is_no_embedded_address(
    clean_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clean_environment.setenv("QOOERP_HOME", str(tmp_path))
    with pytest.raises(SettingsRefused, match="never started"):
        Settings().database_url("app")


def test_a_secret_is_random_per_installation_and_stays(tmp_path: Path) -> None:
    here, there = SecretStore(tmp_path / "here"), SecretStore(tmp_path / "there")
    assert here.get("secret_key") == SecretStore(tmp_path / "here").get("secret_key")
    assert here.get("secret_key") != there.get("secret_key")
    assert here.get("secret_key") != here.get("another")


def test_the_secrets_file_is_closed_to_others(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    store.get("secret_key")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_processes_that_ask_at_once_get_the_same_secret(tmp_path: Path) -> None:
    names = [f"secret-{number % 4}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda name: (name, SecretStore(tmp_path).get(name)), names))
    assert len(set(values)) == 4
    assert dict(values) == json.loads(SecretStore(tmp_path).path.read_text(encoding="utf-8"))


def test_demo_logins_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    login = DemoLogin(tenant="demo", role="admin", username="admin@demo.example", password="made-up")
    write_logins(tmp_path, [login])
    assert read_logins(tmp_path) == [login]
    assert stat.S_IMODE((tmp_path / "demo-logins.json").stat().st_mode) == 0o600


def test_logins_of_other_tenants_stay_when_some_are_made_anew(tmp_path: Path) -> None:
    names = [("demo", "admin"), ("demo", "clerk"), ("northwind", "admin"), ("demo", "admin")]
    old, clerk, imported, new = (
        DemoLogin(tenant=tenant, role=role, username=f"{role}@{tenant}.example", password=f"made-up-{number}")
        for number, (tenant, role) in enumerate(names)
    )
    replace_logins(tmp_path, [old, clerk])
    replace_logins(tmp_path, [imported])
    replace_logins(tmp_path, [new])
    assert read_logins(tmp_path) == [imported, new]


def test_without_a_demo_there_are_no_logins(tmp_path: Path) -> None:
    assert read_logins(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QOOERP_RATE_LIMITS", "foo"),
        ("QOOERP_RATE_LIMITS", "tenant:0/0"),
        ("QOOERP_METRICS_NETWORKS", "0.0.0.0/33"),
        ("QOOERP_WEBHOOK_NETWORKS", "abc"),
        ("QOOERP_WEBHOOK_NETWORKS", "10.1.0.1/8"),
        ("QOOERP_SOURCE_NETWORKS", "10.1.0.0/16,:"),
        ("QOOERP_COUNTRY_FILE", "/nosuch"),
        ("QOOERP_EMBEDDING_MODEL", "/nosuch"),
        ("QOOERP_SMTP_URL", "http://x"),
        ("QOOERP_SMTP_URL", "smtp://x:99999"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_before_anything_starts(
    clean_environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    clean_environment.setenv(name, value)
    with pytest.raises(SettingsRefused, match=f"^{name}: (?!Value error)"):
        load_settings()


def test_lists_of_networks_may_have_blanks_or_commas(clean_environment: pytest.MonkeyPatch) -> None:
    clean_environment.setenv("QOOERP_WEBHOOK_NETWORKS", "10.1.0.0/16 10.2.0.0/16")
    clean_environment.setenv("QOOERP_METRICS_NETWORKS", "10.1.0.0/16, ::1/128")
    assert load_settings().webhook_networks == "10.1.0.0/16 10.2.0.0/16"


def test_a_variable_that_is_no_setting_is_named_with_the_one_that_may_be_meant(
    clean_environment: pytest.MonkeyPatch,
) -> None:
    clean_environment.setenv("QOOERP_API_PROT", "8001")
    clean_environment.setenv("QOOERP_API_PORT", "8002")
    clean_environment.setenv("QOOERP_DBT_HOST", "db")
    assert list(unknown_settings()) == ["QOOERP_API_PROT is no setting and changes nothing. Is QOOERP_API_PORT meant?"]
