"""`qooerp demo`: the demo company."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.database import running_database
from runtime.progress import make_progress
from runtime.settings import SettingsRefused, load_settings


def demo(
    scale: Annotated[
        float | None,
        typer.Option(min=0.01, help="How much business: 1 is some 5,000 orders. Default: QOOERP_DEMO_SCALE."),
    ] = None,
) -> None:
    """Make the demo company, driven through the same services as the API; does nothing when it is there."""
    from simulator.demo import build_demo  # noqa: PLC0415  # heavy

    settings = load_settings()
    if not settings.demo_mode:
        raise SettingsRefused("QOOERP_DEMO is off: a demo company does not belong into a real installation.")
    with running_database(settings):
        build_demo(settings, scale=scale or settings.demo_scale, progress=make_progress())
