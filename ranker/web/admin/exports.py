"""A series as a file to keep, to edit elsewhere and to import again; and its ballots for research."""

from __future__ import annotations

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from ranker.desk.ballots import anonymous_ballots
from ranker.desk.catalogue import whole_series
from ranker.domain.anonymity import DEFAULT_K, LEAST_K
from ranker.exchange.ballots import BALLOT_WRITERS, about
from ranker.exchange.reading import WRITERS
from ranker.web.admin.entrance import blueprint, desk
from ranker.web.requests import whole_number
from ranker.words import DEFAULT, said_in

KINDS = {"csv": "text/csv", "soi": "text/plain", "json": "application/json"}


@blueprint.get("/series/<slug>/export/<file>")
def export(slug: str, file: str) -> Response:
    answer = make_response(content_of(slug, file))
    answer.mimetype = KINDS[file.rpartition(".")[2]]
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.{file}"'
    return answer


@blueprint.get("/series/<slug>/ballots")
def ballots(slug: str) -> str | tuple[str, int]:
    """What the files of ballots would tell, before they are taken."""
    series, k = desk().series_card(slug), asked_k()
    told = anonymous_ballots(desk(), slug, k) if k is not None else None
    page = render_template(
        "admin/ballots.html",
        series=series,
        asked=request.args.get("k", str(DEFAULT_K)),
        least=LEAST_K,
        told=told,
        about=about(told) if told else (),
    )
    return page if told else (page, 422)


def content_of(slug: str, file: str) -> bytes:
    """404 for what there is not to export, 422 for ballots that too few would have to share."""
    if file in BALLOT_WRITERS:
        desk().series_card(slug)
        k = asked_k()
        told = anonymous_ballots(desk(), slug, k if k is not None else abort(422))
        with said_in(DEFAULT):
            return BALLOT_WRITERS[file](told)
    series = whole_series(desk(), slug)
    return WRITERS[file](series) if file in WRITERS else abort(404)


def asked_k() -> int | None:
    """How many have to share what is told of a list; None for what is no such number."""
    asked = whole_number(request.args.get("k", str(DEFAULT_K)))
    return asked if asked is not None and asked >= LEAST_K else None
