"""Why figures are not shown, in the reader's language."""

# ruff: noqa: RUF001  # Chinese punctuation

import re

import pytest

from olap.errors import FieldForbidden, Forbidden, MartForbidden, MetricForbidden
from reports.refusals import refusal_in
from transactional.kernel.errors import DomainError, NotAllowed

RIGHT = "you need the right metric.sales.read"


@pytest.mark.feature("5.2.9")
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MetricForbidden(metric="net_revenue", reason=RIGHT), "您无权查看 net_revenue：需要权限 metric.sales.read。"),
        (
            FieldForbidden(field="salary", reason="it rests on employees.salary, which is hidden from you"),
            "您无权使用 salary：其数据来自对您隐藏的 employees.salary。",
        ),
        (
            MetricForbidden(
                metric="order_count",
                reason="it counts documents that you may not read: you need the right sales_order.read",
            ),
            "您无权查看 order_count：该指标统计您无权查看的单据，需要权限 sales_order.read。",
        ),
        (
            MartForbidden(mart="fct_invoices", reason="you need the right to see some metric"),
            "您无权读取数据集 fct_invoices：需要查看某项指标的权限。",
        ),
        (MetricForbidden(metric="net_revenue", reason="a reason nobody translated"), "您缺少所需的权限。"),
        (NotAllowed(), "您缺少所需的权限。"),
    ],
)
def test_a_refusal_is_told_in_chinese_and_never_half_in_english(error: DomainError | Forbidden, told: str) -> None:
    assert refusal_in(error, "zh-CN") == told
    assert refusal_in(error, "en-GB") == refusal_in(error, "fr") == str(error)
    assert not re.search(r"\b(you|need|may|which)\b", told)
