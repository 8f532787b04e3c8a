"""dbt inside this process: imported once, its manifest held, one command at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.dbt.project import DbtProject, environment_of

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

# dbt keeps flags and adapters in globals of the process.
_ONE_AT_A_TIME = threading.Lock()
_MESSAGES_MAX = 5


class DbtFailed(RuntimeError):
    """A dbt command did not succeed; the message carries what dbt said about the first nodes that failed."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """How one model or test of a command ended."""

    unique_id: str
    status: str
    seconds: float
    message: str | None
    compiled_code: str | None

    @property
    def succeeded(self) -> bool:
        """Whether it did what it should; a warning counts as success, a skip does not."""
        return self.status in {"success", "pass", "warn"}


class WarmDbt:
    """A dbt that answers in milliseconds what a new process needs seconds for."""

    def __init__(self, project: DbtProject) -> None:
        self.project = project
        self._manifest: Manifest | None = None

    @property
    def manifest(self) -> Manifest:
        """The parsed project, from memory or as it was parsed before; parsed first when its files have changed."""
        if self._manifest is None and self.project.is_parsed():
            self._manifest = _read_manifest(self.project.parsed_file)
        if self._manifest is None:
            self.parse()
        if self._manifest is None:
            raise DbtFailed("dbt parsed the project without giving its manifest.")
        return self._manifest

    def parse(self) -> None:
        """Read the project's files into a manifest, in memory and on disk.  Raises: DbtFailed."""
        with self.project.being_parsed():
            # Another process may have parsed them while this one waited.
            self._manifest = _read_manifest(self.project.parsed_file) if self.project.is_parsed() else None
            if self._manifest is None:
                result = self._invoke(["parse"], manifest=None)
                self._manifest = result.result
                self.project.mark_parsed()

    def run(self, command: str, *, select: Sequence[str] = (), options: Sequence[str] = ()) -> list[NodeResult]:
        """The result of each node that a command such as `run`, `build`, `compile` or `test` touched.

        Raises: DbtFailed when a model could not be built; failed tests come back as results.
        """
        chosen = ["--select", " ".join(select)] if select else []
        outcome = self._invoke([command, *chosen, *options], manifest=self.manifest)
        results = [_node_result(result) for result in getattr(outcome.result, "results", ())]
        broken = [r for r in results if not r.succeeded and not r.unique_id.startswith("test.")]
        if outcome.exception is not None and not results:
            raise DbtFailed(f"dbt {command} failed: {outcome.exception}")
        if broken:
            said = "; ".join(f"{r.unique_id}: {(r.message or r.status).strip()}" for r in broken[:_MESSAGES_MAX])
            raise DbtFailed(f"dbt {command} failed for {len(broken)} nodes: {said}")
        return results

    def _invoke(self, command: Sequence[str], *, manifest: Manifest | None) -> Any:
        from dbt.cli.main import dbtRunner  # noqa: PLC0415  # three seconds to import

        runner: dbtRunner = dbtRunner(manifest=manifest)
        quiet = ["--quiet", "--no-use-colors", "--log-level-file", "none", "--no-write-json"]
        if command[0] == "parse":
            quiet.remove("--no-write-json")
        with _ONE_AT_A_TIME, environment_of(self.project):
            outcome = runner.invoke([*quiet, *command, *self.project.arguments()])
        if command[0] == "parse" and not outcome.success:
            raise DbtFailed(f"dbt cannot read the project: {outcome.exception}")
        return outcome


def _read_manifest(file: Path) -> Manifest | None:
    """What dbt keeps to begin its next parsing with: reading it spares a look at every file."""
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415  # heavy
    from dbt.parser.manifest import extended_mashumuro_decoder  # noqa: PLC0415  # heavy

    if not file.exists():
        return None
    manifest: Manifest = Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_parent_and_child_maps()  # type: ignore[no-untyped-call]  # the library's own
    return manifest


def _node_result(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=float(result.execution_time),
        message=result.message,
        compiled_code=getattr(result.node, "compiled_code", None),
    )


def parsed_manifest(project: DbtProject) -> dict[str, Any]:
    """The manifest of the project's present files, parsed first where they have changed."""
    if not project.is_parsed():
        WarmDbt(project).parse()
    return project.manifest()
