"""Logs as one JSON object a line, with every secret of the installation blacked out."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import unquote, urlsplit

from runtime.settings import Settings

trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)
HIDDEN = "[hidden]"
# Shorter values would black out innocent words.
_SECRET_LENGTH_MIN = 6
_PATTERNS = (
    (re.compile(r"(?P<keep>\w+://[^\s:/@]*:)[^\s@]+(?=@)"), rf"\g<keep>{HIDDEN}"),
    (re.compile(r"(?P<keep>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]+", re.IGNORECASE), rf"\g<keep>{HIDDEN}"),
    (
        re.compile(
            r"(?P<keep>\b(?:password|passwd|secret|token|api[_-]?key|authorization)\b[\"']?\s*[:=]\s*[\"']?)"
            r"(?!Bearer|Basic)[^\s\"',;&}]+",
            re.IGNORECASE,
        ),
        rf"\g<keep>{HIDDEN}",
    ),
)
_SIGNS = ("://", "bearer", "basic", "passw", "secret", "token", "api[_-]?key", "authorization")
"""What the patterns need to find before they hide anything."""
_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x7f\x85\u2028\u2029"}
"""What some readers of logs take for the end of a line, or act upon, and JSON lets pass."""
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


_told = json.JSONEncoder(ensure_ascii=False, default=str).encode


class Redactor:
    """Blacks out known secret values, and whatever looks like a password or a token."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({value for value in secrets if len(value) >= _SECRET_LENGTH_MIN}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        signs = [*map(re.escape, known), *(re.escape(_told(value)[1:-1]) for value in known), *_SIGNS]
        self._sign = re.compile("|".join(signs), re.IGNORECASE)

    def may_concern(self, text: str) -> bool:
        """Whether there may be anything to hide, also in JSON: most have nothing, and one look at all of it tells."""
        return self._sign.search(text) is not None

    def __call__(self, text: str) -> str:
        """The text without its secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class JsonLines(logging.Formatter):
    """A log record as one line of JSON: time, level, logger, message, trace id and what was passed as `extra`."""

    def __init__(self, service: str, redact: Redactor) -> None:
        super().__init__()
        self._service = service
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its newline."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (current := trace_id.get()) is not None:
            line["trace_id"] = current
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD_FIELDS}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        told = _told(line)
        if self._redact.may_concern(told):
            told = _told({key: _redacted(value, self._redact) for key, value in line.items()})
        return told if told.isascii() and "\x7f" not in told else told.translate(_LINE_ENDS)


def configure_logging(service: str, settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log record of this process to its error output as JSON lines, secrets blacked out."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(service, Redactor(_secrets_of(settings))))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # A line says neither where in the program it was written nor by which thread: finding that out costs as much as it.
    logging._srcfile = None  # noqa: SLF001  # the documented way to have it left out
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # One line per HTTP call of a client library says nothing that our own lines do not.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _secrets_of(settings: Settings) -> list[str]:
    known = list(settings.secrets.all().values())
    given = (settings.given_secret_key, settings.given_previous_secret_key)
    known += [key.get_secret_value() for key in given if key is not None]
    if settings.server_url is not None:
        password = urlsplit(settings.server_url.get_secret_value()).password
        known += [password, unquote(password)] if password else []
    return known


def _redacted(value: object, redact: Redactor) -> object:
    """The value with every text in it redacted, however deep; what JSON does not know becomes text first."""
    if isinstance(value, dict):
        return {key: _redacted(item, redact) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item, redact) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))
