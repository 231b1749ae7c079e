"""The README's pictures, taken of the made-up community: `python -m tests.browser.pictures` (or `make pictures`)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from ranker import create_app
from ranker.actions.accounts import register
from ranker.actions.accounts.sessions import begin_session
from ranker.actions.ballots import save_ballot
from ranker.actions.progress import declare_progress
from ranker.actions.unlocked import greet
from ranker.demo import make_community
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Gate, Viewer, open_gate
from ranker.installation import install
from ranker.models import User
from ranker.tallies import Tallies
from ranker.web.assets import fill_local_folder
from tests.browser.conftest import ARGUMENTS
from tests.browser.site import Site
from tests.browser.window import PACKAGES

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
SLUG = "all-of-us-are-dead"
LONG = "game-of-thrones"
SHOTS = {
    "ranking": (f"/series/{SLUG}", 1200, 860),
    "list": (f"/series/{SLUG}/list", 1200, 860),
    "home": ("/", 1200, 860),
    "seasons": (f"/series/{LONG}", 1200, 860),
    "story": (f"/series/{SLUG}/list/story", 1200, 860),
}
PHONE = {"ranking-phone": (f"/series/{SLUG}", 390, 844), "list-phone": (f"/series/{SLUG}/list", 390, 844)}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app, cookie = community(Path(folder))
        with served(app) as root:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
            for scheme in ("light", "dark"):
                for name, (path, width, height) in (SHOTS | PHONE).items():
                    page = open_page(chromium, root, cookie, scheme, width, height)
                    page.goto(root + path)
                    page.wait_for_timeout(400)
                    page.screenshot(path=FOLDER / f"{name}-{scheme}.png")
                    page.context.close()
            chromium.close()


def community(folder: Path) -> tuple[Flask, str]:
    """The made-up community on a database of its own, and the cookie of a fan at episode 4 with a list of four."""
    os.environ |= {"RANKER_DATA_DIR": str(folder), "RANKER_ASSETS": "local"}
    app = create_app()
    install(app)
    with app.app_context():
        make_community()
        fill_local_folder(lambda script: (PACKAGES / script.name / script.path).read_bytes())
        return app, a_fan_at_episode_4(app)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    with Site() as site:
        site.show(app)
        yield site.url


def a_fan_at_episode_4(app: Flask) -> str:
    """Makes a fan who has ranked as they watched and is in the middle of a longer series too; returns their cookie."""
    user = register("minji", "a long enough password")
    viewer = Viewer(user_id=user.id, name="minji")
    tallies = app.extensions["tallies"]
    for position, picks in ((2, (2, 0, 3)), (3, (1, 0, 3)), (4, (0, 1, 2, 3))):
        gate = watch(viewer, SLUG, tallies, position)
        visible = [row.moment.public_id for row in gate.ranking(Method.FAIR).standings if not row.moment.locked]
        save_ballot(gate, [visible[pick] for pick in picks], gate.own_list.stored.version)
    watch(viewer, LONG, tallies, 24)
    fan = db.session.scalars(select(User).where(User.id == user.id)).one()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=begin_session(fan, "A browser"), _fresh=True)
    value = client.get_cookie("session")
    assert value is not None
    return str(value.value)


def watch(viewer: Viewer, slug: str, tallies: Tallies, position: int) -> Gate:
    declare_progress(open_gate(viewer, slug, tallies), position, confirmed=position)
    gate = open_gate(viewer, slug, tallies)
    greet(gate)
    return gate


def open_page(chromium: Browser, root: str, cookie: str, scheme: str, width: int, height: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=1.5 if width > 400 else 2,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "session", "value": cookie, "url": root}])
    return context.new_page()


if __name__ == "__main__":
    main()
