"""Dashboards of saved questions: ready ones of roles, and one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from dashboards.client import Problem
from dashboards.data.metrics import reader
from dashboards.session import api

Json = Mapping[str, Any]
_FILTER = re.compile(r"where/(\d+)/field")
READY, OWN = "/api/report/boards", "/api/report/dashboards"


def ready() -> Sequence[Json]:
    """The ready dashboards with a tile that the reader may see, and those tiles.  Raises: Problem."""
    found: Sequence[Json] = reader().get(READY)["items"]
    return found


def own() -> Sequence[Json]:
    """Those the reader made, or was shown.  Raises: Problem."""
    found: Sequence[Json] = api().get(OWN, limit=200)["items"]
    return found


def one(dashboard_id: str) -> Json:
    """One of them with its tiles.  Raises: Problem."""
    found: Json = api().get(f"{OWN}/{dashboard_id}")
    return found


def versions(dashboard_id: str) -> Sequence[Json]:
    """What it was each time it was saved, newest first.  Raises: Problem."""
    found: Sequence[Json] = api().get(f"{OWN}/{dashboard_id}/versions")["items"]
    return found


def figures(path: str, asked: Json) -> Json:
    """All tiles with their figures, from one load.  Raises: Problem.

    A page keeps its filters from board to board: those that no tile of this one knows are left out, and each tile
    says so.
    """
    try:
        found: Json = reader().post(f"{path}/show", asked)
    except Problem as problem:
        places = [_FILTER.fullmatch(each) for each in problem.fields]
        if problem.status != HTTPStatus.UNPROCESSABLE_ENTITY or not places or not all(places):
            raise
        left_out = {int(place[1]) for place in places if place}
    else:
        return found
    where = asked["where"]
    names = [str(where[place]["field"]) for place in sorted(left_out)]
    rest = [each for place, each in enumerate(where) if place not in left_out]
    shown: Json = reader().post(f"{path}/show", {**asked, "where": rest})
    return {**shown, "tiles": [{**tile, "unfiltered": [*tile["unfiltered"], *names]} for tile in shown["tiles"]]}
