"""The worked examples say what the known answers say, and what the words around them claim."""

from fractions import Fraction

import pytest

from ranker.domain.examples import FERRY, MAP, SIGNAL, STORM, STRANGER, Line, worked_examples

TAU = 5


def by_moment(lines: tuple[Line, ...]) -> dict[str, Line]:
    return {line.moment: line for line in lines}


def test_the_small_example_is_the_known_answer() -> None:
    """a>b>c three times and b>c>a twice (DESIGN.md, section 4): b before a before c, with points 10, 9, 8 too."""
    example = worked_examples().small
    assert [line.moment for line in example.fair] == [STORM, SIGNAL, MAP]
    assert {line.moment: line.score for line in example.other} == {SIGNAL: 46, STORM: 47, MAP: 42}
    exact = {
        name: Fraction(1, 2) + Fraction(lead, 4 * (5 + TAU)) for name, lead in ((SIGNAL, 2), (STORM, 4), (MAP, -6))
    }
    for line in example.fair:
        assert line.score == pytest.approx(float(exact[line.moment]))
        assert line.score == pytest.approx(sum(share for _, share in line.against) / 2)


def test_a_late_moment_is_last_by_classic_and_first_by_fair() -> None:
    example = worked_examples().late
    assert (example.fair[0].moment, example.other[-1].moment) == (FERRY, FERRY)
    assert by_moment(example.fair)[FERRY].offered == 4


def test_first_watch_keeps_the_order_of_those_who_stood_there() -> None:
    examples = worked_examples()
    assert examples.looking_back.other[0].moment == STRANGER
    assert examples.looking_back.fair[-1].moment == STRANGER
    assert examples.looking_back.other[0].offered == sum(camp.fans for camp in examples.before)


def test_more_lists_make_it_surer_and_no_longer_early() -> None:
    crowds = worked_examples().crowds
    assert [crowd.lists for crowd in crowds] == [5, 20, 100, 1000]
    assert [crowd.early for crowd in crowds] == [True, False, False, False]
    assert sorted(crowds, key=lambda crowd: -crowd.margin) == list(crowds)
    assert sorted(crowds, key=lambda crowd: crowd.score) == list(crowds)
    assert worked_examples().alone == pytest.approx(7 / 12)


def test_equal_scores_share_a_rank() -> None:
    assert [line.rank for line in worked_examples().tied.fair] == [1, 1, 3, 3]
