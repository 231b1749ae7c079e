"""Who has an account: found by name, a page at a time."""

from __future__ import annotations

from flask import render_template, request

from ranker.actions.accounts.names import LONGEST_NAME, name_key
from ranker.desk.keys import From
from ranker.desk.people import Who, people_page
from ranker.web.admin.entrance import blueprint, desk, for_admins


@blueprint.get("/people")
@for_admins
def people() -> str:
    query = request.args
    words = query.get("words", "").strip()[:LONGEST_NAME]
    who = Who(query["who"]) if query.get("who") in set(Who) else Who.ALL
    page = people_page(desk(), name_key(words), who, From(key_in("after"), key_in("before")))
    return render_template("admin/people.html", page=page, words=words, who=who)


def key_in(name: str) -> str | None:
    """A name in the address, as the table is ordered by it."""
    return name_key(request.args[name][:LONGEST_NAME]) or None if name in request.args else None
