"""Questions that mean nothing are refused with what would be right; texts stay texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from olap.errors import MetricsError, QueryInvalid
from olap.periods import FIRST_DAY, LAST_DAY
from olap.query import MetricQuery, QueryResult
from transactional.kernel.schema import usual_day

Ask = Callable[..., QueryResult]
FUTURE = "2026-03-17"


def refused(ask: Ask, **question: Any) -> dict[str, tuple[str, str]]:
    """The problems of a question by path: code and reason."""
    with pytest.raises(QueryInvalid) as caught:
        ask(**question)
    return {problem.path: (problem.code, problem.reason) for problem in caught.value.problems}


@pytest.mark.feature("3.5.16")
def test_an_unknown_metric_names_its_neighbours(ask: Ask) -> None:
    code, reason = refused(ask, metrics=["net_revenu"])["metrics/0"]
    assert code == "unknown_metric"
    assert "net_revenue" in reason


@pytest.mark.feature("3.4.15")
def test_an_unknown_dimension_names_its_neighbours(ask: Ask) -> None:
    code, reason = refused(ask, metrics=["net_revenue"], group_by=["custmer"])["group_by/0"]
    assert code == "unknown_dimension"
    assert "customer" in reason


def test_an_unknown_filter_is_refused(ask: Ask) -> None:
    problems = refused(ask, metrics=["net_revenue"], where=[{"field": "colour", "value": "red"}])
    assert problems["where/0/field"][0] == "unknown_dimension"
    assert (
        refused(ask, metrics=["net_revenue"], where=[{"field": "cogs", "value": 1}])["where/0/field"][0]
        == "unknown_filter"
    )
    assert refused(ask, metrics=["net_revenue"], where=[{"field": "region", "op": "like", "value": "x"}])["where/0/op"][
        0
    ]


@pytest.mark.feature("5.2.14")
def test_an_unknown_member_names_its_neighbours(ask: Ask) -> None:
    problems = refused(ask, metrics=["net_revenue"], where=[{"field": "region", "values": ["Nort", "South"]}])
    assert problems == {"where/0/values": ("unknown_member", "unknown member 'Nort' of region; did you mean North?")}


def test_a_metric_without_the_dimension_says_why(ask: Ask) -> None:
    code, reason = refused(ask, metrics=["net_revenue", "stock_value"], group_by=["customer"])["group_by/0"]
    assert code == "incompatible"
    assert "stock_value" in reason
    assert "warehouse" in reason


def test_an_unknown_grain_lists_those_there_are(ask: Ask) -> None:
    code, reason = refused(ask, metrics=["net_revenue"], time={"grain": "decade"})["time/grain"]
    assert code == "unknown_grain"
    assert "fiscal_period" in reason
    assert refused(ask, metrics=["net_revenue"], group_by=["month", "year"])["time/grain"][0] == "several_grains"


def test_a_range_that_ends_before_it_starts_is_refused(ask: Ask) -> None:
    problems = refused(ask, metrics=["net_revenue"], time={"start": "2026-02-01", "end": "2026-01-31"})
    assert problems["time/end"][0] == "range_reversed"


@pytest.mark.feature("FIN-14")
@pytest.mark.feature("3.5.15")
def test_a_day_in_the_future_is_refused(ask: Ask) -> None:
    assert refused(ask, metrics=["ar_open_amount"], time={"as_of": FUTURE})["time/as_of"][0] == "future"
    time = {"start": FUTURE, "end": FUTURE}
    assert refused(ask, metrics=["stock_quantity"], time=time)["time/start"][0] == "future"


def test_ages_cannot_be_told_by_period(ask: Ask) -> None:
    problems = refused(ask, metrics=["ar_open_amount"], group_by=["aging_bucket", "month"])
    assert problems["time/grain"][0] == "incompatible"


def test_all_wrong_parts_are_named_at_once(ask: Ask) -> None:
    problems = refused(
        ask,
        metrics=["nothing", "net_revenue"],
        group_by=["nowhere"],
        where=[{"field": "never", "value": 1}],
        time={"start": "2026-02-01", "end": "2026-01-01", "grain": "eon"},
        order_by=["nobody"],
        compare="previous_year",
    )
    assert set(problems) == {"metrics/0", "group_by/0", "where/0/field", "time/end", "time/grain", "order_by/0"}


def test_parts_that_cannot_be_read_are_named_at_once() -> None:
    question = {
        "metrics": "net_revenue",
        "where": [{"op": "eq"}, {"field": "region", "op": "between", "values": ["a"]}],
        "time": {"start": "yesterday", "until": "now"},
        "compare": "last week",
        "limit": -1,
        "colour": "red",
    }
    with pytest.raises(QueryInvalid) as caught:
        MetricQuery.from_data(question)
    paths = {problem.path for problem in caught.value.problems}
    assert paths == {"metrics", "where/0", "where/1/values", "time/start", "time/until", "compare", "limit", "colour"}


def test_an_answer_too_large_is_refused_rather_than_cut(numbers: Any, everyone: Any) -> None:
    small = type(numbers)(numbers.engine, numbers.vocabularies.path, today=numbers.today, cells_max=6)
    with pytest.raises(QueryInvalid) as caught:
        small.query(MetricQuery(("net_revenue",), ("customer",)), everyone)
    assert caught.value.problems[0].code == "too_many_cells"


EVIL = (
    "' or 1=1 --",
    "'; drop table marts.dim_customers; --",
    "x' union select tenant_id from marts.dim_customers --",
    "{{ Dimension('customer__country') }}",
    "{% for x in range(9) %}{{ x }}{% endfor %}",
    "qooerp:start",
    "qooerp:0:0",
    "\\' or true",
    '"); select 1; --',
    "\x00",
    "$1",
    "%(name)s",
)


@pytest.mark.parametrize("text", EVIL)
def test_texts_in_values_stay_texts(ask: Ask, text: str) -> None:
    if text == "\x00":
        where = [{"field": "customer", "value": text}]
        assert refused(ask, metrics=["net_revenue"], where=where)["where/0/values"][0] == "unreadable"
        return
    for op in ("eq", "ne", "contains", "starts_with", "gt"):
        where = [{"field": "customer", "op": op, "value": text}]
        if op in {"eq", "ne"}:
            assert refused(ask, metrics=["net_revenue"], where=where)["where/0/values"][0] == "unknown_member"
        else:
            result = ask(metrics=["net_revenue"], where=where)
            if op != "gt":
                assert result.rows[0]["net_revenue"] is None


def test_a_member_full_of_quotes_and_braces_is_found(ask: Ask) -> None:
    name = 'Gamma\'s "Best" {{ Ltd }}'
    result = ask(metrics=["net_revenue"], group_by=["customer"], where=[{"field": "customer", "value": name}])
    assert [row["customer"] for row in result.rows] == [name]


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("part", ["metrics", "group_by", "order_by", "grain", "field", "cell"])
def test_texts_in_names_are_refused(ask: Ask, text: str, part: str) -> None:
    question: dict[str, Any] = {"metrics": ["net_revenue"]}
    if part == "grain":
        question["time"] = {"grain": text}
    elif part in {"field", "cell"}:
        question["where"] = [{"field": text, "value": text}]
    else:
        question[part] = [text]
    with pytest.raises(MetricsError):
        ask(**question)


@pytest.mark.feature("5.2.14")
@pytest.mark.parametrize(
    ("question", "path"),
    [
        ({"time": {"end": "9999-12-31"}}, "time/end"),
        ({"time": {"start": "0001-01-01"}}, "time/start"),
        ({"time": {"as_of": "1899-12-31"}}, "time/as_of"),
        ({"time": {"start": "0001-01-01", "end": "2026-03-16"}, "compare": "previous_year"}, "time/start"),
        ({"time": {"end": "2026-03-16"}, "compare": {"start": "0001-01-01", "end": "2025-03-16"}}, "compare/start"),
    ],
)
def test_a_day_that_no_document_can_have_is_refused_by_name(ask: Ask, question: dict[str, Any], path: str) -> None:
    problems = refused(ask, metrics=["net_revenue"], **question)
    assert problems[path][0] == "day_out_of_range"
    assert "1900 to 2199" in problems[path][1]


@pytest.mark.feature("5.2.14")
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(ask: Ask) -> None:
    whole = {"start": FIRST_DAY.isoformat(), "end": LAST_DAY.isoformat()}
    everything = ask(metrics=["net_revenue"]).rows[0]["net_revenue"]
    assert ask(metrics=["net_revenue"], time=whole).rows[0]["net_revenue"] == everything
    assert ask(metrics=["net_revenue"], time={**whole, "grain": "month"}, compare="previous_year").rows
    # Documents and figures have the same days.
    assert (usual_day(FIRST_DAY), usual_day(LAST_DAY)) == (FIRST_DAY, LAST_DAY)
    for day in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        with pytest.raises(ValueError, match="1900 to 2199"):
            usual_day(day)
