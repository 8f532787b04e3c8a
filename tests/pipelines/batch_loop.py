"""A worker over the small dbt project that a test can kill: batch after batch until it is ended."""

import os
from multiprocessing.connection import Connection
from pathlib import Path

from pipelines.batches import Pipeline
from runtime.settings import load_settings
from tests.pipelines.conftest import TINY_PROJECT, UncheckedContracts


def work(said: Connection) -> None:
    """Say when the first batch is through, then go on."""
    pipeline = Pipeline(load_settings(), dbt_folder=TINY_PROJECT, contracts=UncheckedContracts)
    pipeline.run()
    said.send("ready")
    while Path(f"/proc/{os.getppid()}").exists():
        pipeline.run()
