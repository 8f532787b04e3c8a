"""A worker over the small dbt project that a test can kill: batch after batch until it is ended."""

import os
import sys
from pathlib import Path

from pipelines.batches import Pipeline
from runtime.settings import load_settings
from tests.pipelines.conftest import TINY_PROJECT, UncheckedContracts


def main() -> None:
    """Say when the first batch is through, then go on."""
    pipeline = Pipeline(load_settings(), dbt_folder=TINY_PROJECT, contracts=UncheckedContracts)
    pipeline.run()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while Path(f"/proc/{os.getppid()}").exists():
        pipeline.run()


if __name__ == "__main__":
    main()
