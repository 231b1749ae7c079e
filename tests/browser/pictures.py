"""The README's pictures, taken of the made-up community: `python -m tests.browser.pictures` (or `make pictures`)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from ranker import create_app
from ranker.actions.accounts import register
from ranker.actions.ballots import save_ballot
from ranker.actions.progress import declare_progress
from ranker.demo import make_community
from ranker.domain.clearance import Method
from ranker.extensions import db
from ranker.gate import Viewer, open_gate
from ranker.installation import install
from ranker.models import User
from ranker.web.assets import fill_local_folder
from tests.browser.conftest import ARGUMENTS
from tests.browser.site import Site
from tests.browser.window import PACKAGES

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
SLUG = "all-of-us-are-dead"
SHOTS = {
    "ranking": (f"/series/{SLUG}", 1200, 860),
    "list": (f"/series/{SLUG}/list", 1200, 860),
}
PHONE = {"ranking-phone": (f"/series/{SLUG}", 390, 844), "list-phone": (f"/series/{SLUG}/list", 390, 844)}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Site() as site, sync_playwright() as playwright:
        os.environ |= {"RANKER_DATA_DIR": folder, "RANKER_ASSETS": "local"}
        app = create_app()
        install(app)
        with app.app_context():
            make_community()
            fill_local_folder(lambda script: (PACKAGES / script.name / script.path).read_bytes())
            cookie = a_fan_at_episode_4(app)
        site.show(app)
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        for scheme in ("light", "dark"):
            for name, (path, width, height) in (SHOTS | PHONE).items():
                page = open_page(chromium, site, cookie, scheme, width, height)
                page.goto(site.url + path)
                page.wait_for_timeout(400)
                page.screenshot(path=FOLDER / f"{name}-{scheme}.png")
                page.context.close()
        chromium.close()


def a_fan_at_episode_4(app) -> str:  # type: ignore[no-untyped-def]
    """Makes a fan with a list of four, and returns the cookie of their session."""
    user = register("minji", "a long enough password")
    viewer = Viewer(user_id=user.id, name="minji")
    tallies = app.extensions["tallies"]
    declare_progress(open_gate(viewer, SLUG, tallies), 4, confirmed=4)
    gate = open_gate(viewer, SLUG, tallies)
    visible = [row.moment.public_id for row in gate.ranking(Method.FAIR).standings if not row.moment.locked]
    save_ballot(gate, visible[:4], 0)
    fan = db.session.scalars(select(User).where(User.id == user.id)).one()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=fan.get_id(), _fresh=True)
    value = client.get_cookie("session")
    assert value is not None
    return str(value.value)


def open_page(chromium: Browser, site: Site, cookie: str, scheme: str, width: int, height: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=1.5 if width > 400 else 2,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
    return context.new_page()


if __name__ == "__main__":
    main()
