"""Killed while webhooks and files arrive: what was acknowledged is there, and nothing is there twice.

``python -m tests.benchmarks.crash`` kills fifty times.
"""

from pathlib import Path

import sqlalchemy as sa

from tests.crashing import crash

KILLS = 10


def test_what_was_acknowledged_survives_every_kill_exactly_once(
    engine: sa.Engine, tmp_path: Path
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()

    told = crash(url, tmp_path, kills=KILLS, seed=20261122)

    assert told.kills == KILLS
    assert told.sent_again > 0, "no kill met a webhook under way"
    assert told.killed_in_files > 0, "no kill met a file under way"
