"""What browsers load from the CDN is what the npm registry holds, byte for byte."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from ranker.web.pages import SCRIPTS, Script, percent

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
