"""What browsers load besides pages: two libraries from the npm registry, our own files, one stylesheet.

The address of each of our own holds a digest of what is in it, so that it may be kept for a year. What is text is
zipped, once; brotli would make the stylesheet 14 % smaller, which is not worth a compiled dependency.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, send_from_directory

CDN = "https://cdn.jsdelivr.net"
PUBLIC_ENDPOINTS = {"static", "stylesheet", "file", "assets"}  # the same for everybody
# Made without a look at who asks, for other sites to show.
FOR_EVERYBODY = {"cards.of_series", "cards.of_list", "cards.oembed", "embeds.show", "feeds.public"}
OWN_FILE = re.compile(r'url\("/static/([^"]+)"\)')
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


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it is sent: plain, and zipped where that makes it smaller."""

    plain: bytes
    zipped: bytes | None
    digest: str

    @classmethod
    def of(cls, plain: bytes) -> Content:
        zipped = gzip.compress(plain, mtime=0)
        digest = hashlib.blake2b(plain, digest_size=6).hexdigest()
        return cls(plain, zipped if len(zipped) < 0.9 * len(plain) else None, digest)


def attach(app: Flask) -> None:
    app.add_template_global(asset)
    app.add_url_rule("/style/<digest>.css", "stylesheet", stylesheet)
    app.add_url_rule("/file/<digest>/<path:path>", "file", file)
    app.add_url_rule("/assets/<file>", "assets", local_script)


def serves_locally() -> bool:
    return bool(current_app.config["ASSETS"] == "local")


def asset(path: str) -> str:
    """The address of one of our files, which changes when the file does."""
    return f"/file/{_files(static_folder())[path].digest}/{path}"


def stylesheet_address() -> str:
    return f"/style/{_styles(static_folder()).digest}.css"


def stylesheet(digest: str) -> Response:
    """All of `static/css` as one file, in the order of the file names."""
    return sent(_styles(static_folder()), digest, "text/css")


def file(digest: str, path: str) -> Response:
    found = _files(static_folder()).get(path) or abort(404)
    return sent(found, digest, mimetypes.guess_type(path)[0] or "application/octet-stream")


def sent(content: Content, digest: str, mimetype: str) -> Response:
    """What an address with this digest is answered with: an old one gets the newest, and not for long."""
    response = Response(content.plain, mimetype=mimetype)
    if content.zipped is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip"):
            response.data = content.zipped
            response.content_encoding = "gzip"
    is_newest = digest == content.digest
    response.cache_control.public = True
    response.cache_control.immutable = is_newest
    response.cache_control.max_age = YEAR if is_newest else MINUTE
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
def _files(folder: Path) -> dict[str, Content]:
    """Our files by their path, without the parts of the stylesheet."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != "css")
    return {path.relative_to(folder).as_posix(): Content.of(path.read_bytes()) for path in paths}


@cache
def _styles(folder: Path) -> Content:
    content = "\n".join(path.read_text() for path in sorted((folder / "css").glob("*.css")))
    return Content.of(OWN_FILE.sub(lambda match: f'url("{asset(match[1])}")', content).encode())
