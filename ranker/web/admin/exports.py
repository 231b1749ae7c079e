"""A series as a file to keep, to edit elsewhere and to import again."""

from __future__ import annotations

from flask import abort, make_response
from werkzeug.wrappers import Response

from ranker.desk.catalogue import whole_series
from ranker.exchange.reading import WRITERS
from ranker.web.admin.entrance import blueprint, desk


@blueprint.get("/series/<slug>/export/<file>")
def export(slug: str, file: str) -> Response:
    series = whole_series(desk(), slug)
    if file not in WRITERS:
        abort(404)
    answer = make_response(WRITERS[file](series))
    answer.mimetype = "text/csv" if file.endswith(".csv") else "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.{file}"'
    return answer
