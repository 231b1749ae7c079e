"""`next=` as the browser reads it: whatever we take as an address of ours, Chromium takes for one too."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from ranker.web.requests import local_path
from tests.browser.conftest import Opener
from tests.browser.site import Site
from tests.cast import PASSWORD, SLUG

EVIL = "evil.example"
CONTROLS = [chr(code) for code in (*range(0x21), 0x7F)]
ELSEWHERE = [
    *(
        f"//{EVIL}",
        f"///{EVIL}",
        f"////{EVIL}",
        f"/\\{EVIL}",
        f"\\\\{EVIL}",
        f"\\/{EVIL}",
        f"/\\/{EVIL}",
        f"//\\{EVIL}",
    ),
    *(f"https://{EVIL}", f"HTTPS:{EVIL}", f"http:/{EVIL}", f"http:\\\\{EVIL}", f"https:///{EVIL}", f"ftp://{EVIL}"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "mailto:a@b"),
    *(f"//{EVIL}@localhost", f"//localhost@{EVIL}", f"//localhost:5000@{EVIL}", f"//user:x@{EVIL}/"),
    *(
        f"//{EVIL}:80",
        f"//{EVIL}?/",
        f"//{EVIL}#/",
        f"//[::1]@{EVIL}",
        f"//{EVIL}%2f..",
        f"//{EVIL}。x",
        "//ｅｖｉｌ.example",
    ),
    *(
        f".//{EVIL}",
        f"..//{EVIL}",
        f"?//{EVIL}",
        f"#//{EVIL}",
        f"{EVIL}",
        f"/.//{EVIL}",
        f"/..//{EVIL}",
        f"/x/..//{EVIL}",
    ),
    *(f"/%2f{EVIL}", f"/%5c{EVIL}", f"/%09/{EVIL}", f"/%2e%2e//{EVIL}", f"/;//{EVIL}", f"/:80//{EVIL}", f"/@{EVIL}"),
    *(f"/{control}/{EVIL}" for control in CONTROLS),
    *(f"{control}//{EVIL}" for control in CONTROLS),
    *(f"/{EVIL}{control}" for control in CONTROLS[:4]),
    *(f"/\u2028/{EVIL}", f"/\u00a0/{EVIL}", f"/\ufeff/{EVIL}", f"\ufeff//{EVIL}", f"/\u3000/{EVIL}", f"/\u200b/{EVIL}"),
    *(f"／／{EVIL}", f"/／{EVIL}", f"⁄⁄{EVIL}", f"/＼{EVIL}", f"/\ud800/{EVIL}"),
    *("", "/", f"/series/{SLUG}/list?view=sealed#top", "/login", "/ä?ö=ü", "/a:b", "/series//x", f"/https://{EVIL}"),
]
# `new URL(x, location)` of the page, and what a link and a redirect make of it.
READ = """(target) => {
  try { return new URL(target, location.href).origin } catch { return 'none' }
}"""


def test_what_we_take_for_an_address_of_ours_the_browser_does_too(open_window: Opener, site: Site) -> None:
    assert len(ELSEWHERE) >= 40
    page = open_window().visit("/login?next=/x/y")
    leads_off = 0
    for target in ELSEWHERE:
        origin = page.evaluate(READ, target)
        leads_off += origin != site.url
        if local_path(target) is not None:
            assert origin == site.url, f"{target!r} leads to {origin}"
    assert leads_off >= 40, "these payloads do not try hard enough"


@pytest.mark.parametrize("target", [f"/\t/{EVIL}", f"/\\{EVIL}", f"//{EVIL}", f"/.//{EVIL}", f"/x/..//{EVIL}"])
def test_after_the_log_in_one_is_still_here(open_window: Opener, site: Site, target: str) -> None:
    window = open_window()
    page = window.visit(f"/login?next={quote(target, safe='')}")
    page.get_by_label("Name").fill("bob")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator(".masthead__link--me")).to_have_text("bob")
    expect(page).to_have_url(f"{site.url}/")
