"""Forecasts as facts: kept once a series, day and data version, and judged when the day is over."""

from datetime import datetime

from sqlalchemy import select

from transactional.kernel.clock import day_of
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.watch.models import Forecast
from transactional.watch.specs import Look


def keep_forecasts(session: Session, look: Look, *, at: datetime) -> int:
    """How many earlier forecasts were judged by what the days have brought; new ones are kept beside them."""
    today = day_of(at)
    judged = _judge(session, look, at)
    key = (Forecast.metric, Forecast.dimension, Forecast.member, Forecast.forecast_on)
    statement = select(*key).where(Forecast.data_version == look.data_version)
    known = {tuple(row) for row in session.execute(statement)}
    rows = [
        Forecast(
            id=new_id(),
            metric=each.metric,
            dimension=each.dimension,
            member=each.member,
            forecast_on=each.forecast_on,
            made_on=today,
            model=each.model,
            data_version=look.data_version,
            forecast_value=each.forecast_value,
            low_value=each.low_value,
            high_value=each.high_value,
            actual_value=None,
            is_within=None,
            judged_at=None,
        )
        for each in look.forecasts
        if (each.metric, each.dimension, each.member, each.forecast_on) not in known
    ]
    insert_all(session, rows)
    return judged


def _judge(session: Session, look: Look, at: datetime) -> int:
    actuals = {(each.metric, each.dimension, each.member, each.on): each.value for each in look.actuals}
    waiting = read(
        session,
        select(Forecast).where(Forecast.judged_at.is_(None), Forecast.forecast_on < day_of(at)).with_for_update(),
    )
    judged = []
    for row in waiting:
        actual = actuals.get((row.metric, row.dimension, row.member, row.forecast_on))
        if actual is None:
            continue
        row.actual_value = actual
        row.is_within = row.low_value <= actual <= row.high_value
        row.judged_at = at
        judged.append(row)
    update_all(session, judged, Forecast.actual_value, Forecast.is_within, Forecast.judged_at)
    return len(judged)
