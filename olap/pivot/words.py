"""The words of cross tables in the languages of readers."""

from __future__ import annotations

from collections.abc import Mapping

from olap.pivot.query import Measure

Words = Mapping[str, str]

_WORDS: Mapping[str, Words] = {
    "en": {
        "total": "Total",
        "others": "Others",
        "blank": "(none)",
        "figure": "Figure",
        "previous": "Before",
        "change": "Change",
        "change_share": "Change %",
        "to_date": "{grain} to date",
        "rolling": "last {count} {grain}",
        "grain_day": "day",
        "grain_week": "week",
        "grain_month": "month",
        "grain_quarter": "quarter",
        "grain_year": "year",
        "grain_fiscal_period": "fiscal period",
        "grain_fiscal_quarter": "fiscal quarter",
        "grain_fiscal_year": "fiscal year",
        "grain_range": "range",
        "rolling_day": "days",
        "rolling_week": "weeks",
        "rolling_month": "months",
        "rolling_quarter": "quarters",
        "rolling_year": "years",
        "rolling_period": "periods",
        "percent_of_row": "% of row",
        "percent_of_column": "% of column",
        "percent_of_parent_row": "% of parent row",
        "percent_of_parent_column": "% of parent column",
        "percent_of_total": "% of total",
        "running_total": "running total",
        "running_share": "running share",
        "rank": "rank",
        "difference": "difference",
        "difference_share": "difference share",
    },
    "zh": {
        "total": "合计",
        "others": "其他",
        "blank": "未填",
        "figure": "指标",
        "previous": "上期",
        "change": "变动",
        "change_share": "变动率",
        "to_date": "{grain}至今",
        "rolling": "最近{count}个{grain}",
        "grain_day": "日",
        "grain_week": "本周",
        "grain_month": "本月",
        "grain_quarter": "本季度",
        "grain_year": "本年",
        "grain_fiscal_period": "本会计期间",
        "grain_fiscal_quarter": "本财季",
        "grain_fiscal_year": "本财年",
        "grain_range": "所选期间",
        "rolling_day": "日",
        "rolling_week": "周",
        "rolling_month": "月",
        "rolling_quarter": "季度",
        "rolling_year": "年",
        "rolling_period": "期间",
        "percent_of_row": "占行比例",
        "percent_of_column": "占列比例",
        "percent_of_parent_row": "占上级行比例",
        "percent_of_parent_column": "占上级列比例",
        "percent_of_total": "占总计比例",
        "running_total": "累计",
        "running_share": "累计占比",
        "rank": "排名",
        "difference": "较上期变动",
        "difference_share": "较上期变动率",
    },
}


def words_of(locale: str) -> Words:
    """The words of a language; English where it has none."""
    return _WORDS.get(locale.partition("-")[0], _WORDS["en"])


def measure_label(label: str, measure: Measure, words: Words) -> str:
    """A metric's label with what makes this figure another one."""
    said, window = [], measure.window
    if window is not None and window.to_date:
        grain = words.get(f"grain_{window.to_date}", window.to_date.replace("_", " "))
        said.append(words["to_date"].format(grain=grain))
    elif window is not None:
        grain = words.get(f"rolling_{window.grain}", words["rolling_period"])
        said.append(words["rolling"].format(count=window.rolling, grain=grain))
    if measure.show is not None:
        said.append(words[measure.show])
    return f"{label} ({', '.join(said)})" if said else label
