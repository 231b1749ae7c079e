"""What browsers load besides pages: two libraries from the npm registry, our own modules, one stylesheet."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, send_from_directory

CDN = "https://cdn.jsdelivr.net"
YEAR = 365 * 86_400
MINUTE = 60


class WrongBytes(ValueError):
    """A library is not, byte for byte, the one that was chosen."""


@dataclass(frozen=True, slots=True)
class Script:
    """A library as the npm registry holds it: its package, the file in it, and the hash its bytes must have."""

    package: str
    path: str
    integrity: str

    @property
    def cdn(self) -> str:
        return f"{CDN}/npm/{self.package}/{self.path}"

    @property
    def file(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def name(self) -> str:
        return self.package.rpartition("@")[0]

    @property
    def src(self) -> str:
        return f"/assets/{self.file}" if serves_locally() else self.cdn


HTMX, SORTABLE = SCRIPTS = (
    Script(
        "htmx.org@4.0.1",
        "dist/htmx.min.js",
        "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn",
    ),
    Script(
        "sortablejs@1.15.7",
        "Sortable.min.js",
        "sha384-DgmC6Xe2bSN2WjTDXzWYbUbxyhNP+NNkGDR/g78pCXV7E7rcVTGxVg0uIVCUUcBc",
    ),
)


def attach(app: Flask) -> None:
    app.add_template_global(asset)
    app.add_url_rule("/style/<digest>.css", "stylesheet", stylesheet)
    app.add_url_rule("/assets/<file>", "assets", local_script)


def serves_locally() -> bool:
    return bool(current_app.config["ASSETS"] == "local")


def asset(path: str) -> str:
    """The address of a static file, which changes when the file does, so that it may be kept for a year."""
    return f"/static/{path}?v={_digest(current_app.static_folder or '', path)}"


def stylesheet_address() -> str:
    return f"/style/{_styles(static_folder())[0]}.css"


def stylesheet(digest: str) -> Response:
    """All of `static/css` as one file, in the order of the file names."""
    newest, content = _styles(static_folder())
    response = Response(content, mimetype="text/css")
    if request.accept_encodings.quality("gzip"):
        response = Response(_zipped(content), mimetype="text/css", headers={"Content-Encoding": "gzip"})
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if digest == newest else MINUTE
    return response


def local_script(file: str) -> Response:
    """A library from the folder that `ranker assets` filled, for sites that must not call a CDN."""
    if not serves_locally() or file not in {script.file for script in SCRIPTS}:
        abort(404)
    return send_from_directory(local_folder(), file, max_age=YEAR, mimetype="text/javascript")


def local_folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "assets"


def fill_local_folder(read: Callable[[Script], bytes]) -> Path:
    """Puts every library into the local folder, if all are the right ones. Raises WrongBytes, and what `read` does."""
    contents = {script.file: checked(script, read(script)) for script in SCRIPTS}
    local_folder().mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (local_folder() / file).write_bytes(content)
    return local_folder()


def checked(script: Script, content: bytes) -> bytes:
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    if f"sha384-{digest}" != script.integrity:
        raise WrongBytes(f"{script.file} is not the file of {script.package}")
    return content


def static_folder() -> Path:
    return Path(current_app.static_folder or "")


@cache
def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@cache
def _digest(folder: str, path: str) -> str:
    return hashlib.blake2b((Path(folder) / path).read_bytes(), digest_size=6).hexdigest()


@cache
def _styles(folder: Path) -> tuple[str, bytes]:
    content = b"\n".join(path.read_bytes() for path in sorted((folder / "css").glob("*.css")))
    return hashlib.blake2b(content, digest_size=6).hexdigest(), content
