"""Tries counted in a Redis: once for all workers, and in each worker's own memory while the Redis is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from ranker.config import settings
from ranker.environment import BadSetting
from tests.redis import redis_server
from tests.served import Served, served

WRONG = {"name": "bob", "password": "wrong password"}
UNREACHABLE = "Rate limit storage unreachable"


def statuses(site: Served, times: int) -> list[int]:
    return [site.post("/login", WRONG).status for _ in range(times)]


def test_all_workers_count_as_one_and_go_on_by_themselves_when_the_storage_is_gone(tmp_path: Path) -> None:
    storage = {"RANKER_LOGIN_LIMIT": "12 per hour", "RANKER_ACCOUNT_LIMIT": "1000 per hour"}
    with (
        redis_server(tmp_path) as redis,
        served(tmp_path, workers=3, RANKER_RATELIMIT_STORAGE=redis.url.replace("redis:", "valkey:"), **storage) as site,
    ):
        assert statuses(site, 14) == [422] * 12 + [429] * 2
        counted = redis.keys()
        assert counted
        assert not [key for key in counted if "bob" in key]
        redis.stop()
        afterwards = statuses(site, 12)
        assert set(afterwards) <= {422, 429}
        assert 422 in afterwards
        assert 1 <= site.log.read_text().count(UNREACHABLE) <= 3  # once in each worker that was asked


def test_a_storage_that_is_not_there_keeps_nobody_out(tmp_path: Path) -> None:
    with served(tmp_path, workers=1, RANKER_RATELIMIT_STORAGE="redis://127.0.0.1:9/0") as site:
        assert statuses(site, 11) == [422] * 10 + [429]
        assert site.log.read_text().count(UNREACHABLE) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RANKER_RATELIMIT_STORAGE", "memcached://127.0.0.1"),
        ("RANKER_RATELIMIT_STORAGE", "redis://"),
        ("RANKER_LOGIN_LIMIT", "often"),
        ("RANKER_ACCOUNT_LIMIT", "0"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        settings({"RANKER_DATA_DIR": str(tmp_path), name: value})
