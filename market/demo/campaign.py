"""A made-up programme: two waves, targets, a team with its visits, a 4-G card; all say so themselves."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading, writing
from market.demo.onboarding import morning
from market.demo.watch import Watch
from market.documents.evidence_book import write_evidence
from market.reports.model_card import model_card_file
from market.roles import Role
from market.settings import Settings
from market.tables import UserAccount
from merchants.actors import COMMAND
from merchants.campaigns.evidence import team_evidence
from merchants.campaigns.model_card_rules import CardContent, Objective, Resource, Task
from merchants.campaigns.model_cards import save_card
from merchants.campaigns.programmes import NewProgramme, NewWave, add_programme, add_wave
from merchants.campaigns.target_areas import markets_of_target
from merchants.campaigns.targets import NewTarget, set_target
from merchants.campaigns.teams import (
    NewMember,
    NewTeam,
    add_member,
    add_team,
    link_member,
    list_teams,
)
from merchants.campaigns.visits import NewVisit, record_visit
from merchants.kinds import (
    ExitReason,
    ResourceKind,
    StallState,
    TargetArea,
    TargetUnit,
    TaskState,
    TeamKind,
    VisitOutcome,
)
from merchants.markets.areas import VAN_YEN
from merchants.markets.registration import MarketDetails
from merchants.tables import Market, Stall

PROGRAMME = "MO-PHONG"
BASIS = "Mô phỏng, không có văn bản thật"
MEMBERS = ("Lý Văn Sơn", "Lò Thị Mai", "Triệu Thị Ghển")
"""Made-up helpers; the first is the one who signs in."""
VISITED_STALLS = 24
_LEAD = timedelta(days=14)
_OUTCOMES = (
    (VisitOutcome.HELPED, None),
    (VisitOutcome.HELPED, None),
    (VisitOutcome.FOLLOW_UP, None),
    (VisitOutcome.HELPED, None),
    (VisitOutcome.ABSENT, None),
    (VisitOutcome.REFUSED, ExitReason.TAX_CONCERN),
    (VisitOutcome.HELPED, None),
    (VisitOutcome.REFUSED, ExitReason.NO_TIME),
)


def plan_campaign(
    engine: sa.Engine,
    settings: Settings,
    markets: Sequence[MarketDetails],
    market_code: str,
    *,
    first: date,
    last: date,
    watch: Watch,
) -> None:
    """Add the programme, what it plans, and what its team did until ``last``."""
    advance = watch.step("Chương trình, tổ hỗ trợ / Programme and team", 4)
    until = last.replace(month=12, day=31)
    with writing(engine) as session:
        _add_programme(session, [market.code for market in markets], market_code, first, until)
        advance(1)
        _set_targets(session, market_code, first, until)
        advance(2)
        visits = _send_team(session, settings, market_code, first, last)
        advance(3)
        _fill_card(session, market_code, first, until)
        advance(4)
    watch.say(f"{PROGRAMME} ({BASIS.lower()}), {visits} lần ghé / visits")


def link_helper(engine: sa.Engine, market_code: str, *, last: date) -> None:
    """Give the helper's sign-in to the first member of the team."""
    with writing(engine) as session:
        user_id = session.exec(
            select(UserAccount.id).where(UserAccount.role == Role.FIELD_HELPER)
        ).first()
        team = list_teams(session, market_code)[0]
        member = team.members[0]
        link_member(session, market_code, member.id, user_id, actor=COMMAND, now=morning(last))


def write_campaign_papers(engine: sa.Engine, out: Path, market_code: str, last: date) -> list[Path]:
    """Write the 4-G card and the last month's evidence of the team, and return the files."""
    card = out / f"model-card-{market_code}.pdf"
    book = out / f"team-evidence-{market_code}-{last:%Y-%m}.xlsx"
    with reading(engine) as session:
        card.write_bytes(model_card_file(session, market_code, PROGRAMME, last))
        told = team_evidence(session, market_code, last)
    book.write_bytes(write_evidence(told, made_at=morning(last)))
    return [card, book]


def _add_programme(
    session: Session, codes: Sequence[str], market_code: str, first: date, until: date
) -> None:
    now = morning(first - _LEAD)
    new = NewProgramme(
        code=PROGRAMME,
        name="Chợ 4.0 mô phỏng",
        legal_basis=BASIS,
        from_on=first - _LEAD,
        to_on=until,
    )
    add_programme(session, new, actor=COMMAND, now=now)
    waves = (
        NewWave(number=1, name="Thí điểm", from_on=first - _LEAD, market_codes=[market_code]),
        NewWave(
            number=2,
            name="Nhân rộng",
            from_on=first,
            market_codes=[code for code in codes if code != market_code],
        ),
    )
    for wave in waves:
        if wave.market_codes:
            add_wave(session, PROGRAMME, wave, actor=COMMAND, now=now)


def _set_targets(session: Session, market_code: str, first: date, until: date) -> None:
    now = morning(first - _LEAD)
    planned = [
        (TargetArea.MARKET, market_code, "S3", 80_000),
        (TargetArea.MARKET, market_code, "U1", 60_000),
        (TargetArea.WAVE, f"{PROGRAMME}/1", "U3", 50_000),
    ]
    if markets_of_target(session, TargetArea.AREA, VAN_YEN, until):
        planned.append((TargetArea.AREA, VAN_YEN, "U1", 50_000))
    for area, code, indicator, value in planned:
        new = NewTarget(
            indicator=indicator,
            unit=TargetUnit.PERCENT,
            area=area,
            area_code=code,
            period_from=first,
            period_to=until,
            value_milli=value,
            legal_basis=BASIS,
            set_on=first - _LEAD,
        )
        set_target(session, new, actor=COMMAND, now=now)


def _send_team(
    session: Session, settings: Settings, market_code: str, first: date, last: date
) -> int:
    """Add the team and its visits, each recorded on its day, and return how many there are."""
    now = morning(first)
    team = add_team(
        session,
        market_code,
        NewTeam(
            kind=TeamKind.HAMLET,
            name="Tổ công nghệ số thôn 1 (mô phỏng)",
            place="Thôn 1",
            from_on=first,
        ),
        actor=COMMAND,
        now=now,
    )
    assert team.id is not None
    members = []
    for name in MEMBERS:
        new = NewMember(full_name=name, from_on=first)
        member = add_member(
            session, market_code, team.id, new, sealer=settings.sealer, actor=COMMAND, now=now
        )
        members.append(member.id or 0)
    stalls = session.exec(
        select(Stall.code)
        .join(Market, col(Market.id) == col(Stall.market_id))
        .where(Market.code == market_code, Stall.state == StallState.OCCUPIED)
        .order_by(col(Stall.code))
        .limit(VISITED_STALLS)
    ).all()
    days = (last - first).days + 1
    for number, (stall, (outcome, reason), member_id) in enumerate(
        zip(stalls, cycle(_OUTCOMES), cycle(members), strict=False)
    ):
        on = first + timedelta(days=number * 2 % days)
        visit = NewVisit(
            member_id=member_id,
            stall_code=stall,
            visited_on=on,
            minutes=10 + 5 * (number % 5),
            outcome=outcome,
            reason=reason,
        )
        record_visit(session, market_code, visit, actor=COMMAND, now=morning(on))
    return len(stalls)


def _fill_card(session: Session, market_code: str, first: date, until: date) -> None:
    content = CardContent(
        purpose="Mô phỏng: tiểu thương nhận tiền qua QR và tự xem được tiền vào.",
        objectives=(
            Objective(
                indicator="S3",
                unit=TargetUnit.PERCENT,
                baseline_milli=None,
                target_milli=80_000,
                due_on=until,
            ),
            Objective(
                indicator="U1",
                unit=TargetUnit.PERCENT,
                baseline_milli=None,
                target_milli=60_000,
                due_on=until,
            ),
        ),
        tasks=(
            Task(
                task="Lập danh sách gian hàng, đếm tại chợ",
                responsible="Ban quản lý chợ",
                accountable="Ban quản lý chợ",
                due_on=first,
                state=TaskState.DONE,
            ),
            Task(
                task="In và treo tấm mã từng gian hàng",
                responsible="Ban quản lý chợ",
                accountable="Ban quản lý chợ",
                consulted="Ngân hàng, ví điện tử",
                informed="UBND xã",
                due_on=first + timedelta(days=45),
            ),
            Task(
                task="Ghé gian hàng, hỗ trợ lần nhận tiền đầu",
                responsible="Tổ công nghệ số thôn 1",
                accountable="UBND xã",
                due_on=until,
            ),
        ),
        resources=(
            Resource(kind=ResourceKind.PEOPLE, need="Một tổ ba người", is_met=True),
            Resource(kind=ResourceKind.MONEY, need="Kinh phí in tấm mã", is_met=True),
            Resource(kind=ResourceKind.TECHNIQUE, need="Sóng 4G khắp chợ", is_met=False),
            Resource(kind=ResourceKind.INSTITUTIONS, need="Nội quy chợ có mục mã QR", is_met=False),
        ),
    )
    save_card(
        session,
        market_code,
        PROGRAMME,
        content,
        seen_at=None,
        actor=COMMAND,
        now=morning(first - _LEAD),
    )
