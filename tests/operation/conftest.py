"""Fixtures of the tests of what whoever runs a site does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import Databases, opened


@pytest.fixture
def elsewhere(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """A second site, on a machine of its own, with nobody in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with opened(databases.fresh(folder), folder) as app:
        yield app
