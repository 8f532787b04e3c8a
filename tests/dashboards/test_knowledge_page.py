"""The page of the knowledge base: what is kept, for whom, why one cannot be read; added and taken away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.reading import OpenPage, text_of

PATH = "/api/ai/knowledge"


def _kept(**given: Any) -> dict[str, Any]:
    return {
        "id": "d1",
        "source": "travel.md",
        "title": "Travel rules",
        "roles": [],
        "revision": 2,
        "state": "ready",
        "reason": "",
        "pieces": 4,
        "embedding": "",
        "updated_at": "2026-03-04T02:00:00+00:00",
        **given,
    }


def _filled(fake: FakeApi) -> None:
    scan = _kept(id="d2", source="scan.pdf", title="Scan", state="unreadable", reason="no_text", roles=["buyer"])
    fake.records.by_path[PATH] = [_kept(), scan]


@pytest.mark.feature("5.8.1")
def test_documents_are_listed_with_version_readers_and_the_reason_of_the_unreadable(
    fake: FakeApi, open_page: OpenPage
) -> None:
    _filled(fake)
    page = open_page("knowledge")
    assert not page.exception
    [shown] = page.dataframe
    assert list(shown.value["title"]) == ["Travel rules", "Scan"]
    assert list(shown.value["revision"].astype(int)) == [2, 2]
    assert list(shown.value["readers"]) == ["everybody", "buyer"]
    assert "there is no text in it" in shown.value["state"][1]
    [chinese] = open_page("knowledge", locale="zh-CN").dataframe
    assert "无法读取" in chinese.value["state"][1]


@pytest.mark.feature("5.8.1")
def test_a_document_is_added_for_some_roles_and_taken_away(fake: FakeApi, open_page: OpenPage) -> None:
    fake.records.by_path["/api/permission/roles"] = [{"id": "r1", "code": "buyer", "name": "Buyer", "version": 1}]
    page = open_page("knowledge")
    page.file_uploader(key="knowledge_file").set_value(("rules.md", b"Meals cost 47.50.", "text/markdown"))
    page.segmented_control(key="knowledge_readers").select("roles").run()
    assert page.button(key="knowledge_keep").disabled, "some roles are none yet"
    page.multiselect(key="knowledge_roles").select("buyer").run()
    page.button(key="knowledge_keep").click().run()
    assert not page.exception
    [sent] = [body for method, path, body in fake.asked if (method, path) == ("POST", PATH)]
    assert sent == {"file": ["rules.md", "Meals cost 47.50."], "source": "", "title": "", "roles": "buyer"}
    [kept] = fake.records.by_path[PATH]
    page.selectbox(key="knowledge_gone").select(kept["id"]).run()
    page.button(key="knowledge_delete").click().run()
    assert not page.exception
    assert fake.records.by_path[PATH] == []


@pytest.mark.feature("5.8.1")
def test_who_only_reads_is_offered_no_change(fake: FakeApi, open_page: OpenPage) -> None:
    _filled(fake)
    fake.permissions = ("knowledge.read",)
    page = open_page("knowledge")
    assert "Travel rules" in list(page.dataframe[0].value["title"])
    assert not page.file_uploader
    # Beside the own name: one more login of one's own, and the way out.
    assert [button.label for button in page.button] == ["Add", "Sign out"]
    fake.permissions = ("metric.read",)
    page = open_page("knowledge")
    assert not page.dataframe
    assert "Travel rules" not in text_of(page)
