"""The fee contracts of the simulated providers, for an engine that shall judge their fees."""

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path


def contracts_file() -> AbstractContextManager[Path]:
    """Return the packaged profiles file as a path for as long as it is needed."""
    return as_file(files("reconciliation.simulation").joinpath("contracts.toml"))
