"""Many posters ended at once, or replaced by new ones because they no longer tell the truth.

A poster that is drawn again stays what it is; only here and in ``issue`` does a new serial begin.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.entries import Faults
from merchants.errors import PosterNotFound, PosterStepRefused
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES, PosterEnd, PosterState
from merchants.masking import without_numbers
from merchants.posters.ends import end_posters
from merchants.posters.making import (
    PosterBlock,
    add_posters,
    derive_states,
    new_poster,
    require_key,
)
from merchants.posters.places import PosterPlace, poster_places
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import Market, Poster, Stall
from qr.print_code import PrintKey

NOTE_LETTERS_MAX = 200
AT_ONCE_MAX = 1000

GIVEN_REASONS: Mapping[PosterEnd, str] = {
    PosterEnd.OUTDATED: "Thông tin trên tấm mã đã đổi",
    PosterEnd.LOST: "Mất tấm mã",
    PosterEnd.DAMAGED: "Tấm mã hỏng, mờ, rách",
    PosterEnd.NAME: "Đổi tên chủ tài khoản hoặc tên gian hàng",
    PosterEnd.ACCOUNT: "Đổi tài khoản nhận tiền",
    PosterEnd.LEFT: "Người bán thôi bán ở gian này",
    PosterEnd.INCIDENT: "Bị dán đè, nghi mã giả",
    PosterEnd.OTHER: "Lý do khác (ghi rõ bên dưới)",
}
"""What people may give as a reason, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why posters end: ``end`` is told to whoever checks the serial, ``note`` stays in the history."""

    end: PosterEnd
    note: str = ""

    @classmethod
    def given(cls, reason: str, note: str = "") -> "Why":
        """Return the reason somebody gave.

        Raises:
            EntryRefused: it is none of ``GIVEN_REASONS``, the note is too long, or missing where the
                reason alone says nothing.
        """
        faults = Faults()
        if reason not in set(GIVEN_REASONS):
            faults.say("reason", "Chọn lý do trong danh sách")
        needed = "Ghi rõ lý do, một câu là đủ" if reason == PosterEnd.OTHER else ""
        text = faults.text("note", note, length_max=NOTE_LETTERS_MAX, needed=needed)
        faults.refuse_any()
        return cls(PosterEnd(reason), text)

    @property
    def told(self) -> str:
        """Return what the history keeps."""
        note = without_numbers(self.note)
        return f"{self.end.value}: {note}" if note else self.end.value


@dataclass(frozen=True, slots=True)
class Reissued:
    """The posters issued in place of others, and the stalls that could not have one."""

    posters: Sequence[Poster]
    blocks: Sequence[PosterBlock]


def revoke_posters(
    session: Session,
    market_code: str,
    serials: Collection[str],
    why: Why,
    *,
    actor: Actor,
    now: datetime,
) -> list[Poster]:
    """End live posters of a market for good, all of them or, raising, none.

    Raises:
        MarketNotFound: there is no such market.
        PosterNotFound: one of the serials is no live poster of it.
        EntryRefused: none or too many are given.
    """
    market = find_market(session, market_code, for_update=True)
    ended = [poster for poster, _ in _live(session, market, serials)]
    end_posters(
        session,
        ended,
        market,
        PosterState.REVOKED,
        actor=actor,
        now=now,
        reason=why.told,
        end=why.end,
    )
    derive_states(session, market, actor=actor, now=now)
    return ended


def reissue_posters(
    session: Session,
    market_code: str,
    serials: Collection[str],
    why: Why,
    *,
    sealer: Sealer,
    verification_key: PrintKey,
    actor: Actor,
    now: datetime,
) -> Reissued:
    """Replace live posters by new ones that say what the register says now.

    A stall that may not have a poster now keeps its old one and is told with the reason: whether to
    revoke it is for people to say.

    Raises:
        MarketNotFound: there is no such market.
        PosterNotFound: one of the serials is no live poster of it.
        EntryRefused: none or too many are given.
        SerialRefused: the verification key is empty.
    """
    require_key(verification_key)
    market = find_market(session, market_code, for_update=True)
    old = _live(session, market, serials)
    places = {place.stall.id: place for place in poster_places(session, market)}
    others = _others(session, market, old)
    replaced: list[Poster] = []
    fresh: dict[tuple[int, int], Poster] = {}
    blocks: list[PosterBlock] = []
    for poster, stall in old:
        try:
            new = _anew(poster, stall, places, sealer, now)
        except PosterStepRefused as refusal:
            blocks.append(PosterBlock(stall.code, refusal.reason))
            continue
        replaced.append(poster)
        pays = (new.stall_id, new.acceptance_point_id)
        if pays not in others:  # a stall has one live poster an account
            fresh.setdefault(pays, new)
    end_posters(
        session,
        replaced,
        market,
        PosterState.REPLACED,
        actor=actor,
        now=now,
        reason=why.told,
        end=why.end,
    )
    add_posters(session, market, list(fresh.values()), actor=actor, now=now)
    return Reissued(list(fresh.values()), blocks)


def _anew(
    poster: Poster,
    stall: Stall,
    places: Mapping[int | None, PosterPlace],
    sealer: Sealer,
    now: datetime,
) -> Poster:
    place = places.get(stall.id)
    if place is None:
        raise PosterStepRefused(stall.code, "gian hàng không có người bán")
    if place.vendor.id != poster.vendor_id:
        raise PosterStepRefused(
            stall.code, "gian hàng đã có người khác bán: thu hồi tấm cũ rồi cấp tấm mới"
        )
    return new_poster(place, sealer, market_day(now))


def _others(
    session: Session, market: Market, old: Sequence[tuple[Poster, Stall]]
) -> set[tuple[int, int]]:
    """Return stall and account of the market's live posters that stay."""
    query = (
        select(Poster.id, Poster.stall_id, Poster.acceptance_point_id)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(Stall.market_id == market.id, col(Poster.state).not_in(ENDED_POSTER_STATES))
    )
    going = {poster.id for poster, _ in old}
    return {
        (stall_id, point_id)
        for poster_id, stall_id, point_id in session.exec(query)
        if poster_id not in going
    }


def _live(session: Session, market: Market, serials: Collection[str]) -> list[tuple[Poster, Stall]]:
    wanted = list(dict.fromkeys(serial.strip().upper() for serial in serials))
    if not 1 <= len(wanted) <= AT_ONCE_MAX:
        faults = Faults()
        faults.say(
            "serials",
            Sentence("Chọn từ 1 đến {most} tấm mã, đang chọn {n}", most=AT_ONCE_MAX, n=len(wanted)),
        )
        faults.refuse_any()
    query = (
        select(Poster, Stall)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(
            Stall.market_id == market.id,
            col(Poster.serial).in_(wanted),
            col(Poster.state).not_in(ENDED_POSTER_STATES),
        )
        .order_by(col(Poster.id))
    )
    found = [(poster, stall) for poster, stall in session.exec(query)]
    known = {poster.serial for poster, _ in found}
    for serial in wanted:
        if serial not in known:
            raise PosterNotFound(f"serial {serial} in market {market.code}")
    return found
