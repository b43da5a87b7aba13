"""The proof of kept rules: a text that is not what its hash says is told, and goes nowhere."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.actors import Actor
from reconciliation.bulk import table_of
from reconciliation.close.closing import close_days
from reconciliation.errors import RulesDamaged
from reconciliation.rules.changing import approve_change, note_trial, propose_change
from reconciliation.rules.in_force import keep_rules, rules_in_force
from reconciliation.rules.kept import kept_rules
from reconciliation.rules.proof import verify_rules
from reconciliation.rules.tables import RuleChange, RuleSet
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld
from tests.reconciliation.rules.test_rules import BASE, CONTRACT, FROM, LAN, MAI, NOW

SET, CHANGE = table_of(RuleSet), table_of(RuleChange)


@pytest.fixture
def tampered(engine: sa.Engine) -> Callable[[sa.Update | sa.Delete], list[str]]:
    """A closed day and an approved change; what the proof says after a statement by hand."""
    with writing(engine) as session:
        world = LedgerWorld(session, NOW)
        world.both(world.vendor(world.market()), 50_000)
        close_days(session, DAY, DAY, market_code=None, profiles=BASE, sealer=SEALER, now=NOW)
        _approve(session, LAN, MAI)
    with reading(engine) as session:
        assert verify_rules(session) == []

    def findings(statement: sa.Update | sa.Delete) -> list[str]:
        with writing(engine) as session:
            session.connection().execute(statement)
        with reading(engine) as session:
            return verify_rules(session)

    return findings


def _approve(session: object, proposer: Actor, decider: Actor) -> None:
    change = propose_change(
        session,  # type: ignore[arg-type]
        CONTRACT,
        file="hop-dong.toml",
        valid_from=FROM,
        reason="Phụ lục 3",
        base=BASE,
        actor=proposer,
        now=NOW,
    )
    note_trial(session, change, "{}", first=DAY, last=DAY, against=BASE)  # type: ignore[arg-type]
    approve_change(session, change, base=BASE, actor=decider, now=NOW)  # type: ignore[arg-type]


def test_a_kept_text_that_was_changed_is_told_and_not_read(
    engine: sa.Engine, tampered: Callable[[sa.Update], list[str]]
) -> None:
    content = sa.func.replace(SET.c.content, '"cycle_days": 1', '"cycle_days": 9')

    [finding] = tampered(sa.update(SET).values(content=content))

    short = BASE.rules_sha256[:12]
    assert finding == f"Bộ quy tắc {short}…: nội dung không còn đúng với mã băm"
    with writing(engine) as session:
        with pytest.raises(RulesDamaged):
            kept_rules(session, [BASE.rules_sha256])
        with pytest.raises(RulesDamaged):
            keep_rules(session, BASE, NOW)


def test_a_change_that_says_something_else_than_was_approved_is_told_and_not_gone_by(
    engine: sa.Engine, tampered: Callable[[sa.Update], list[str]]
) -> None:
    content = sa.func.replace(CHANGE.c.content, "300", "100")

    [finding] = tampered(sa.update(CHANGE).values(content=content))

    assert finding.startswith("Lần đổi quy tắc số 1: nội dung không còn đúng với mã băm")
    with reading(engine) as session, pytest.raises(RulesDamaged):
        rules_in_force(session, BASE)


def test_rules_that_a_close_names_and_nobody_kept_are_told(
    tampered: Callable[[sa.Delete], list[str]],
) -> None:
    [finding] = tampered(sa.delete(SET))

    assert finding.endswith("…: 1 lần chốt theo nó mà không còn được giữ")
