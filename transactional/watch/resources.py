"""What people see of the watchman: incidents with their findings and history, mutes, forecasts, runs, the policy."""

from collections.abc import Iterable

from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import READ_ONLY, Change, Lines, Resource, Verb
from transactional.watch.models import Finding, Forecast, Incident, IncidentEvent, IncidentMute, WatchPolicy, WatchRun

HOURS_MAX = 24


def _policy_problems(change: Change) -> Iterable[FieldProblem]:
    for name in ("day_starts_hour", "day_ends_hour"):
        hour = change.values.get(name)
        if hour is not None and not 0 <= hour <= HOURS_MAX:
            yield FieldProblem(name, "is no hour from 0 to 24", "no_hour")
    score = change.values.get("block_score")
    if score is not None and not 0 < score <= 1:
        yield FieldProblem("block_score", "is no fraction from 0 to 1: write 0.2 for 20 percent", "no_share")


_VERBS = (
    Verb("explain", "It is as it should be; the note says why, and a stopped payment may go out.", ("open",)),
    Verb("fix", "What was wrong has been mended; the note says how.", ("open", "explained")),
    Verb("mute", "What was found is not told again until a day: in these documents, or of this figure."),
    Verb("feedback", "Says whether it was worth telling."),
)
INCIDENTS = Resource(
    module="ai",
    plural="incidents",
    thing="incident",
    model=Incident,
    label="Incident",
    key=("pattern",),
    search=("reason", "reason_zh", "pattern", "metric"),
    sort="-money_at_risk_amount",
    actions=READ_ONLY,
    lines=(Lines("findings", Finding, "incident_id", "score"), Lines("events", IncidentEvent, "incident_id", "id")),
    verbs=_VERBS,
)
FINDINGS = Resource(
    module="ai",
    plural="findings",
    thing="finding",
    model=Finding,
    label="Finding",
    key=("incident_id", "pattern"),
    search=("reason", "reason_zh", "control", "subject"),
    sort="-money_at_risk_amount",
    actions=READ_ONLY,
    verbs=_VERBS,
)
MUTES = Resource(
    module="ai",
    plural="incident-mutes",
    thing="incident_mute",
    model=IncidentMute,
    label="Muted pattern",
    key=("control", "subject"),
    search=("control", "subject", "reason"),
    sort="-muted_until",
    create_only=("control", "subject"),
)
FORECASTS = Resource(
    module="ai",
    plural="forecasts",
    thing="forecast",
    model=Forecast,
    label="Forecast",
    key=("metric", "dimension", "member", "forecast_on", "data_version"),
    search=("metric", "member"),
    sort="-forecast_on",
    actions=READ_ONLY,
)
POLICIES = Resource(
    module="ai",
    plural="watch-policies",
    thing="watch_policy",
    model=WatchPolicy,
    label="Watch policy",
    search=("code",),
    actions=frozenset({"update"}),
    create_only=("code",),
    validate=_policy_problems,
)
RUNS = Resource(
    module="ai",
    plural="watch-runs",
    thing="watch_run",
    model=WatchRun,
    label="Watch run",
    key=("id",),
    search=("data_version",),
    sort="-id",
    actions=READ_ONLY,
)
RESOURCES = (INCIDENTS, FINDINGS, MUTES, FORECASTS, POLICIES, RUNS)
