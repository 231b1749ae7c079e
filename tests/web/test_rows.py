"""The rows of a ranking, which are rendered once for all to whom they show the same."""

from __future__ import annotations

import pytest
from jinja2 import meta

from ranker.domain.clearance import Method
from ranker.web import rows
from ranker.web.rows import Row, freshly_rendered_row, rows_of
from tests.cast import SLUG, Cast

PAGE = f"/series/{SLUG}"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """Which rows had to be rendered, in their order."""
    fresh: list[Row] = []

    def noting(row: Row) -> str:
        fresh.append(row)
        return freshly_rendered_row(row)

    monkeypatch.setattr(rows, "freshly_rendered_row", noting)
    return fresh


def test_rows_that_show_the_same_after_a_save_are_not_rendered_anew(cast: Cast, rendered: list[Row]) -> None:
    for fan in ("ada", "bob"):
        cast.rank(fan, 1, 2, 3)
    visitor = cast.browser()
    visitor.get(PAGE)
    before = len(rendered)
    assert before == 9
    cast.rank("bob", 2, 1, 3)
    visitor.get(PAGE)
    again = rendered[before:]
    assert 0 < len(again) < before
    assert not set(again) & set(rendered[:before])


@pytest.mark.parametrize("method", list(Method))
def test_a_kept_row_is_the_one_that_would_be_rendered(cast: Cast, method: Method) -> None:
    """Also where another one that shows almost the same has been kept before."""
    visitor = cast.browser()
    for order in ((1, 2, 3), (2, 1, 3), (3,), (1, 9, 2)):
        cast.rank("ada", *order)
        for view in ("masked", "sealed"):
            page = visitor.get(f"{PAGE}?method={method}&view={view}").text
            with cast.app.test_request_context():
                ranking = cast.gate(None, view=view).ranking(method)
                assert all(str(freshly_rendered_row(row)) in page for row in rows_of(ranking))


def test_a_row_knows_of_nothing_but_itself(cast: Cast) -> None:
    """So that nothing of who asks can be kept for others."""
    environment = cast.app.jinja_env
    assert environment.loader is not None
    source = environment.loader.get_source(environment, "series/_row.html")[0]
    names = meta.find_undeclared_variables(environment.parse(source))
    assert names <= {"_trans", "up"}  # what Jinja's own translating is made with, and what is set in a branch
