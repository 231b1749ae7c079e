"""What is refused before anything reads it, and how a request is read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing import IntegerConverter, Map, RoutingException

from ranker.domain.clearance import Method

LONGEST_SEARCH = 60
LONGEST_REST = 64 * 1024  # bytes of a body that are read for nothing
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_PAGES = {"same-origin", "none"}  # "none": typed, or loaded again, by whoever sits there

Page = TypeVar("Page", bound=Callable[..., Any])
TOO_LARGE: dict[Callable[..., Any], Callable[..., Any]] = {}


class Json(DefaultJSONProvider):
    """Nested deeper than Python goes is as broken as any other broken JSON."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


class ShortInteger(IntegerConverter):
    """A number in an address: one that no column could hold names nothing."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": 2**31 - 1, **options})


def attach(app: Flask) -> None:
    app.json = Json(app)
    app.url_map.converters["int"] = ShortInteger
    app.before_request(refuse_other_sites)
    app.before_request(refuse_malformed)
    app.after_request(leave_nothing_unread)


def refuse_other_sites() -> None:
    """Whatever changes something comes from a page of ours. Browsers say where from; for those that do not, the
    token of the form is what proves it."""
    source = request.headers.get("Sec-Fetch-Site", "none").lower()
    if request.method not in SAFE_METHODS and source not in OWN_PAGES:
        abort(403)


def refuse_malformed() -> None:
    """NUL characters mean nothing here and a database may choke on them."""
    texts = [request.path, *_texts(request)]
    if any("\0" in text for text in texts):
        abort(400)


def leave_nothing_unread(response: Response) -> Response:
    """What is answered before it was read would stand in the way of the next request on its connection."""
    length = request.content_length
    if length is not None and length <= LONGEST_REST:
        with suppress(ClientDisconnected):  # who has hung up sends no next one
            request.stream.read()
    elif length is not None or "Transfer-Encoding" in request.headers:
        response.headers["Connection"] = "close"
    return response


def _texts(incoming: Request) -> list[str]:
    pairs = [*incoming.args.items(multi=True), *incoming.form.items(multi=True)]
    return [text for pair in pairs for text in pair]


def where_too_large(answer: Callable[..., Any]) -> Callable[[Page], Page]:
    """For a page that says itself what it takes: its answer to more than anything here takes, which nobody reads.

    It is asked before anything else of the page, its guards too. Goes right below the route.
    """

    def told(page: Page) -> Page:
        TOO_LARGE[page] = answer
        return page

    return told


def from_htmx() -> bool:
    """Whether htmx asks, and a fragment is the answer."""
    return request.headers.get("HX-Request") == "true"


def for_programs() -> bool:
    """Whether the API is asked, and not for the page that describes it."""
    return request.path.startswith("/api/") and request.blueprint != "api_pages"


def site_root() -> str:
    """Where this site is, for addresses that leave it; without a slash at the end."""
    return current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")


def whole_number(text: str | None) -> int | None:
    """A whole number of at most nine digits, or None."""
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def asked_method() -> Method:
    """The method the address names, or the default one."""
    try:
        return Method(request.args.get("method", Method.FAIR))
    except ValueError:
        return Method.FAIR


def asked_words() -> str:
    """The words the address asks to find."""
    return " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]


def local_path(target: str | None) -> str | None:
    """`target` if it is an address on this site that a browser reads as one too, else None."""
    if not target or not target.startswith("/"):
        return None
    path = target.partition("?")[0]
    if "//" in path or "/." in path:  # "/.//x" is "//x" to whoever resolves the dot
        return None
    if any(ord(character) <= 0x20 or character in "\\\x7f" for character in target):
        return None
    return target


def came_from(default: str, *within: str) -> str:
    """The page of this site under one of the paths `within` that sent this request, or `default`."""
    try:
        source = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return default
    folders = tuple(path.rstrip("/") + "/" for path in within)
    if source.netloc != request.host or not f"{source.path}/".startswith(folders):
        return default
    path = f"{source.path}?{source.query}" if source.query else source.path
    return path if local_path(path) and is_page(source.path) else default


def is_page(path: str) -> bool:
    """Whether a browser that is sent to this path finds a page, not an address that only takes forms."""
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, RoutingException):
        return False
    return True


def words_to_numbers(text: str) -> list[int]:
    """The whole numbers in a text like "10, 10, 8"; none at all if anything else is in it."""
    numbers = [whole_number(word) for word in text.replace(",", " ").split()]
    return [number for number in numbers if number is not None] if None not in numbers else []
