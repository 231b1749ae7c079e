"""An app of its own for every test, on a copy of a migrated database, and the small cast that plays in all of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ranker import create_app
from ranker.installation import migrate_database
from tests import postgres
from tests.cast import Cast, gather_cast


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the apps run on")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    if request.config.getoption("--database") == "sqlite":
        yield Databases(folder)
        return
    with postgres.cluster(folder) as cluster:
        yield PostgresDatabases(folder, cluster)


class Databases:
    """Fresh copies of one migrated, empty database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"
        migrate(f"sqlite:///{self.template}", folder)

    def fresh(self, folder: Path) -> str:
        shutil.copy(self.template, folder / "ranker.sqlite")
        return f"sqlite:///{folder / 'ranker.sqlite'}"


class PostgresDatabases(Databases):
    def __init__(self, folder: Path, cluster: postgres.Cluster) -> None:
        self.cluster = cluster
        self.made = 0
        migrate(cluster.create("template_ranker"), folder)

    def fresh(self, folder: Path) -> str:
        self.made += 1
        return self.cluster.create(f"ranker_{self.made}", template="template_ranker")


def migrate(url: str, folder: Path) -> None:
    app = make_app(url, folder)
    with app.app_context():
        migrate_database()
    dispose(app)


def make_app(url: str, folder: Path) -> Flask:
    return create_app(
        {
            "TESTING": True,
            "DATA_DIR": folder,
            "SECRET_KEY": "only for tests",
            "SQLALCHEMY_DATABASE_URI": url,
            "PASSWORD_WORK": (1, 8),
            "TRUSTED_HOSTS": None,
        }
    )


def dispose(app: Flask) -> None:
    from ranker.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("RANKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RANKER_DATA_DIR", str(tmp_path / "instance"))


@pytest.fixture
def app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    app = make_app(databases.fresh(tmp_path), tmp_path)
    yield app
    dispose(app)


@pytest.fixture
def cast(app: Flask) -> Cast:
    return gather_cast(app)
