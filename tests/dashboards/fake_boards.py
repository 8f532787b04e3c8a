"""Dashboards as the pages meet them."""

from __future__ import annotations

from typing import Any

from tests.dashboards import fake_numbers as numbers

Json = dict[str, Any]
_BY = {"metrics": ["net_revenue"], "group_by": ["customer"], "totals": True}
TILES: list[Json] = [
    {
        "id": "1",
        "title": "Revenue",
        "width": "third",
        "definition": {
            "kind": "table",
            "question": {"metrics": ["net_revenue"], "totals": True},
            "chart": {"type": "number", "metric": "net_revenue"},
        },
    },
    {
        "id": "2",
        "title": "By customer",
        "width": "half",
        "definition": {"kind": "table", "question": _BY, "chart": {"type": "bar", "metric": "net_revenue"}},
    },
]
BOARD: Json = {
    "id": "018f0000-0000-7000-8000-0000000000d1",
    "name": "Morning look",
    "owner_id": "u1",
    "version": 2,
    "tiles": TILES,
    "may_edit": True,
}
READY: list[Json] = [{"key": "sales", "name": "Sales", "tiles": TILES}]
VERSIONS: list[Json] = [
    {"number": 2, "name": "Morning look", "at": numbers.WATERMARK, "by": "u1", "tiles": TILES},
    {"number": 1, "name": "First", "at": numbers.WATERMARK, "by": "u1", "tiles": TILES[:1]},
]


def _shown(language: str) -> Json:
    tiles = []
    for each in TILES:
        found = numbers.answer(each["definition"]["question"], language)
        tiles.append(
            {
                "id": each["id"],
                "title": each["title"],
                "width": each["width"],
                "columns": found["columns"],
                "rows": found["rows"],
                "levels": [0] * len(found["rows"]),
                "totals": found["totals"],
                "evidence": found["evidence"],
                "left_out": [],
                "definition_version": None,
                "is_preview": False,
                "notes": {},
                "chart": {**each["definition"]["chart"], "unfit": None},
                "unfiltered": ["warehouse"] if each["id"] == "1" else [],
                "where": [],
            }
        )
    return {"data_version": numbers.VERSION, "loaded_at": numbers.WATERMARK, "tiles": tiles}


def answer(method: str, path: str, body: Any, language: str) -> tuple[int, Any]:
    """What the server says to the page Dashboards."""
    lists = {"/api/report/boards": READY, "/api/report/dashboards": [BOARD], "/versions": VERSIONS, "/shares": []}
    if path.endswith("/show"):
        return 200, _shown(language)
    found = next((lists[end] for end in lists if path.endswith(end)), None)
    if method == "GET" and found is not None:
        return 200, {"items": found, "next_cursor": None, "total": None}
    if method == "GET":
        return 200, BOARD
    return 201, {**BOARD, **(body or {}), "version": BOARD["version"] + 1}
