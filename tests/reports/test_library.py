"""Ready reports over HTTP: a copy is one's own, and the original stays as it is."""

from __future__ import annotations

from tests.reports.conftest import Office

KEY = "net_revenue_by_customer"


def test_a_copy_is_ones_own_and_the_original_stays(office: Office) -> None:
    def ready() -> object:
        return next(each for each in office.call("ada", "GET", "/api/report/library")["items"] if each["key"] == KEY)

    before = ready()
    made = office.call("ada", "POST", f"/api/report/library/{KEY}/copy", {}, status=201)
    path = f"/api/report/reports/{made['id']}"
    changed = {"definition": {"question": {"metrics": ["order_count"]}}, "version": made["version"]}
    assert office.call("ada", "PATCH", path, changed)["definition_version"] == 2
    assert office.call("ada", "POST", f"{path}/run", {})["rows"] == [{"order_count": 6}]
    assert ready() == before
    for question, wrong in (
        ({"metrics": ["order_cuont"]}, "question/metrics/0"),
        ({"metrics": ["order_count"], "group_by": ["moon"]}, "question/group_by/0"),
    ):
        asked = {"definition": {"question": question}}
        for method, address, more in (
            ("PATCH", path, {"version": 2}),
            ("POST", "/api/report/reports", {"name": "New"}),
        ):
            refused = office.call("ada", method, address, asked | more, status=422)
            assert [each["path"] for each in refused["errors"]] == [wrong]
    office.call("sam", "GET", path, status=404)
