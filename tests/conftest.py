"""An app of its own for every test, on a copy of a migrated database, and the small cast that plays in all of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache

from ranker import create_app
from ranker.installation import migrate_database
from tests import postgres
from tests.cast import Cast, gather_cast

# A busy machine is no failure, so examples are not timed; thirty of each keep a folder under ten seconds.
settings.register_profile("ranker", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ranker")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the apps run on")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    if request.config.getoption("--database") == "sqlite":
        yield Databases(folder)
        return
    with postgres.cluster() as cluster:
        yield PostgresDatabases(folder, cluster)


class Databases:
    """Copies of a migrated, empty database, and of one with the cast in it: each is made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cast: Cast | None = None
        self._migrate(self._create("empty"))

    def fresh(self, folder: Path) -> str:
        return self._copy("empty", folder)

    def unmigrated(self, name: str) -> str:
        """A database of its own without any tables."""
        return self._create(name)

    def with_cast(self, folder: Path) -> str:
        if self._cast is None:
            with opened(self._copy("empty", self.folder, "cast"), self.folder) as app:
                self._cast = gather_cast(app)
        return self._copy("cast", folder)

    def cast_of(self, app: Flask) -> Cast:
        """The cast, in an app that runs on a copy with them."""
        assert self._cast is not None
        return self._cast.playing_in(app)

    def _migrate(self, url: str) -> None:
        with opened(url, self.folder) as app, app.app_context():
            migrate_database()

    def _create(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite"

    def _copy(self, template: str, folder: Path, name: str = "ranker") -> str:
        shutil.copy(self.folder / f"{template}.sqlite", folder / f"{name}.sqlite")
        return f"sqlite:///{folder / f'{name}.sqlite'}"


class PostgresDatabases(Databases):
    def __init__(self, folder: Path, cluster: postgres.Cluster) -> None:
        self.cluster = cluster
        self.made = 0
        super().__init__(folder)

    def _create(self, name: str) -> str:
        return self.cluster.create(f"template_{name}")

    def _copy(self, template: str, folder: Path, name: str = "") -> str:
        self.made += 1
        return self.cluster.create(f"template_{name}" if name else f"ranker_{self.made}", f"template_{template}")


class KeptTemplates(BytecodeCache):
    """Templates compiled once for all apps of a run, kept under their source: a changed one is another one."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


KEPT_TEMPLATES = KeptTemplates()


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Flask]:
    app = make_app(url, folder)
    yield app
    dispose(app)


def make_app(url: str, folder: Path, **more: object) -> Flask:
    app = create_app(
        {
            "TESTING": True,
            "DATA_DIR": folder,
            "SECRET_KEY": "only for tests",
            "SQLALCHEMY_DATABASE_URI": url,
            "PASSWORD_WORK": (1, 8),
            "PASSWORD_LINE": 1_000,
            "TRUSTED_HOSTS": None,
            **more,
        }
    )
    app.jinja_env.bytecode_cache = KEPT_TEMPLATES
    return app


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
def app(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    new = databases.with_cast if "cast" in request.fixturenames else databases.fresh
    with opened(new(tmp_path), tmp_path) as app:
        yield app


@pytest.fixture
def cast(app: Flask, databases: Databases) -> Cast:
    return databases.cast_of(app)
