"""What was done at the desk: found by person, series, action and day, and taken along as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urlencode

from flask import Response, abort, render_template, request, stream_with_context

from ranker.actions.accounts.names import LONGEST_NAME, name_key
from ranker.desk import audit, deeds
from ranker.desk.audit import AuditAsked, Recorded
from ranker.desk.keys import From
from ranker.exchange.tables import defused
from ranker.web.admin.entrance import blueprint, desk
from ranker.web.requests import whole_number

FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(9000, 1, 1)
COLUMNS = ("at", "actor", "action", "series", "subject", "before", "after")


@blueprint.get("/audit")
def audit_entries() -> str:
    asked = asked_of(request.args)
    at = From(whole_number(request.args.get("after")), whole_number(request.args.get("before")))
    wanted = {name: request.args.get(name, "") for name in ("person", "series", "action", "first", "last")}
    return render_template(
        "admin/audit.html",
        page=audit.audit_page(desk(), asked, at),
        deed=deeds.deed,
        noun=deeds.noun,
        all_series=desk().all_series(),
        wanted=wanted,
        query=urlencode({name: value for name, value in wanted.items() if value}),
    )


@blueprint.get("/audit/<int:entry>")
def audit_entry(entry: int) -> str:
    return render_template("admin/audit_entry.html", entry=audit.audit_entry(desk(), entry), deed=deeds.deed)


@blueprint.get("/audit/export/<file>")
def export_audit(file: str) -> Response:
    if file not in WRITERS:
        abort(404)
    write, mimetype = WRITERS[file]
    lines = write(audit.recorded(desk(), asked_of(request.args)))
    answer = Response(stream_with_context(lines), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def asked_of(query: Mapping[str, str]) -> AuditAsked:
    """What the address asks for; what it cannot mean is not asked for."""
    return AuditAsked(
        person=name_key(query.get("person", "")[:LONGEST_NAME]),
        series=query.get("series", "")[:80],
        action=query.get("action", "")[:40],
        first=day(query.get("first", "")),
        last=day(query.get("last", "")),
    )


def day(text: str) -> dt.date | None:
    """The day in a field; one before or after all days that matter is the first or the last of these."""
    try:
        return min(max(dt.date.fromisoformat(text), FIRST_DAY), LAST_DAY)
    except ValueError:
        return None


def as_csv(entries: Iterable[Recorded]) -> Iterator[str]:
    """With a byte order mark, by which spreadsheets know UTF-8."""
    yield "\ufeff" + line(COLUMNS)
    for entry in entries:
        before, after = (
            "" if fields is None else json.dumps(fields, ensure_ascii=False) for fields in (entry.before, entry.after)
        )
        yield line((entry.at.isoformat(), entry.actor, entry.action, entry.series or "", entry.subject, before, after))


def line(cells: Iterable[str]) -> str:
    """One row; what a spreadsheet would run as a formula is defused."""
    out = io.StringIO()
    csv.writer(out).writerow([defused(text) for text in cells])
    return out.getvalue()


def as_json(entries: Iterable[Recorded]) -> Iterator[str]:
    """An array, an entry to a line."""
    before = "[\n"
    for entry in entries:
        fields = {name: getattr(entry, name) for name in COLUMNS} | {"at": entry.at.isoformat()}
        yield before + json.dumps(fields, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


WRITERS: Mapping[str, tuple[Callable[[Iterable[Recorded]], Iterator[str]], str]] = {
    "audit.csv": (as_csv, "text/csv"),
    "audit.json": (as_json, "application/json"),
}
