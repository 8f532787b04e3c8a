"""Declared records and documents: what there is, lists, single records, and words for what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.client import Problem
from dashboards.data.cache import ANSWERS, VERSIONS
from dashboards.session import api, locale, viewer
from dashboards.words import label_of

PAGE_ROWS = 50
CHOICES_MAX = 300
_IDS_AT_ONCE = 200
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A collection as far as the reader may use it."""

    raw: Json

    @property
    def thing(self) -> str:
        """The word for one of them."""
        return str(self.raw["thing"])

    @property
    def path(self) -> str:
        """Where the collection is served."""
        return str(self.raw["path"])

    @property
    def module(self) -> str:
        """The part of the program it belongs to."""
        return str(self.raw["module"])

    @property
    def label(self) -> str:
        """What one of them is called in the reader's language."""
        return label_of("thing", self.thing)

    @property
    def fields(self) -> Mapping[str, Json]:
        """The fields by name."""
        return {str(each["name"]): each for each in self.raw["fields"]}

    def fields_of_lines(self, name: str) -> Mapping[str, Json]:
        """The fields of a document's lines by name."""
        lines = next((each for each in self.raw["lines"] if each["name"] == name), None)
        return {str(each["name"]): each for each in lines["fields"]} if lines else {}

    def may(self, action: str) -> bool:
        """Whether the reader may do something with them."""
        return action in self.raw["actions"]

    def name_of(self, record: Json) -> str:
        """What people call a record: its number, or its code and name."""
        if record.get("fiscal_year") and "journal" in record:
            return f"{record['journal']} {record['fiscal_year']}/{record['number']}"
        parts = [str(record[name]) for name in ("number", "code", "name") if record.get(name)]
        if parts:
            return " · ".join(parts)
        keys = [str(record[name]) for name in self.raw["key"] if record.get(name) and not name.endswith("_id")]
        return " · ".join(keys) or str(record.get("id", ""))[:8]


def declarations() -> Mapping[str, Declaration]:
    """Every collection the reader may read, by the word for one of them.  Raises: Problem."""
    person, client = viewer(), api()
    key = ("declared", person.rights_hash if person else "nobody", client.base_url)
    items = ANSWERS.get(key, lambda: client.get("/api/system/resources")["items"])
    return {str(each["thing"]): Declaration(each) for each in items}


def openapi() -> Json:
    """The description of the interface, from which forms are made.  Raises: Problem."""
    client = api()
    found: Json = ANSWERS.get(("openapi", client.base_url), lambda: client.get("/openapi.json"))
    return found


def has_route(path: str) -> bool:
    """Whether the server has anything at a path; asked with a method that changes nothing.  Raises: Problem."""
    client = api()
    return ANSWERS.get(("route", path, client.base_url), lambda: _has_route(path))


def _has_route(path: str) -> bool:
    try:
        api().get(path)
    except Problem as problem:
        if problem.status >= 500 or problem.status == 401:  # noqa: PLR2004  # says nothing about the path
            raise
        return problem.status != 404  # noqa: PLR2004  # a path that takes other methods says 405
    return True


def page(path: str, **parameters: Any) -> Json:
    """One page of a collection, as it is now.  Raises: Problem."""
    found: Json = api().get(path, **parameters)
    return found


def count(path: str, **conditions: str) -> int:
    """How many records of a collection pass conditions now.  Raises: Problem."""
    return int(page(path, limit=1, include_total="true", **conditions)["total"])


def record(path: str, record_id: str) -> Json:
    """A record as it is now.  Raises: Problem."""
    found: Json = api().get(f"{path}/{record_id}")
    return found


def trail(path: str, record_id: str, name: str) -> Sequence[Json]:
    """A record's history or postings.  Raises: Problem."""
    found: Sequence[Json] = api().get(f"{path}/{record_id}/{name}")["items"]
    return found


def choices(declaration: Declaration, *, search: str = "", chosen: str | None = None) -> tuple[dict[str, str], bool]:
    """Records to choose from by id, and whether there are more than these; the chosen one is always among them."""
    key = ("choices", declaration.path, search, _who())
    found = VERSIONS.get(key, lambda: page(declaration.path, q=search or None, limit=CHOICES_MAX))
    named = {identity(each): declaration.name_of(each) for each in found["items"]}
    if chosen and chosen not in named:
        named = {**names(declaration, [chosen]), **named}
    return dict(sorted(named.items(), key=lambda item: item[1].lower())), found["next_cursor"] is not None


def words_in(path: str, name: str) -> list[str]:
    """The words that a field of a collection holds, each once; none where the reader may not look them up."""
    key = ("words", path, name, _who())
    try:
        found = VERSIONS.get(key, lambda: page(path, limit=CHOICES_MAX))
    except Problem as problem:
        if problem.status in {403, 404}:
            return []
        raise
    return sorted({str(each[name]) for each in found["items"] if each.get(name)})


def names(declaration: Declaration, ids: Iterable[Any]) -> dict[str, str]:
    """What people call the records with these ids; an id that leads nowhere for the reader is left out."""
    wanted = sorted({str(each) for each in ids if each})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        some = wanted[start : start + _IDS_AT_ONCE]
        key = ("names", declaration.path, some, _who())
        found |= ANSWERS.get(key, lambda some=some: _names(declaration, some))  # type: ignore[misc]
    return found


def _names(declaration: Declaration, some: Sequence[str]) -> dict[str, str]:
    try:
        items = page(declaration.path, limit=len(some), **{f"{_identity_name(declaration)}__in": ",".join(some)})[
            "items"
        ]
    except Problem as problem:
        if problem.status in {403, 404, 422}:
            return {}
        raise
    return {identity(each): declaration.name_of(each) for each in items}


def identity(each: Json) -> str:
    """What tells a record from others: its id, or its code where it has none."""
    return str(each.get("id") or each.get("code"))


def _identity_name(declaration: Declaration) -> str:
    return "id" if "id" in declaration.fields else "code"


def _who() -> tuple[str, str, str]:
    person = viewer()
    return person.rights_hash if person else "nobody", locale(), api().base_url
