"""A backup is taken while people save, holds everything, and is put back whole or not at all."""

from __future__ import annotations

import io
import random
import stat
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from alembic import command
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from ranker.actions.ballots import save_ballot
from ranker.backup import archive
from ranker.backup.databases import database_at
from ranker.domain.clearance import Method
from ranker.extensions import db
from tests.cast import SLUG, Browser, Cast
from tests.web.test_pictures import drawn, files, upload
from tests.worlds.walk import body_of

Rows = dict[str, list[str]]


def ranker(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=list(map(str, arguments)))


def everything(app: Flask) -> Rows:
    """Every row of every table, in an order of its own."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {table.name}")).all()))
            for table in db.metadata.sorted_tables
        }


def backed_up(cast: Cast, file: Path, *options: str) -> Path:
    answer = ranker(cast.app, "backup", file, *options)
    assert answer.exit_code == 0, answer.output
    return file


def restored(app: Flask, file: Path, *options: str) -> str:
    answer = ranker(app, "restore", file, *options)
    assert answer.exit_code == 0, answer.output
    return answer.output


@contextmanager
def saves_going_on(cast: Cast, fans: int = 2) -> Iterator[list[int]]:
    """Fans who save one list after the other; the versions they got to."""
    stop, versions = Event(), [0] * fans
    for number in range(fans):
        cast.add_fan(f"fan{number}", 6)

    def keep_saving(number: int) -> None:
        choice = random.Random(number)
        tokens = list(cast.public.values())
        while not stop.is_set():
            with cast.app.app_context():
                gate = cast.gate(f"fan{number}")
                version = gate.own_list.stored.version
                save_ballot(gate, choice.sample(tokens, 5), version)
                versions[number] = version + 1

    with ThreadPoolExecutor(fans) as pool:
        savers = [pool.submit(keep_saving, number) for number in range(fans)]
        try:
            yield versions
        finally:
            stop.set()
        for saver in savers:
            saver.result()


def test_what_is_restored_elsewhere_is_the_site(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.note("ada", 1, "A note to keep")
    assert upload(cast, drawn()).status_code == 303
    assert everything(elsewhere) != everything(cast.app)
    file = backed_up(cast, tmp_path / "site.backup")
    restored(elsewhere, file)
    assert everything(elsewhere) == everything(cast.app)
    kept = sorted((Path(elsewhere.config["DATA_DIR"]) / "pictures").glob("*"))
    assert [path.read_bytes() for path in kept] == [path.read_bytes() for path in files(cast)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.backup*")) == ["site.backup"]


def test_the_restored_site_shows_the_same_ranking_and_takes_new_lists(
    cast: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    cast.rank("ada", 1, 2, 3)
    cast.rank("bob", 2, 1)
    restored(elsewhere, backed_up(cast, tmp_path / "site.backup"))
    there = cast.playing_in(elsewhere)
    pages = [body_of(Browser(site).get(f"/series/{SLUG}?method=classic")) for site in (cast.app, elsewhere)]
    assert pages[0] == pages[1]
    there.add_fan("erin", 6, (9, 8))
    with elsewhere.app_context():
        assert there.gate("ada").ranking(Method.CLASSIC).lists == 3


def test_a_backup_is_of_one_instant_while_people_save(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    with saves_going_on(cast) as versions:
        while min(versions) < 3:
            pass
        kept = ranker(cast.app, "compact")
        before = list(versions)
        file = backed_up(cast, tmp_path / "site.backup")
        after = list(versions)
    restored(elsewhere, file)
    recounted = ranker(elsewhere, "recount", "--check")
    assert (kept.exit_code, recounted.exit_code) == (0, 0), kept.output + recounted.output
    with elsewhere.app_context():
        for number in range(2):
            there = cast.playing_in(elsewhere).gate(f"fan{number}").own_list.stored.version
            assert before[number] <= there <= after[number] + 1
    assert sum(versions) > sum(before)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    file = backed_up(cast, tmp_path / "site.backup")
    before = everything(elsewhere)
    said = restored(elsewhere, file, "--dry-run")
    assert "4 accounts, 1 series, 0 lists" in said
    assert "The site is empty" in said
    assert "Nothing was changed" in said
    assert everything(elsewhere) == before
    assert not list(Path(elsewhere.config["DATA_DIR"]).glob(".restoring*"))


def test_nothing_is_replaced_unless_one_says_so_and_then_it_is_kept(
    cast: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    cast.rank("ada", 1, 2)
    file = backed_up(cast, tmp_path / "site.backup")
    cast.rank("ada", 3, 4)
    newer = everything(cast.app)
    refused = ranker(cast.app, "restore", file)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert everything(cast.app) == newer
    said = restored(cast.app, file, "--replace")
    assert cast.titles_of("ada") == ["SecretTitle1", "SecretTitle2"]
    assert rows_kept_aside(cast.app, said.partition("“")[2].partition("”")[0]) == newer["ballots"]


def rows_kept_aside(app: Flask, kept: str) -> list[str]:
    with app.app_context():
        url = db.engine.url
        if url.get_backend_name() == "postgresql":
            with db.engine.connect() as connection:
                return sorted(map(repr, connection.execute(text(f"SELECT * FROM {kept}.ballots")).all()))
        from sqlalchemy import create_engine

        engine = create_engine(f"sqlite:///{Path(str(url.database)).with_name(kept)}")
        with engine.connect() as connection:
            rows = sorted(map(repr, connection.execute(text("SELECT * FROM ballots")).all()))
        engine.dispose()
        return rows


def test_a_database_that_somebody_uses_is_left_alone(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    file = backed_up(cast, tmp_path / "site.backup")
    with elsewhere.app_context():
        other = create_engine(db.engine.url)
    with other.connect() as connection:
        connection.execute(text("SELECT count(*) FROM users"))
        answer = ranker(elsewhere, "restore", file)
    other.dispose()
    assert answer.exit_code == 1
    assert "Stop Ranker" in answer.output
    restored(elsewhere, file)


def test_the_key_goes_along_only_when_asked_for(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    bare = backed_up(cast, tmp_path / "bare.backup")
    whole = backed_up(cast, tmp_path / "whole.backup", "--with-key")
    with tarfile.open(bare) as tar:
        assert "secret_key" not in tar.getnames()
    assert ranker(elsewhere, "restore", bare, "--with-key").exit_code == 1
    key = Path(elsewhere.config["DATA_DIR"]) / "secret_key"
    key.write_text("the one before")
    restored(elsewhere, whole)
    assert key.read_text() == "the one before"
    restored(elsewhere, whole, "--with-key", "--replace")
    assert key.read_text() == cast.app.config["SECRET_KEY"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.read_text() for path in key.parent.glob("secret_key.before-*")] == ["the one before"]


def test_an_older_backup_is_brought_up_to_date(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    cast.rank("ada", 1, 2)
    with cast.app.app_context():
        config = cast.app.extensions["migrate"].migrate.get_config()
        db.session.remove()
        command.downgrade(config, "-1")
        older = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.remove()
    file = backed_up(cast, tmp_path / "older.backup")
    assert f"1 migrations bring it up to date, from {older}" in restored(elsewhere, file)
    assert cast.playing_in(elsewhere).titles_of("ada") == ["SecretTitle1", "SecretTitle2"]
    with elsewhere.app_context():
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) != older


def test_a_newer_backup_is_refused(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    with cast.app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    file = backed_up(cast, tmp_path / "newer.backup")
    answer = ranker(elsewhere, "restore", file)
    assert answer.exit_code == 1
    assert "newer Ranker" in answer.output


@pytest.mark.parametrize("harm", ["cut", "byte", "nothing", "stranger"])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    cast: Cast, elsewhere: Flask, tmp_path: Path, harm: str
) -> None:
    file = backed_up(cast, tmp_path / "site.backup")
    content = bytearray(file.read_bytes())
    with tarfile.open(file) as tar:
        middle = tar.getmember("database").offset_data + 5000
    if harm == "cut":
        file.write_bytes(content[:middle])
    if harm == "byte":
        content[middle] ^= 1
        file.write_bytes(content)
    if harm == "nothing":
        file.write_bytes(b"")
    if harm == "stranger":
        add_member(file, "../../outside")
    before = everything(elsewhere)
    answer = ranker(elsewhere, "restore", file)
    assert answer.exit_code == 1, answer.output
    assert everything(elsewhere) == before
    assert not (tmp_path.parent / "outside").exists()


def add_member(file: Path, name: str) -> None:
    with tarfile.open(file, "a") as tar:
        member = tarfile.TarInfo(name)
        member.size = 3
        tar.addfile(member, io.BytesIO(b"bad"))


def test_a_restore_that_fails_half_way_leaves_what_was_there(
    cast: Cast, elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database in the file is whole as a file and still no database: nothing of the old one is lost."""
    file = backed_up(cast, tmp_path / "site.backup")
    before = everything(elsewhere)
    hash_of = archive.hash_of
    monkeypatch.setattr(archive, "hash_of", lambda path: (hash_of(path), spoil(path))[0])
    answer = ranker(elsewhere, "restore", file)
    assert answer.exit_code == 1, answer.output
    assert everything(elsewhere) == before


def test_a_database_that_came_back_otherwise_than_it_was_kept_makes_room_again(
    cast: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    cast.rank("ada", 1, 2)
    file = with_more_rows(backed_up(cast, tmp_path / "site.backup"), tmp_path / "other.backup")
    for app in (cast.app, elsewhere):
        before = everything(app)
        answer = ranker(app, "restore", file, "--replace")
        assert (answer.exit_code, "Nothing was replaced" in answer.output) == (1, True), answer.output
        assert everything(app) == before
        assert not list(Path(app.config["DATA_DIR"]).glob("*before-*"))


def with_more_rows(file: Path, target: Path) -> Path:
    """The same backup, but its manifest counts one account more than there is."""
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            written = content.read()
            if member.name == archive.MANIFEST:
                written = written.replace(b'"users": 4', b'"users": 5')
            assert member.name != archive.MANIFEST or b'"users": 5' in written
            new.addfile(member, io.BytesIO(written))
    return target


def test_a_key_that_cannot_be_put_back_takes_the_database_back_too(
    cast: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    file = backed_up(cast, tmp_path / "site.backup", "--with-key")
    before = everything(elsewhere)
    key = Path(elsewhere.config["DATA_DIR"]) / "secret_key"
    key.unlink(missing_ok=True)
    key.mkdir()
    assert ranker(elsewhere, "restore", file, "--with-key").exit_code == 1
    assert everything(elsewhere) == before


def test_a_key_that_would_not_be_used_is_refused(
    cast: Cast, elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(cast, tmp_path / "site.backup", "--with-key")
    before = everything(elsewhere)
    monkeypatch.setenv("RANKER_SECRET_KEY", "f" * 64)
    answer = ranker(elsewhere, "restore", file, "--with-key")
    assert (answer.exit_code, "RANKER_SECRET_KEY is set" in answer.output) == (1, True), answer.output
    assert everything(elsewhere) == before


def spoil(path: Path) -> None:
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + bytes(len(content) - half))


def test_a_file_that_is_there_is_not_overwritten(cast: Cast, tmp_path: Path) -> None:
    file = backed_up(cast, tmp_path / "site.backup")
    before = file.read_bytes()
    answer = ranker(cast.app, "backup", file)
    assert answer.exit_code == 1
    assert "there already" in answer.output
    assert file.read_bytes() == before


def test_a_backup_of_the_other_kind_of_database_is_refused(cast: Cast, elsewhere: Flask, tmp_path: Path) -> None:
    file = backed_up(cast, tmp_path / "site.backup")
    with elsewhere.app_context():
        kind = database_at(db.engine.url).kind
    elsewhere.config["SQLALCHEMY_DATABASE_URI"] = (
        "postgresql+psycopg://nobody@127.0.0.1:1/none" if kind == "sqlite" else f"sqlite:///{tmp_path}/other.sqlite"
    )
    answer = ranker(elsewhere, "restore", file)
    assert answer.exit_code == 1
    assert "RANKER_DATABASE_URL" in answer.output


def test_a_backup_goes_out_and_comes_in_through_a_pipe(cast: Cast, elsewhere: Flask) -> None:
    """For containers and services, whose own files are out of reach."""
    cast.rank("ada", 1, 2, 3)
    out = ranker(cast.app, "backup", "-")
    assert out.exit_code == 0, out.stderr
    assert "It holds 4 accounts, 1 series, 1 lists" in out.stderr
    back = elsewhere.test_cli_runner().invoke(args=["restore", "-"], input=out.stdout_bytes)
    assert back.exit_code == 0, back.output
    assert everything(elsewhere) == everything(cast.app)
    cut = elsewhere.test_cli_runner().invoke(args=["restore", "-", "--replace"], input=out.stdout_bytes[:9_000])
    assert (cut.exit_code, "not a whole backup" in cut.output) == (1, True), cut.output
    assert not list(Path(cast.app.config["DATA_DIR"]).glob(".backup*"))
