"""One's own list as a file or as text to paste, told up to an episode of one's choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, request

from ranker.domain.values import PublicList
from ranker.exchange.lists import write_list_csv, write_list_json
from ranker.exchange.pasting import STYLES
from ranker.gate.public_lists import own_list_shown
from ranker.web.requests import whole_number
from ranker.web.viewers import gate_to

blueprint = Blueprint("list_files", __name__, url_prefix="/series/<slug>/list/share")

TABLES: Mapping[str, tuple[str, Callable[[PublicList], bytes]]] = {
    "list.json": ("application/json", write_list_json),
    "list.csv": ("text/csv", write_list_csv),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A list as text, ready to be copied; `name` is for ids. limit: how much fits in one post there, if it is more."""

    name: str
    file: str
    style: str
    spoilers: bool
    text: str
    limit: int | None


@blueprint.get("/as/<file>")
def take(slug: str, file: str) -> Response:
    """The list as a file: up to the episode `cap`, or else with nothing of the story in it."""
    gate = gate_to(slug)
    if not gate.viewer.is_fan or file not in (*STYLES, *TABLES):
        abort(404)
    shown = own_list_shown(gate, whole_number(request.args.get("cap")) or 0)
    mimetype, content = in_format(file, shown)
    answer = make_response(content)
    answer.mimetype = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.{file}"'
    return answer


def in_format(file: str, shown: PublicList) -> tuple[str, bytes]:
    if file in TABLES:
        mimetype, write = TABLES[file]
        return mimetype, write(shown)
    return "text/markdown" if file.endswith(".md") else "text/plain", STYLES[file].text(shown).encode()


def texts_of(shown: PublicList) -> list[Text]:
    """The list in every kind of text there is, if there is anything in it."""
    return [_text(file, shown) for file in STYLES] if shown.entries else []


def _text(file: str, shown: PublicList) -> Text:
    style = STYLES[file]
    text = style.text(shown)
    limit = style.limit if style.limit and len(text) > style.limit else None
    return Text(file.partition(".")[0] + file.partition(".")[2], file, style.name, bool(style.tag[0]), text, limit)
