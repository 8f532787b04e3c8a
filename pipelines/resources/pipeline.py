"""The pipeline of the installation, opened for the length of a run."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg

from pipelines.batches import Pipeline
from runtime.settings import DatabaseRole, Settings, load_settings


class PipelineResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # its own parameter is internal
    """Opens the pipeline, or a reading connection beside it."""

    def settings(self) -> Settings:
        """The installation that runs work on."""
        return load_settings()

    def make(self) -> Pipeline:
        """A new pipeline of it."""
        return Pipeline(self.settings())

    @contextmanager
    def open(self) -> Iterator[Pipeline]:
        """A pipeline; it waits for the worker's running batch and then has the lead."""
        pipeline = self.make()
        try:
            yield pipeline
        finally:
            pipeline.close()

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection]:
        """A connection of the warehouse's role in one repeatable-read transaction that changes nothing."""
        with psycopg.connect(self.settings().database_url(DatabaseRole.WAREHOUSE)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield connection
