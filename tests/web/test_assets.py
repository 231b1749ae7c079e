"""What browsers load from the CDN is what the npm registry holds, byte for byte."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest

from ranker.web.assets import SCRIPTS, Script
from ranker.web.rows import percent
from tests.cast import SLUG, Browser, Cast

PACKAGES = Path(__file__).resolve().parent.parent / "node_modules"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.file)
def test_the_hash_is_that_of_the_package(script: Script) -> None:
    name, _, version = script.package.rpartition("@")
    content = (PACKAGES / name / script.path).read_bytes()
    assert f'"version": "{version}"' in (PACKAGES / name / "package.json").read_text()
    assert script.integrity == "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def files_of(browser: Browser) -> list[str]:
    """All that a page makes a browser load of ours, and what that loads."""
    page = browser.get(f"/series/{SLUG}").text
    found = set(re.findall(r'(?:href|src)="(/(?:style|file)/[^"#]+)', page))
    style = next(address for address in found if address.startswith("/style/"))
    return sorted(found | set(re.findall(r'url\("(/[^"]+)"\)', browser.get(style).text)))


def test_every_file_of_a_page_is_kept_for_a_year_under_a_name_that_changes_with_it(cast: Cast) -> None:
    bob = cast.browser("bob")
    found = files_of(bob)
    assert {address.rpartition(".")[2] for address in found} == {"css", "js", "svg", "woff2"}
    for address in found:
        answer = bob.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, immutable, max-age=31536000")
        assert "Content-Security-Policy" in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        outdated = re.sub(r"[0-9a-f]{12}", "0" * 12, address)
        assert outdated != address
        old = bob.get(outdated)
        assert (old.data, old.headers["Cache-Control"]) == (answer.data, "public, max-age=60")


def test_what_is_text_is_sent_zipped_to_whoever_can_read_that(cast: Cast) -> None:
    bob = cast.browser("bob")
    for address in files_of(bob):
        plain = bob.get(address)
        answer = bob.get(address, headers={"Accept-Encoding": "gzip, br"})
        if address.endswith((".css", ".js")):
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert gzip.decompress(answer.data) == plain.data
            assert len(answer.data) < 0.7 * len(plain.data)
        else:
            assert gzip_free(answer.data) == plain.data


def gzip_free(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


@pytest.mark.parametrize("path", ["none.js", "js/none.js", "css/20-tokens.css", "../pyproject.toml", "js/"])
def test_there_are_no_other_files(cast: Cast, path: str) -> None:
    answer = cast.browser().get(f"/file/{'0' * 12}/{path}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(("fraction", "text"), [(0, "0"), (0.714, "71"), (0.715, "72"), (0.5, "50"), (1, "100")])
def test_fractions_are_shown_as_whole_percents_halves_up(fraction: float, text: str) -> None:
    assert percent(fraction) == text


def test_a_site_can_serve_the_libraries_itself(cast: Cast) -> None:
    answer = cast.app.test_cli_runner().invoke(args=["assets", "--from", str(PACKAGES)])
    assert answer.exit_code == 0, answer.output
    cast.app.config["ASSETS"] = "local"
    browser = cast.browser("ada")
    page = browser.get(f"/series/{SLUG}/list").text
    assert "cdn" not in page
    for script in SCRIPTS:
        assert f'src="/assets/{script.file}"' in page
        answer = browser.get(f"/assets/{script.file}")
        assert answer.data == (PACKAGES / script.name / script.path).read_bytes()
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert browser.get("/assets/other.js").status_code == 404


def test_a_library_that_is_not_the_right_one_is_not_taken(cast: Cast, tmp_path: Path) -> None:
    for script in SCRIPTS:
        (tmp_path / script.name / script.path).parent.mkdir(parents=True)
        (tmp_path / script.name / script.path).write_text("alert(1)")
    answer = cast.app.test_cli_runner().invoke(args=["assets", "--from", str(tmp_path)])
    assert answer.exit_code == 1
    assert "is not the file of" in answer.output
    assert not (cast.app.config["DATA_DIR"] / "assets").exists()
