"""A small company's figures, made by rule, in the shapes that the API answers with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from olap.pivot.query import SHOWS

Json = dict[str, Any]
VERSION = "v42"
WATERMARK = "2026-03-16T09:30:00+00:00"
LOAD: Json = {
    "batch_id": 41,
    "kind": "micro",
    "state": "published",
    "started_at": WATERMARK,
    "seconds": 1.8,
    "rows": 240,
    "published_version": 42,
}

MEMBERS: Mapping[str, Sequence[str | None]] = {
    "customer": ("Alpha GmbH", "Bravo Ltd", "Charlie SA", "Delta Stores and Long Distance Trading Company", None),
    "customer_category": ("Retail", "Wholesale"),
    "item": ("Road bike 21", "Helmet M", "Inner tube 700c", "Gear cable"),
    "item_category": ("Bikes", "Accessories", "Parts"),
    "region": ("North", "South", "West"),
    "salesperson": ("Ines Okafor", "Tom Ray"),
    "supplier": ("Forge & Sons", "Kyoto Parts"),
    "supplier_category": ("Frames", "Small parts"),
    "buyer": ("Lena Wu",),
    "warehouse": ("Main", "Harbour"),
    "aging_bucket": ("not due", "1-30", "31-60", "over 90"),
    "company": ("Cycle Works",),
    "account_code": ("1100", "1200"),
    "account_type": ("asset", "liability", "equity", "income", "expense"),
    "currency": ("EUR",),
    "order_number": ("SO-2026-00001", "SO-2026-00002"),
}
LABELS = {
    "en": {
        "customer": "Customer",
        "item": "Item",
        "item_category": "Item category",
        "region": "Region",
        "salesperson": "Salesperson",
        "supplier": "Supplier",
        "warehouse": "Warehouse",
        "month": "Month",
        "aging_bucket": "Age",
    },
    "zh": {
        "customer": "客户",
        "customer_category": "客户类别",
        "item": "物料",
        "item_category": "物料类别",
        "region": "区域",
        "salesperson": "销售员",
        "supplier": "供应商",
        "supplier_category": "供应商类别",
        "buyer": "采购员",
        "warehouse": "仓库",
        "company": "公司",
        "currency": "币种",
        "account_type": "科目类型",
        "order_number": "订单号",
        "aging_bucket": "账龄",
        "day": "日",
        "week": "周",
        "month": "月",
        "quarter": "季度",
        "year": "年",
    },
}
SALES = ("customer", "customer_category", "item", "item_category", "region", "salesperson", "warehouse", "company")
PURCHASE = ("supplier", "supplier_category", "item", "item_category", "buyer", "warehouse", "company")
STOCK = ("item", "item_category", "warehouse", "company")
LEDGER = ("account_type", "account_code", "customer", "supplier", "company", "currency")

# name: (English, Chinese, area, unit, good direction, size, dimensions)
METRICS: Mapping[str, tuple[str, str, str, str, str, float, Sequence[str]]] = {
    "produced_quantity": ("Produced quantity", "生产数量", "production", "quantity", "up", 700, ("item", "company")),
    "employee_count": ("Employees", "员工数", "hr", "count", "neutral", 9, ("company",)),
    "net_revenue": ("Net revenue", "净收入", "sales", "currency", "up", 400_000, (*SALES, "order_number")),
    "gross_margin": ("Gross margin", "毛利", "finance", "currency", "up", 150_000, SALES),
    "operating_profit": ("Operating profit", "营业利润", "finance", "currency", "up", -20_000, LEDGER),
    "order_count": ("Orders", "订单数", "sales", "count", "up", 320, SALES),
    "average_order_value": ("Average order value", "平均订单额", "sales", "currency", "up", 1_250, SALES),
    "discount_rate": ("Discount rate", "折扣率", "sales", "share", "down", 0.08, SALES),
    "return_rate": ("Return rate", "退货率", "sales", "share", "down", 0.03, SALES),
    "sales_otif_rate": ("On time in full", "准时足量率", "sales", "share", "up", 0.93, SALES),
    "open_order_value": ("Open orders", "未交订单额", "sales", "currency", "neutral", 90_000, SALES),
    "purchase_spend": ("Purchase spend", "采购额", "purchase", "currency", "down", 210_000, PURCHASE),
    "purchase_order_count": ("Purchase orders", "采购订单数", "purchase", "count", "neutral", 60, PURCHASE),
    "open_commitment": ("Open commitment", "未开票承诺", "purchase", "currency", "neutral", 70_000, PURCHASE),
    "purchase_price_variance": ("Price variance", "采购价差", "purchase", "currency", "down", -1_800, PURCHASE),
    "supplier_otif_rate": ("Supplier on time", "供应商准时率", "purchase", "share", "up", 0.88, PURCHASE),
    "supplier_defect_rate": ("Defect rate", "不良率", "purchase", "share", "down", 0.02, PURCHASE),
    "lead_time_days": ("Lead time", "采购提前期", "purchase", "days", "down", 12, PURCHASE),
    "stock_value": ("Stock value", "库存金额", "inventory", "currency", "neutral", 640_000, STOCK),
    "stock_quantity": ("Stock quantity", "库存数量", "inventory", "quantity", "neutral", 900, STOCK),
    "stock_issues_quantity": ("Issues", "出库数量", "inventory", "quantity", "neutral", 240, STOCK),
    "stock_turns": ("Stock turns", "周转次数", "inventory", "number", "up", 4.2, STOCK),
    "days_of_supply": ("Days of supply", "可供天数", "inventory", "days", "down", 18, STOCK),
    "stockout_rate": ("Stock-out rate", "缺货率", "inventory", "share", "down", 0.04, STOCK),
    "fill_rate": ("Fill rate", "满足率", "sales", "share", "up", 0.97, SALES),
    "net_revenue_budget": ("Net revenue planned", "净收入预算", "finance", "currency", "up", 380_000, LEDGER),
    "net_profit_budget": ("Net profit planned", "净利润预算", "finance", "currency", "up", 30_000, LEDGER),
    "account_movement": ("Movement", "发生额", "finance", "currency", "neutral", 9_000, LEDGER),
    "ar_open_amount": (
        "Open receivables",
        "应收余额",
        "finance",
        "currency",
        "down",
        180_000,
        (*LEDGER, "aging_bucket"),
    ),
    "ar_overdue_amount": ("Overdue", "逾期应收", "finance", "currency", "down", 40_000, LEDGER),
    "dso_days": ("Days sales outstanding", "应收账款周转天数", "finance", "days", "down", 41, ()),
    "days_to_collect": ("Days to collect", "回款天数", "finance", "days", "down", 34, LEDGER),
    "ap_open_amount": (
        "Open payables",
        "应付余额",
        "finance",
        "currency",
        "neutral",
        95_000,
        (*LEDGER, "aging_bucket"),
    ),
    "ap_overdue_amount": ("Overdue payables", "逾期应付", "finance", "currency", "down", 9_000, LEDGER),
}
GRAINS = ("day", "week", "month", "quarter", "year")
TYPES = {"currency": "money", "share": "share"}


def catalogue(language: str, areas: Sequence[str]) -> Json:
    """`GET /api/metrics`."""
    metrics = [_metric(name, language) for name, spec in METRICS.items() if spec[2] in areas]
    used = {name for metric in metrics for name in metric["dimensions"]}
    return {
        "metrics": metrics,
        "dimensions": [
            {
                "name": name,
                "label": label(name, language),
                "type": "text",
                "is_document": name == "order_number",
                "is_age": name == "aging_bucket",
            }
            for name in sorted(used)
        ],
        "grains": [{"name": name, "label": label(name, language)} for name in GRAINS],
        "hierarchies": {"items": ["item_category", "item"], "calendar": list(reversed(GRAINS))},
        "shows": list(SHOWS),
        "data_version": VERSION,
    }


def _metric(name: str, language: str) -> Json:
    english, chinese, area, unit, direction, _, dimensions = METRICS[name]
    return {
        "name": name,
        "label": chinese if language == "zh" else english,
        "description": f"{english} of the books, by posting day.",
        "expression": f"sum({name})",
        "conditions": [],
        "unit": unit,
        "owner": area,
        "marts": ["fct_sales_invoice_lines"],
        "type": TYPES.get(unit, "number"),
        "area": area,
        "good_direction": direction,
        "additivity": "additive",
        "synonyms": {},
        "dimensions": sorted(dimensions),
    }


def label(name: str, language: str) -> str:
    """A dimension or grain in words."""
    return LABELS.get(language, {}).get(name, name.replace("_", " ").capitalize())


def answer(question: Json, language: str) -> Json:
    """`POST /api/metrics/query`."""
    metrics, time = question["metrics"], question.get("time") or {}
    keys = [time["grain"]] if time.get("grain") else [each for each in question.get("group_by", ()) if each in GRAINS]
    dimensions = [each for each in question.get("group_by", ()) if each not in GRAINS]
    rows = [_row(key, metrics, question) for key in _keys(keys, dimensions, time)]
    rows = _limited(rows, question)
    return {
        "columns": _columns(keys, dimensions, metrics, question, language),
        "rows": rows,
        "totals": _figures(("total",), metrics, question) if question.get("totals") else None,
        "others": dict.fromkeys(metrics, "1234.50") if question.get("others") else None,
        "evidence": evidence(metrics, question, language),
    }


def _limited(rows: list[Json], question: Json) -> list[Json]:
    for order in reversed(question.get("order_by", [])):
        name = order.removeprefix("-")
        rows = sorted(rows, key=lambda row: _sortable(row[name]), reverse=order.startswith("-"))
    return rows[: question.get("limit")]


def _sortable(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return str(value)


def _keys(grains: Sequence[str], dimensions: Sequence[str], time: Json) -> Iterator[Json]:
    periods: list[str | None] = [*_periods(grains[0], time)] if grains else [None]
    for combination in product(periods, *(MEMBERS[name] for name in dimensions)):
        key = dict(zip([*grains, *dimensions], combination if grains else combination[1:], strict=True))
        yield key


def _periods(grain: str, time: Json) -> Iterator[str]:
    start = date.fromisoformat(time.get("start", "2025-04-01"))
    end = date.fromisoformat(time.get("end", "2026-03-16"))
    day = start.replace(day=1) if grain in {"month", "quarter", "year"} else start
    while day <= end:
        yield day.isoformat()
        day = _next(day, grain)


def _next(day: date, grain: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months is None:
        return day + timedelta(days=7 if grain == "week" else 1)
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _row(key: Json, metrics: Sequence[str], question: Json) -> Json:
    return {**key, **_figures(tuple(key.values()), metrics, question)}


def _figures(key: tuple[Any, ...], metrics: Sequence[str], question: Json) -> Json:
    found: Json = {}
    for name in metrics:
        value = _value(name, key)
        found[name] = _text(name, value)
        if question.get("compare"):
            before = _value(name, (*key, "before"))
            found[f"{name}_previous"] = _text(name, before)
            found[f"{name}_change"] = _text(name, value - before)
            found[f"{name}_change_share"] = str(round((value - before) / abs(before), 6))
    return found


def _value(name: str, key: tuple[Any, ...]) -> Decimal:
    digest = hashlib.sha256(repr((name, key)).encode()).digest()
    swing = Decimal(digest[0]) / 255 * Decimal("0.6") + Decimal("0.7")
    return (Decimal(str(METRICS[name][5])) * swing).quantize(Decimal("0.0001"))


def _text(name: str, value: Decimal) -> Any:
    unit = METRICS[name][3]
    if unit == "count":
        return int(value)
    return str(value.quantize(Decimal("0.01") if unit == "currency" else Decimal("0.0001")))


def _columns(
    grains: Sequence[str], dimensions: Sequence[str], metrics: Sequence[str], question: Json, language: str
) -> list[Json]:
    found = [_column(name, label(name, language), "date", None, "time") for name in grains]
    found += [_column(name, label(name, language), "text", None, "dimension") for name in dimensions]
    for name in metrics:
        described = _metric(name, language)
        found.append(_column(name, described["label"], described["type"], described["unit"], "metric"))
        if question.get("compare"):
            for suffix, role in (("previous", "previous"), ("change", "change"), ("change_share", "change_share")):
                kind = "share" if role == "change_share" else described["type"]
                found.append(_column(f"{name}_{suffix}", f"{described['label']} ({role})", kind, None, role))
    return found


def _column(name: str, words: str, kind: str, unit: str | None, role: str) -> Json:
    return {"name": name, "label": words, "type": kind, "unit": unit, "role": role}


def evidence(metrics: Sequence[str], question: Json, language: str) -> Json:
    """What stands behind an answer."""
    time = question.get("time") or {}
    filters = [
        f"{each['field']} {each['op']} {', '.join(map(str, each['values']))}" for each in question.get("where", ())
    ]
    filters += [f"from {time['start']}"] if "start" in time else []
    return {
        "definitions": [_metric(name, language) for name in metrics],
        "sql": "select\n  sum(revenue_amount) as net_revenue\nfrom marts.fct_sales_invoice_lines",
        "statements": {"rows": "select 1"},
        "data_version": VERSION,
        "watermark": WATERMARK,
        "loaded_at": WATERMARK,
        "filters": filters,
    }


def pivot(asked: Json, language: str) -> Json:
    """`POST /api/metrics/pivot`: the finest level and the totals of rows; one total column."""
    measures = [each if isinstance(each, dict) else {"metric": each} for each in asked["metrics"]]
    names = [each["metric"] for each in measures]
    rows = asked.get("rows", [])
    time = asked.get("time") or {}
    grains, dimensions = [each for each in rows if each in GRAINS], [each for each in rows if each not in GRAINS]
    lines = [({name: key[name] for name in rows}, len(rows)) for key in _keys(grains, dimensions, time)] + [({}, 0)]
    plain: Json = {"others": None, "is_collapsed": False, "where": []}
    plain_form = {"places": None, "scale": "ones", "negative": "minus", "shows_unit": True}
    form = plain_form | (measures[0].get("format") or {})
    return {
        "query": asked,
        "dimensions": _columns(grains, dimensions, [], asked, language),
        "metrics": [
            {**column, "metric": column["name"], "format": form} for column in _columns([], [], names, {}, language)
        ],
        "columns": [{"keys": {}, "level": 0, **plain}],
        "rows": [
            {
                "keys": keys,
                "level": level,
                "measure": None,
                **plain,
                "cells": [_figures(tuple(keys.values()), names, {})],
                "styles": [{names[0]: "bad"} if measures[0].get("conditions") else {}],
            }
            for keys, level in lines
        ],
        "where": asked.get("where", []),
        "notes": [],
        "evidence": evidence(names, asked, language),
    }


def step(asked: Json, language: str) -> Json:
    """`POST /api/metrics/pivot/step`: one dimension of the cell alone; of periods the days."""
    before = asked["pivot"]
    named = {name: each for name, each in asked["cell"].items() if name not in GRAINS}
    where = [*before.get("where", []), *({"field": name, "op": "eq", "values": [each]} for name, each in named.items())]
    return pivot({**before, "rows": [asked["to"]], "columns": [], "where": where}, language)


def documents(asked: Json, language: str) -> Json:
    """`POST /api/metrics/drill`."""
    name = asked["metric"]
    rows = [
        {
            "invoiced_on": f"2026-03-{day:02}",
            "document_type": "sales_invoice",
            "invoice_id": f"018f0000-0000-7000-8000-0000000000{day:02}",
            "invoice_number": f"SI-2026-{day:05}",
            name: f"{day * 100}.00",
            "lines": 2,
        }
        for day in range(1, 4)
    ]
    part = {
        "metric": name,
        "label": _metric(name, language)["label"],
        "mart": "fct_sales_invoice_lines",
        "columns": list(rows[0]),
        "rows": rows,
        "total": "600.00",
        "documents": 3,
        "adds_up": True,
    }
    return {"metric": name, "value": "600.00", "inputs": [part], "evidence": evidence([name], asked, language)}


Statement = Callable[[Mapping[str, str]], Json]


def statement(kind: str, language: str) -> Json:
    """`GET /api/metrics/statements/<kind>`."""
    return {
        "trial-balance": _trial_balance,
        "balance-sheet": _balance_sheet,
        "income-statement": _income,
        "cash-flow": _cash_flow,
    }[kind](language)


def _named(names: Sequence[str], amounts: Sequence[str], language: str) -> list[Json]:
    found = [_column(name, label(name, language), "text", None, "dimension") for name in names]
    return found + [_column(name, name.capitalize(), "money", "currency", "metric") for name in amounts]


def _trial_balance(language: str) -> Json:
    rows = [
        {
            "account_code": code,
            "account": name,
            "opening": opening,
            "debit_amount": debit,
            "credit_amount": credit,
            "closing": closing,
        }
        for code, name, opening, debit, credit, closing in (
            ("1100", "Bank", "100.00", "50.00", "0.00", "150.00"),
            ("1200", "Receivables", "50.00", "20.00", "50.00", "20.00"),
            ("4000", "Revenue", "-150.00", "0.00", "20.00", "-170.00"),
        )
    ]
    return {
        "columns": _named(
            ("account_code", "account"), ("opening", "debit_amount", "credit_amount", "closing"), language
        ),
        "rows": rows,
        "totals": {"opening": "0.00", "debit_amount": "70.00", "credit_amount": "70.00", "closing": "0.00"},
        "is_balanced": True,
        "evidence": evidence(["net_revenue"], {}, language),
    }


def _balance_sheet(language: str) -> Json:
    lines = (
        ("asset", "cash", "1100", "Bank", "150.00"),
        ("asset", "receivables", "1200", "Receivables", "20.00"),
        ("liability", "payables", "2100", "Payables", "30.00"),
        ("equity", "current_profit", None, None, "140.00"),
    )
    rows = [
        {"account_type": kind, "statement_line": line, "account_code": code, "account": name, "amount": amount}
        for kind, line, code, name, amount in lines
    ]
    return {
        "columns": _named(("account_type", "statement_line", "account_code", "account"), ("amount",), language),
        "rows": rows,
        "totals": {"assets": "170.00", "liabilities": "30.00", "equity": "140.00"},
        "is_balanced": True,
        "evidence": evidence(["net_revenue"], {}, language),
    }


def _cash_flow(language: str) -> Json:
    lines = (
        ("operating", None, "net_profit", "140.00"),
        ("operating", "1200", "Receivables", "-20.00"),
        ("financing", "3000", "Share capital", "30.00"),
        ("unclassified", "1900", "Clearing", "5.00"),
    )
    rows = [
        {"section": section, "account_code": code, "account": name, "amount": amount}
        for section, code, name, amount in lines
    ]
    totals = {"operating": "120.00", "investing": "0.00", "financing": "30.00", "unclassified": "5.00"}
    error = {"account_code": "1900", "account": "Clearing", "amount": "5.00", "code": "account_without_class"}
    return {
        "columns": _named(("section", "account_code", "account"), ("amount",), language),
        "rows": rows,
        "totals": {**totals, "change_of_cash": "155.00", "opening_cash": "100.00", "closing_cash": "255.00"},
        "errors": [error],
        "is_balanced": False,
        "evidence": evidence(["net_revenue"], {}, language),
    }


def _income(language: str) -> Json:
    names = ("net_revenue", "gross_margin", "operating_profit", "net_revenue_budget")
    question: Json = {"metrics": list(names), "compare": "previous_year"}
    found = answer(question, language)
    return {
        "columns": found["columns"],
        "rows": found["rows"],
        "totals": found["rows"][0],
        "is_balanced": True,
        "evidence": found["evidence"],
    }
