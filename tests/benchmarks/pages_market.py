"""One market of many vendors with closed days behind it, written straight into the tables."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from merchants.accounts import account_fingerprint, phone_fingerprint
from merchants.code_order import code_order
from merchants.columns import core_table
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    CalendarRule,
    EventAction,
    NameMatch,
    PosterState,
    StallState,
    TeamKind,
    VendorState,
)
from merchants.sealing import Sealer
from merchants.sort_names import search_text, sort_key
from merchants.tables import (
    AcceptancePoint,
    Market,
    MarketCalendar,
    Poster,
    RegisterEvent,
    Stall,
    StallHolding,
    Team,
    TeamMember,
    Vendor,
    Zone,
)
from merchants.vendor_code import write_vendor_code
from qr.serial import poster_serial
from reconciliation.simulation.names import as_banks_print, draw_person
from reconciliation.tables import CloseState, DayClose, MarketDay, VendorDay
from tests import factories

ZONES = 12
TEAMS, MEMBERS = 4, 24
CHUNK = 5_000
MARKET = "MA"


def fill(engine: sa.Engine, sealer: Sealer, *, vendors: int, days: int, now: datetime) -> None:
    """Register the market with a vendor at each stall, and close its last ``days`` days."""
    rng = random.Random(4)
    first_on = now.date() - timedelta(days=90)
    with engine.begin() as connection:
        market = factories.market(code=MARKET, stalls_counted=vendors).model_dump(exclude={"id"})
        connection.execute(sa.insert(core_table(Market)), [market | {"id": 1}])
        calendar = {"market_id": 1, "rule_type": CalendarRule.DAILY, "params": "", "id": 1}
        _write(connection, MarketCalendar, iter([calendar | {"valid_from": first_on}]))
        zones = ({"id": n, "market_id": 1, "name": f"Khu {n}"} for n in range(1, ZONES + 1))
        _write(connection, Zone, zones)
        _write(connection, Stall, (_stall(n, vendors) for n in range(1, vendors + 1)))
        _write(connection, Vendor, (_vendor(n, rng, sealer, now) for n in range(1, vendors + 1)))
        holdings = (
            {"id": n, "stall_id": n, "vendor_id": n, "from_on": first_on}
            for n in range(1, vendors + 1)
        )
        _write(connection, StallHolding, holdings)
        names = dict(connection.execute(sa.select(*core_table(Vendor).c["id", "full_name"])).all())
        points = (_point(n, names[n], sealer, first_on) for n in range(1, vendors + 1))
        _write(connection, AcceptancePoint, points)
        _write(
            connection, Poster, (_poster(n, now) for n in range(1, vendors + 1) if _has_poster(n))
        )
        _write(
            connection, Team, ({"id": n} | _TEAM | {"name": f"Tổ {n}"} for n in range(1, TEAMS + 1))
        )
        _write(connection, TeamMember, (_member(n, rng) for n in range(1, MEMBERS + 1)))
        _write(connection, RegisterEvent, _events(vendors, now))
        _close(
            connection, vendors, [now.date() - timedelta(days=back) for back in range(1, days + 1)]
        )


def _write(connection: sa.Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    defaults = {
        name: each.default for name, each in table.model_fields.items() if not each.is_required()
    }
    while chunk := [defaults | row for row in islice(rows, CHUNK)]:
        connection.execute(sa.insert(core_table(table)), chunk)


def _stall(number: int, stalls: int) -> dict[str, Any]:
    zone = 1 + (number - 1) * ZONES // stalls
    code = f"{chr(64 + zone)}{number:05d}"
    return {
        "id": number,
        "market_id": 1,
        "zone_id": zone,
        "code": code,
        "code_order": code_order(code),
        "goods_group": ["Rau củ", "Thịt, cá", "Quần áo", "Tạp hoá"][number % 4],
        "state": StallState.VACANT if number % 40 == 0 else StallState.OCCUPIED,
    }


def _vendor(number: int, rng: random.Random, sealer: Sealer, now: datetime) -> dict[str, Any]:
    name = draw_person(rng, woman=number % 3 > 0)
    phone = f"+849{number:08d}"
    return {
        "id": number,
        "market_id": 1,
        "code": write_vendor_code(number),
        "full_name": name,
        "sort_name": sort_key(name),
        "search_text": search_text(name),
        "phone_sealed": "sealed",
        "phone_hash": phone_fingerprint(sealer, phone),
        "phone_tail": phone[-3:],
        "state": _state(number),
        "state_since": now - timedelta(days=number % 60),
        "consented_on": date(2026, 8, 1),
        "registered_at": now - timedelta(days=90),
    }


def _state(number: int) -> VendorState:
    if not _has_poster(number):
        return VendorState.LISTED if number % 20 == 0 else VendorState.DATA_CAPTURED
    return VendorState.ACTIVE if number % 5 else VendorState.POSTER_ISSUED


def _has_poster(number: int) -> bool:
    return number % 10 not in {0, 3}


def _point(number: int, name: str, sealer: Sealer, first_on: date) -> dict[str, Any]:
    account = f"{number:013d}"
    return {
        "id": number,
        "vendor_id": number,
        "kind": AccountKind.BANK_ACCOUNT,
        "acceptance_type": AcceptanceType.TRANSFER_QR,
        "bin": "970436",
        "feed_provider": "bank_vcb",
        "account_sealed": "sealed",
        "account_hash": account_fingerprint(sealer, "bank_vcb", account),
        "account_tail": account[-4:],
        "holder_name": as_banks_print(name),
        "name_match": NameMatch.MISMATCH if number % 50 == 3 else NameMatch.NORMALISED,
        "state": AcceptancePointState.VERIFIED,
        "valid_from": first_on,
    }


def _poster(number: int, now: datetime) -> dict[str, Any]:
    issued_on = now.date() - timedelta(days=1 + number % 80)
    return {
        "id": number,
        "serial": poster_serial(MARKET, number),
        "stall_id": number,
        "acceptance_point_id": number,
        "vendor_id": number,
        "payload_sealed": "sealed",
        "payload_hash": f"{number:064d}",
        "state": PosterState.INSTALLED if number % 9 else PosterState.GENERATED,
        "issued_on": issued_on,
        "installed_on": issued_on if number % 9 else None,
    }


_TEAM = {"market_id": 1, "kind": TeamKind.HAMLET, "from_on": date(2026, 8, 1)}


def _member(number: int, rng: random.Random) -> dict[str, Any]:
    return {
        "id": number,
        "team_id": 1 + number % TEAMS,
        "full_name": draw_person(rng, woman=number % 2 > 0),
        "from_on": date(2026, 8, 1),
    }


def _events(vendors: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what was done to each vendor on the way to the first payment, with a helper's help."""
    for n in range(1, vendors + 1):
        begun = now - timedelta(days=1 + n % 80, minutes=n % 500)
        steps = [(begun, EventAction.REGISTERED, subject) for subject in ("", "stall", "account")]
        if _has_poster(n):
            steps.append((begun + timedelta(hours=20), EventAction.POSTER_ISSUED, ""))
            steps.append((begun + timedelta(hours=22), EventAction.POSTER_INSTALLED, ""))
        told = {"market_id": 1, "vendor_id": n, "stall_id": n, "actor": "staff:1"}
        helped = {"assisted_by_id": 1 + n % MEMBERS if n % 5 < 3 else None}
        for at, action, subject in steps:
            yield told | helped | {"at": at, "action": action.value, "subject": subject}
        if _state(n) is VendorState.ACTIVE:
            became = {"at": begun + timedelta(hours=23), "to_value": VendorState.ACTIVE.value}
            yield told | became | {"action": EventAction.STATE_CHANGED.value}


def _close(connection: sa.Connection, vendors: int, days: list[date]) -> None:
    for close_id, on in enumerate(reversed(days), start=1):
        head = {
            "id": close_id, "scope": MARKET, "market_id": 1, "business_date": on, "version": 1,
            "state": CloseState.FINAL, "closed_at": datetime.fromisoformat(f"{on}T20:00:00+00:00"),
            "inputs_sha256": "", "rules_sha256": "", "code_version": "", "root_sha256": "",
        }  # fmt: skip
        _write(connection, DayClose, iter([head]))
        zeros = dict.fromkeys(VendorDay.model_fields, 0)
        receiving = [n for n in range(1, vendors + 1) if _has_poster(n) and n % 5]
        _write(
            connection,
            VendorDay,
            (
                zeros
                | {"close_id": close_id, "vendor_id": n, "business_date": on, "payments": 3}
                | {"gross_vnd": 1_000 * (n % 97), "net_vnd": 1_000 * (n % 97)}
                for n in receiving
            ),
        )
        market = dict.fromkeys(MarketDay.model_fields, 0)
        market |= {"close_id": close_id, "market_id": 1, "business_date": on, "is_open": True}
        _write(connection, MarketDay, iter([market | {"vendors_receiving": len(receiving)}]))
