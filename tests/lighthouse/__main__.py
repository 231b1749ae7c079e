"""Lighthouse on the series page and the list, with local assets: `make lighthouse`. Fails below GOAL."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from tests.browser.pictures import SLUG, community, served

FOLDER = Path(__file__).resolve().parent
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking"
GOAL = 95


def main() -> int:
    worst = 100
    with tempfile.TemporaryDirectory() as folder:
        app, cookie = community(Path(folder))
        with served(app) as root:
            for path in (f"/series/{SLUG}", f"/series/{SLUG}/list"):
                urlopen(root + path).close()  # the first visitor of a fresh process pays for counting the lists
                scores = measure(root + path, cookie, Path(folder) / "report.json")
                worst = min(worst, *scores.values())
                print(path, *(f"{name} {score}" for name, score in scores.items()), sep="\t")
    return 0 if worst >= GOAL else 1


def measure(address: str, cookie: str, report: Path) -> dict[str, int]:
    """The score of each category, 0 to 100, on a phone with a slow connection, which is what Lighthouse plays."""
    headers = json.dumps({"Cookie": f"session={cookie}"})
    command = [
        str(PROGRAM),
        address,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--extra-headers={headers}",
    ]
    subprocess.run([*command, f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"], check=True)
    found = json.loads(report.read_text())["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


if __name__ == "__main__":
    sys.exit(main())
