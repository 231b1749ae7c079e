"""When a list counts: each rule by itself, and all of them together."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranker.domain.counting import NO_RULES, CountingRules, Hold, Owner, Reason, wait

NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LONG_AGO = NOON - 1000 * DAY

instants = st.integers(0, 200).map(lambda hours: NOON - hours * HOUR)
lengths = st.none() | st.integers(1, 100).map(lambda hours: hours * HOUR)
rules = st.builds(CountingRules, lengths, lengths, lengths)
owners = st.builds(Owner, instants, st.none() | instants, st.none() | instants)


@pytest.mark.parametrize(
    ("rule", "owner", "reason"),
    [
        (CountingRules(accounts_after=DAY), Owner(NOON - HOUR), Reason.ACCOUNT),
        (CountingRules(unconfirmed_after=DAY), Owner(LONG_AGO, followed=NOON - HOUR), Reason.HISTORY),
        (CountingRules(jumps_after=DAY), Owner(LONG_AGO, LONG_AGO, jumped=NOON - HOUR), Reason.JUMP),
    ],
)
def test_what_is_an_hour_old_waits_for_the_rest_of_the_day(rule: CountingRules, owner: Owner, reason: Reason) -> None:
    assert wait(rule, owner, NOON, NOON) == Hold(reason, NOON, NOON + 23 * HOUR)
    assert wait(rule, owner, NOON, NOON + 23 * HOUR) is None


def test_a_jump_after_the_save_is_no_reason_to_wait() -> None:
    rule = CountingRules(jumps_after=DAY)
    assert wait(rule, Owner(LONG_AGO, LONG_AGO, jumped=NOON), NOON - HOUR, NOON) is None


def test_of_several_waits_the_longest_is_named() -> None:
    rule = CountingRules(accounts_after=2 * DAY, unconfirmed_after=DAY, jumps_after=DAY)
    assert wait(rule, Owner(NOON, NOON, NOON), NOON, NOON) == Hold(Reason.ACCOUNT, NOON, NOON + 2 * DAY)


@given(owners, instants)
def test_without_rules_nobody_waits(owner: Owner, saved: dt.datetime) -> None:
    assert not NO_RULES.on
    assert wait(NO_RULES, owner, saved, NOON) is None


@given(rules, owners, instants)
def test_whoever_waits_does_not_wait_again_when_the_time_has_come(
    rules: CountingRules, owner: Owner, saved: dt.datetime
) -> None:
    hold = wait(rules, owner, saved, NOON)
    if hold is not None:
        assert hold.until is not None
        assert hold.until > NOON
        assert wait(rules, owner, saved, hold.until) is None
