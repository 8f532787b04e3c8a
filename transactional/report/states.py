"""The states of what is run and what is sent, and the choices a definition may make."""

from enum import StrEnum


class ShareKind(StrEnum):
    """To whom a report is shown."""

    USER = "user"
    ROLE = "role"
    LINK = "link"


class Access(StrEnum):
    """What a share allows."""

    VIEW = "view"
    EDIT = "edit"


class FileFormat(StrEnum):
    """The kinds of file a report is written as."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    PARQUET = "parquet"


class SourceKind(StrEnum):
    """What a source outside is."""

    POSTGRES = "postgres"
    CSV = "csv"


class RunState(StrEnum):
    """Where a run in the background stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """How something reaches its receiver."""

    MAIL = "mail"
    IN_APP = "in_app"
    WEBHOOK = "webhook"


class DeliveryKind(StrEnum):
    """What is told."""

    REPORT = "report"
    LATE = "late"
    ALERT = "alert"
    ESCALATION = "escalation"
    RECOVERY = "recovery"
    DOCUMENT = "document"
    """One of ours, to the party it is for."""


class DeliveryState(StrEnum):
    """Where a delivery stands; `unconfirmed` was handed over and the answer was never read."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    SKIPPED = "skipped"
    FAILED = "failed"


class AlertKind(StrEnum):
    """What an alert rule watches."""

    THRESHOLD = "threshold"
    CHANGE = "change"
    ANOMALY = "anomaly"
    DATA_LATE = "data_late"
    CHECK_FAILED = "check_failed"
    MEASUREMENT = "measurement"


class Severity(StrEnum):
    """How much an alert matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"
