"""What browsers load from the CDN is what the npm registry holds, byte for byte."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from ranker.web.assets import SCRIPTS, Script
from ranker.web.pages import percent
from tests.cast import SLUG, Cast

PACKAGES = Path(__file__).resolve().parent.parent / "node_modules"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.file)
def test_the_hash_is_that_of_the_package(script: Script) -> None:
    name, _, version = script.package.rpartition("@")
    content = (PACKAGES / name / script.path).read_bytes()
    assert f'"version": "{version}"' in (PACKAGES / name / "package.json").read_text()
    assert script.integrity == "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


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
