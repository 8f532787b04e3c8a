"""A10: an installation that is open by its settings does not start, and says which one it is without repeating it."""

from pathlib import Path

import pytest

from runtime.settings import SettingsRefused, load_settings

_STRONG = "k3J9vQ2mZx8LrT5wYb7NcF4hGd6PsA1u"
_EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  # written into a setting, not listened on
_SAFE = {"QOOERP_DEMO": "0", "QOOERP_SECRET_KEY": _STRONG}
UNSAFE: dict[str, tuple[dict[str, str], str]] = {
    "no key": ({"QOOERP_DEMO": "0"}, "QOOERP_SECRET_KEY"),
    "an empty key": ({**_SAFE, "QOOERP_SECRET_KEY": ""}, "QOOERP_SECRET_KEY"),
    "a short key": ({**_SAFE, "QOOERP_SECRET_KEY": "k3J9vQ2m"}, "QOOERP_SECRET_KEY"),
    "a monotonous key": ({**_SAFE, "QOOERP_SECRET_KEY": "ab" * 30}, "QOOERP_SECRET_KEY"),
    "a default key": ({**_SAFE, "QOOERP_SECRET_KEY": f"CHANGEME{_STRONG}"}, "QOOERP_SECRET_KEY"),
    "an example key": ({**_SAFE, "QOOERP_SECRET_KEY": f"example-{_STRONG}"}, "QOOERP_SECRET_KEY"),
    "a default key in a demo": ({"QOOERP_SECRET_KEY": f"secret-{_STRONG}"}, "QOOERP_SECRET_KEY"),
    "a weak key before": ({**_SAFE, "QOOERP_PREVIOUS_SECRET_KEY": "x" * 40}, "QOOERP_PREVIOUS_SECRET_KEY"),
    "a default key before": (
        {**_SAFE, "QOOERP_PREVIOUS_SECRET_KEY": f"default{_STRONG}"},
        "QOOERP_PREVIOUS_SECRET_KEY",
    ),
    "a weak token of monitors": ({**_SAFE, "QOOERP_METRICS_TOKEN": "metrics"}, "QOOERP_METRICS_TOKEN"),
    "demo users shown to others": ({"QOOERP_HOST": _EVERY_ADDRESS}, "QOOERP_HOST"),
    "demo users shown to others by IPv6": ({"QOOERP_HOST": "::"}, "QOOERP_HOST"),
    "demo users under a name": ({"QOOERP_HOST": "books.acme.test"}, "QOOERP_HOST"),
    "debug": ({**_SAFE, "QOOERP_LOG_LEVEL": "DEBUG"}, "QOOERP_LOG_LEVEL"),
    "any origin": ({**_SAFE, "QOOERP_CORS_ORIGINS": "*"}, "QOOERP_CORS_ORIGINS"),
    "an origin with a pattern": ({**_SAFE, "QOOERP_CORS_ORIGINS": "https://*.acme.test"}, "QOOERP_CORS_ORIGINS"),
    "no origin": ({**_SAFE, "QOOERP_CORS_ORIGINS": "null"}, "QOOERP_CORS_ORIGINS"),
    "a known password": ({**_SAFE, "DATABASE_URL": "postgresql://postgres:postgres@db/books"}, "DATABASE_URL"),
    "a known password, encoded": ({**_SAFE, "DATABASE_URL": "postgresql://me:change%6De@db/books"}, "DATABASE_URL"),
    "no password at all": ({**_SAFE, "DATABASE_URL": "postgresql://me:@db/books"}, "DATABASE_URL"),
    "another kind of database": ({**_SAFE, "DATABASE_URL": "sqlite:///books.db"}, "DATABASE_URL"),
    "limits that limit nothing": ({**_SAFE, "QOOERP_BODY_BYTES_MAX": "1e12"}, "QOOERP_BODY_BYTES_MAX"),
    "a page that runs": ({**_SAFE, "QOOERP_PUBLIC_URL": "javascript:alert(1)"}, "QOOERP_PUBLIC_URL"),
    "a sender of two lines": ({**_SAFE, "QOOERP_MAIL_FROM": "a@b.test\r\nBcc: c@d.test"}, "QOOERP_MAIL_FROM"),
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in ("QOOERP_DEMO", "QOOERP_SECRET_KEY", "QOOERP_HOST", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QOOERP_HOME", str(tmp_path))
    return monkeypatch


@pytest.mark.parametrize("case", UNSAFE)
def test_an_unsafe_setting_refuses_to_start_by_its_name(environment: pytest.MonkeyPatch, case: str) -> None:
    given, named = UNSAFE[case]
    for name, value in given.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsRefused, match=named) as refused:
        load_settings()
    if any(sign in named for sign in ("KEY", "TOKEN", "URL")) and given.get(named):
        assert given[named] not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"QOOERP_HOST": "localhost"},
        {"QOOERP_HOST": "::1"},
        {"QOOERP_HOST": _EVERY_ADDRESS, "QOOERP_DEMO": "1"},
        {**_SAFE, "QOOERP_HOST": _EVERY_ADDRESS},
        {**_SAFE, "QOOERP_METRICS_TOKEN": "j2Kx9qLm4TzVb7Wc"},
        {**_SAFE, "DATABASE_URL": "postgresql://me:f7Gq2xLp@db/books"},
    ],
    ids=str,
)
def test_a_safe_one_starts(environment: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        environment.setenv(name, value)
    assert load_settings().host == given.get("QOOERP_HOST", "127.0.0.1")
