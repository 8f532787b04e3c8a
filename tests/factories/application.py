"""The application, made once a process; whoever uses it puts services of its own there."""

from functools import cache

from fastapi import FastAPI

from api.app import create_app


@cache
def application() -> FastAPI:
    """The application with the default settings, whose document is made once too."""
    return create_app()
