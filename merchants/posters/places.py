"""Which stalls may have a poster, what would be on it, and why others may not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from merchants.errors import PosterStepRefused
from merchants.kinds import (
    ENDED_POSTER_STATES,
    GOOD_MATCHES,
    AccountKind,
    StallState,
)
from merchants.posters.payload import poster_payload
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.stalls.floor import floor_order
from merchants.tables import (
    AcceptancePoint,
    Market,
    Poster,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)
from qr.errors import QrError
from qr.participants import participants
from qr.poster import PosterFace
from qr.print_code import PrintKey, key_on
from qr.serial import poster_serial, verification_code


@dataclass(frozen=True, slots=True)
class PosterPlace:
    """An occupied stall, who holds it and the open bank account that its poster would pay."""

    market: Market
    stall: Stall
    vendor: Vendor
    point: AcceptancePoint | None
    has_poster: bool


def poster_places(
    session: Session, market: Market, *, stall_codes: Collection[str] | None = None
) -> list[PosterPlace]:
    """Return the occupied stalls of a market in floor order: two queries, whatever their number.

    Args:
        stall_codes: only these stalls; ``None`` = all.
    """
    with_poster = set(
        session.exec(
            select(Poster.stall_id)
            .join(Stall, col(Stall.id) == Poster.stall_id)
            .where(Stall.market_id == market.id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        )
    )
    query = (
        select(Stall, Zone, Vendor, AcceptancePoint)
        .join(StallHolding, col(StallHolding.stall_id) == Stall.id)
        .join(Vendor, col(Vendor.id) == StallHolding.vendor_id)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .outerjoin(
            AcceptancePoint,
            (col(AcceptancePoint.vendor_id) == Vendor.id)
            & (col(AcceptancePoint.kind) == AccountKind.BANK_ACCOUNT)
            & col(AcceptancePoint.valid_to).is_(None),
        )
        .where(
            Stall.market_id == market.id,
            col(Stall.state) == StallState.OCCUPIED,
            col(StallHolding.to_on).is_(None),
        )
        .order_by(col(AcceptancePoint.id))
    )
    if stall_codes is not None:
        query = query.where(col(Stall.code).in_(stall_codes))
    places: dict[str, PosterPlace] = {}
    rows = session.exec(query).all()
    for stall, _, vendor, point in sorted(rows, key=lambda row: floor_key(row[1], row[0])):
        place = PosterPlace(market, stall, vendor, point, stall.id in with_poster)
        places.setdefault(stall.code, place)
    return list(places.values())


def floor_key(zone: Zone | None, stall: Stall) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Return where a stall comes in the order one walks the market."""
    return floor_order(zone.name if zone is not None else "", stall.code)


def payload_for(place: PosterPlace, sealer: Sealer) -> tuple[AcceptancePoint, str]:
    """Return the account and the payload of the poster a stall may have.

    Raises:
        PosterStepRefused: it may not have one; the reason is Vietnamese, for the manager.
    """
    vendor, point = place.vendor, place.point
    if vendor.consented_on is None:
        raise _refused(place, "chưa có ngày đồng ý của người bán")
    if point is None or point.bin is None or vendor.code is None:
        raise _refused(place, "chưa có tài khoản ngân hàng; ví điện tử dùng mã do ví cấp")
    if point.name_match not in GOOD_MATCHES:
        raise _refused(
            place,
            Sentence(
                "tên chủ tài khoản “{holder}” chưa khớp “{name}”",
                holder=point.holder_name,
                name=vendor.full_name,
            ),
        )
    try:
        payload = poster_payload(
            bin=point.bin,
            account=sealer.open(point.account_sealed),
            holder_name=point.holder_name,
            commune_name=place.market.commune_name,
            goods_group=place.stall.goods_group,
            vendor_code=vendor.code,
            stall_code=place.stall.code,
        )
        # A face that cannot be printed is better known now than on the way to the printer.
        poster_face(
            place,
            payload=payload,
            serial=poster_serial(place.market.code, 1),
            issued_on=date.min,
            verification_key="-",
        )
    except QrError as refusal:
        raise _refused(
            place,
            Sentence(
                "không in được tấm mã ({reason})",
                reason=Sentence.in_both(refusal.message_vi, str(refusal)),
            ),
        ) from None
    return point, payload


def poster_face(
    place: PosterPlace,
    *,
    payload: str,
    serial: str,
    issued_on: date,
    verification_key: PrintKey,
    base_url: str | None = None,
) -> PosterFace:
    """Return what is printed on one poster; without ``base_url`` no address to check it at.

    Raises:
        PosterRefused, SerialRefused: a text on it cannot be printed truly.
    """
    market, stall, vendor, point = place.market, place.stall, place.vendor, place.point
    assert point is not None
    assert point.bin is not None
    code = verification_code(
        key_on(verification_key, issued_on),
        market=market.code,
        stall=stall.code,
        serial=serial,
        payload=payload,
    )
    return PosterFace(
        payload=payload,
        display_name=shown_name(vendor),
        holder_name=point.holder_name,
        bank_name=participants()[point.bin].short_name,
        account_tail=point.account_tail,
        stall_code=stall.code,
        market_name=market.name,
        serial=serial,
        issued_on=issued_on,
        verification_code=code,
        verify_url=f"{base_url.rstrip('/')}/p/{serial}" if base_url is not None else None,
    )


def shown_name(vendor: Vendor) -> str:
    """Return the name a poster shows above the account holder's."""
    return vendor.display_name or vendor.business_name or vendor.full_name


def _refused(place: PosterPlace, reason: str) -> PosterStepRefused:
    return PosterStepRefused(place.stall.code, reason)
