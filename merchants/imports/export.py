"""A market's stalls in exactly the columns of the vendor sheet: taken in again it changes nothing.

Full phone and account numbers leave the house here, so whoever opens this door notes it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from merchants.acceptance.banks import recognise_bank
from merchants.accounts import MOMO, STRIPE
from merchants.errors import BankNotRecognised, MarketNotFound
from merchants.imports.drafts import PointDraft, StallDraft, VendorDraft
from merchants.imports.standing import load_standing
from merchants.kinds import HANGING_POSTER_STATES
from merchants.sealing import Sealer
from merchants.sheets.book import Line, Value, example_line, write_book, write_csv
from merchants.stalls.floor import floor_order
from merchants.stalls.words import STALL_STATE_WORDS
from qr.participants import participants

_WALLETS = {MOMO: "MoMo", STRIPE: "Stripe"}


@dataclass(frozen=True, slots=True)
class MarketSheet:
    """The lines of a market's sheet, its zones, and what one line a stall has no room for."""

    lines: Sequence[Line]
    zones: Sequence[str]
    notes: Sequence[str]

    def to_xlsx(self) -> bytes:
        """Return the sheet as XLSX."""
        return write_book(self.lines, zones=self.zones, notes=self.notes)

    def to_csv(self) -> bytes:
        """Return the sheet as CSV."""
        return write_csv(self.lines)


def market_sheet(
    session: Session,
    market_code: str,
    *,
    sealer: Sealer,
    stall_codes: Collection[str] | None = None,
) -> MarketSheet:
    """Return the register of a market as a vendor sheet, in floor order.

    Args:
        stall_codes: only these of the market's stalls; ``None`` = all of them.

    Raises:
        MarketNotFound: no such market.
    """
    standing = load_standing(session, [market_code], for_update=False)
    if market_code not in standing.market_ids:
        raise MarketNotFound(market_code)
    chosen = (
        stall
        for (_, code), stall in standing.stalls.items()
        if stall_codes is None or code in stall_codes
    )
    stalls = sorted(chosen, key=_on_the_floor)
    exporter = _Exporter(market_code, sealer)
    lines = [exporter.line(stall) for stall in stalls]
    zones = sorted({zone.values["name"] for zone in standing.zones.values()})
    return MarketSheet(lines, zones, exporter.notes)


def template(session: Session | None = None, market_code: str = "") -> MarketSheet:
    """Return the blank sheet with its example row; with a market its zones are offered.

    Raises:
        MarketNotFound: no such market.
    """
    zones: list[str] = []
    if session is not None:
        standing = load_standing(session, [market_code], for_update=False)
        if market_code not in standing.market_ids:
            raise MarketNotFound(market_code)
        zones = sorted(zone.values["name"] for zone in standing.zones.values())
    return MarketSheet([example_line(market_code, next(iter(zones), "Khu A"))], zones, [])


def _on_the_floor(stall: StallDraft) -> tuple[Any, ...]:
    return floor_order(stall.zone.values["name"] if stall.zone else "", stall.values["code"])


@dataclass
class _Exporter:
    market_code: str
    sealer: Sealer

    def __post_init__(self) -> None:
        self.notes: list[str] = []

    def line(self, stall: StallDraft) -> Line:
        """Return what the register knows about a stall; what would come back as a change is left out."""
        line: dict[str, Value] = {
            "market_code": self.market_code,
            "zone": stall.zone.values["name"] if stall.zone else "",
            "stall_code": stall.values["code"],
            "goods_group": stall.values["goods_group"],
            "stall_state": STALL_STATE_WORDS[stall.values["state"]][0],
        }
        if stall.values["audited_on"] and stall.values["displayed_codes"] is not None:
            line["audited_on"] = stall.values["audited_on"]
            line["displayed_codes"] = stall.values["displayed_codes"]
        if stall.holding is not None:
            line |= self._vendor(stall, stall.holding.vendor) | _installed(stall)
        return line

    def _vendor(self, stall: StallDraft, vendor: VendorDraft) -> dict[str, Value]:
        values = vendor.values
        line: dict[str, Value] = {
            "full_name": values["full_name"],
            "business_name": values["business_name"],
            "consented_on": values["consented_on"],
        }
        if values["phone_sealed"]:
            line["phone"] = "0" + self.sealer.open(values["phone_sealed"]).removeprefix("+84")
        bank = next((point for point in vendor.points if point.values["bin"]), None)
        wallet = next((p for p in vendor.points if p.values["feed_provider"] in _WALLETS), None)
        # One column names the holder of both: of two holders only the bank's can stand there.
        if bank and wallet and bank.values["holder_name"] != wallet.values["holder_name"]:
            wallet = None
        told = [point for point in (bank, wallet) if point is not None]
        self._note_others(stall, (point for point in vendor.points if point not in told))
        if bank is not None:
            line |= {"bank": _bank_word(bank), "account": self._number(bank)}
        if wallet is not None:
            line["wallet"] = _WALLETS[wallet.values["feed_provider"]]
            line["wallet_point"] = self._number(wallet)
        if told:
            last = told[-1].values
            line["holder_name"] = last["holder_name"]
            line["contract_no"] = last["provider_contract_no"]
            line["contract_from"] = last["contract_from"]
        return line

    def _number(self, point: PointDraft) -> str:
        return self.sealer.open(point.values["account_sealed"])

    def _note_others(self, stall: StallDraft, points: Iterable[PointDraft]) -> None:
        for point in points:
            self.notes.append(
                f"Gian {stall.values['code']}: tài khoản ···{point.values['account_tail']} của "
                f"{point.values['holder_name']} chỉ có trong sổ chợ."
            )


def _bank_word(point: PointDraft) -> str:
    """Return the short name under which the import finds the same bank again, else its BIN."""
    bin_ = str(point.values["bin"])
    participant = participants().get(bin_)
    if participant is None:
        return bin_
    try:
        found, _ = recognise_bank(participant.short_name)
    except BankNotRecognised:
        return bin_
    return participant.short_name if found.bin == bin_ else bin_


def _installed(stall: StallDraft) -> dict[str, Value]:
    """Return the day the stall's posters were hung up, when it is one day and all of them hang."""
    days = {poster.values["installed_on"] for poster in stall.posters}
    hang = all(poster.values["state"] in HANGING_POSTER_STATES for poster in stall.posters)
    return {"installed_on": days.pop()} if len(days) == 1 and hang else {}
