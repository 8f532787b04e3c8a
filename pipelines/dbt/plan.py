"""What a micro-batch runs: the incremental SQL that dbt compiled, model by model, kept between starts.

dbt remains the definition. It compiles each mart once against the built warehouse; the text is then run as it is,
many marts in one transaction, without dbt's second of overhead. The one value that moves from batch to batch is the
mart's floor, which the macro `batch_floor` marks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.checks.expectations import Expectation, declared_expectations
from pipelines.dbt.project import DbtProject
from pipelines.dbt.runner import WarmDbt

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_STORED = frozenset({"table", "incremental"})
_LIVE = frozenset({"view", "ephemeral"})
_STRATEGIES = frozenset({"delete+insert", "append", None})
_HOOK_MARK = "__before_"


class PlanRefused(RuntimeError):
    """A model uses something that micro-batches cannot run; the message names it."""


@dataclass(frozen=True, slots=True)
class MartPlan:
    """How one stored model is brought up to date.

    `key` replaces rows as a whole: all rows of a key that the SQL returns take the place of those stored. Without a
    key an incremental model only appends; a table is compared and replaced as a whole.
    """

    name: str
    schema: str
    is_incremental: bool
    key: tuple[str, ...]
    code: str
    before: tuple[str, ...]
    sources: tuple[str, ...]
    expectations: tuple[Expectation, ...] = ()
    declared_columns: tuple[str, ...] = ()

    @property
    def relation(self) -> str:
        """The table, `<schema>.<name>`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All stored models, each after those it reads from."""

    fingerprint: str
    marts: tuple[MartPlan, ...]

    def touched_by(self, tables: Iterable[str]) -> list[MartPlan]:
        """The models that read, however indirectly, from any of these landing tables; in order."""
        changed = frozenset(tables)
        return [mart for mart in self.marts if changed.intersection(mart.sources)]


def stored_marts(target: Path) -> list[MartPlan]:
    """The marts of the plan kept in this folder, those that readers see.  Raises: FileNotFoundError."""
    kept = json.loads((target / "plan.json").read_bytes())
    return [mart for mart in map(_read_mart, kept["marts"]) if mart.schema == "marts"]


def load_plan(project: DbtProject, fingerprint: str) -> Plan | None:
    """The plan kept on disk, or nothing when the project has changed since."""
    try:
        kept = json.loads((project.target / "plan.json").read_bytes())
    except FileNotFoundError:
        return None
    if kept["fingerprint"] != fingerprint:
        return None
    return Plan(fingerprint, tuple(_read_mart(mart) for mart in kept["marts"]))


def make_plan(dbt: WarmDbt, fingerprint: str) -> Plan:
    """The plan, compiled by dbt against the built warehouse and kept on disk.  Raises: PlanRefused, DbtFailed."""
    manifest = dbt.manifest
    nodes: Mapping[str, Any] = manifest.nodes
    models = [nodes[unique_id] for unique_id in _in_order(manifest)]
    stored = [model for model in models if model.config.materialized in _STORED]
    for model in models:
        _check(model)
    hooks = {model.unique_id: _hook_clones(model) for model in stored}
    promises = declared_expectations(manifest)
    code = _compile(dbt, [clone for clones in hooks.values() for clone in clones])
    marts = tuple(
        MartPlan(
            name=model.alias,
            schema=model.schema,
            is_incremental=model.config.materialized == "incremental",
            key=_key(model.config.unique_key),
            code=code[model.unique_id],
            before=tuple(filter(None, (code[clone.unique_id].strip() for clone in hooks[model.unique_id]))),
            sources=tuple(sorted(_sources_of(manifest, model.unique_id))),
            expectations=tuple(promises.get(model.alias, ())),
            declared_columns=tuple(model.columns) if model.config.contract.enforced else (),
        )
        for model in stored
    )
    plan = Plan(fingerprint, marts)
    fresh = dbt.project.target / "plan.new"
    fresh.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    fresh.replace(dbt.project.target / "plan.json")
    return plan


def _compile(dbt: WarmDbt, clones: Sequence[Any]) -> dict[str, str]:
    """Compiled text by node. A hook is compiled as a model of the same table, so that `this` means the same."""
    nodes = dbt.manifest.nodes
    nodes.update({clone.unique_id: clone for clone in clones})
    try:
        # Stored models only: views and tests are more than twice as many, and no batch runs them.
        results = dbt.run("compile", select=[f"config.materialized:{kind}" for kind in sorted(_STORED)])
    finally:
        for clone in clones:
            del nodes[clone.unique_id]
    return {result.unique_id: result.compiled_code or "" for result in results}


def _hook_clones(model: Any) -> list[Any]:
    clones = []
    for position, hook in enumerate(model.config.pre_hook):
        clone = copy(model)
        clone.unique_id = f"{model.unique_id}{_HOOK_MARK}{position}"
        clone.name = f"{model.name}{_HOOK_MARK}{position}"
        clone.raw_code = hook.sql
        clones.append(clone)
    return clones


def _check(model: Any) -> None:
    config = model.config
    reason = None
    if config.materialized not in _STORED | _LIVE:
        reason = f"the materialization {config.materialized}"
    elif config.post_hook:
        reason = "a post-hook"
    elif config.materialized == "incremental" and config.incremental_strategy not in _STRATEGIES:
        reason = f"the incremental strategy {config.incremental_strategy}"
    if reason is not None:
        raise PlanRefused(f"{model.name} uses {reason}, which micro-batches cannot run: use delete+insert or a table.")


def _key(unique_key: str | Sequence[str] | None) -> tuple[str, ...]:
    if unique_key is None:
        return ()
    return (unique_key,) if isinstance(unique_key, str) else tuple(unique_key)


def _in_order(manifest: Manifest) -> list[str]:
    """Models, each after its parents; by name where the order is free, so that two plans are equal."""
    nodes: Mapping[str, Any] = manifest.nodes
    waiting = {
        unique_id: {parent for parent in node.depends_on.nodes if parent.startswith("model.")}
        for unique_id, node in nodes.items()
        if node.resource_type == "model" and node.config.enabled
    }
    ordered: list[str] = []
    while waiting:
        ready = sorted(unique_id for unique_id, parents in waiting.items() if not parents & waiting.keys())
        ordered += ready
        for unique_id in ready:
            del waiting[unique_id]
    return ordered


def _sources_of(manifest: Manifest, unique_id: str) -> set[str]:
    """Bare names of the landing tables a model reads from, through whatever lies between."""
    nodes: Mapping[str, Any] = manifest.nodes
    found: set[str] = set()
    to_visit, visited = [unique_id], {unique_id}
    while to_visit:
        node = to_visit.pop()
        if node.startswith("source."):
            found.add(manifest.sources[node].identifier)
        elif node in nodes:
            parents = [parent for parent in nodes[node].depends_on.nodes if parent not in visited]
            visited.update(parents)
            to_visit += parents
    return found


def _read_mart(kept: dict[str, Any]) -> MartPlan:
    promises = tuple(Expectation(p["kind"], tuple(p["columns"]), tuple(p["values"])) for p in kept["expectations"])
    lists = {name: tuple(kept[name]) for name in ("key", "before", "sources", "declared_columns")}
    return MartPlan(**{**kept, **lists, "expectations": promises})
