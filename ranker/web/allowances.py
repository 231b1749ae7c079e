"""How often one account may do what takes other people's time. What is refused is not lost: see `TooOften`."""

from __future__ import annotations

import math
import time

from flask import current_app
from limits import parse_many

from ranker.extensions import limiter
from ranker.web.times import counted
from ranker.web.viewers import viewer
from ranker.words import _


class TooOften(Exception):
    """The account has done this too often. The page is shown again, with all that was typed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds

    @property
    def words(self) -> str:
        return _(
            "That was a lot in a short time. What you wrote is still here: please send it in %(wait)s.", wait=self._wait
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)}

    @property
    def _wait(self) -> str:
        minutes = math.ceil(self.seconds / 60)
        if minutes >= 90:
            return counted("hour", round(minutes / 60))
        return counted("minute", minutes) if minutes > 1 else _("a minute")


def count_once(setting: str) -> None:
    """Counts one more of what the setting limits for the fan who asks. Raises TooOften; then it counts nothing."""
    who = f"account {viewer().user_id}"
    items = parse_many(current_app.config[setting])
    for item in items:
        if not limiter.limiter.test(item, setting, who):
            reset = limiter.limiter.get_window_stats(item, setting, who).reset_time
            raise TooOften(max(1, math.ceil(reset - time.time())))
    for item in items:
        limiter.limiter.hit(item, setting, who)
