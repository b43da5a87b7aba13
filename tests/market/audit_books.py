"""Posters at the stalls of chợ Mậu A in the little October, and forms that look at them."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from market.database import reading, writing
from merchants.posters.issue import issue_posters, record_installations
from merchants.tables import AcceptancePoint, Incident, Poster, PosterCheck, Stall, Vendor
from tests.market.conftest import KEY, NOW, SEALER, SignedIn
from tests.merchants.audits.audit_world import false_code, picture

SCAN = "/cho/MA/kiem-tra/quet"
STALLS = ("A01", "A02", "A03", "A04")


def hang_posters(engine: sa.Engine) -> None:
    """Issue and hang the posters of the first four vendors, whose accounts can be opened."""
    with writing(engine) as session:
        points = session.exec(select(AcceptancePoint).order_by(col(AcceptancePoint.id))).all()
        for point in points[:4]:
            point.account_sealed = SEALER.seal(f"012345{point.id:03}4821")
            point.holder_name = "NGUYEN THI HUONG"
        for point in points[4:]:
            point.valid_to = date(2026, 8, 2)
        session.flush()
        issue_posters(session, "MA", sealer=SEALER, now=NOW, verification_key=KEY)
        days = dict.fromkeys(STALLS, date(2026, 11, 5))
        record_installations(session, "MA", days, now=NOW)


class Books:
    """What the pages did to the register."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        hang_posters(engine)

    def payload(self, stall: str = "A01") -> str:
        """What the poster of a stall holds."""
        with reading(self.engine) as session:
            sealed = session.exec(
                select(Poster.payload_sealed)
                .join(Stall, col(Stall.id) == col(Poster.stall_id))
                .where(Stall.code == stall)
                .order_by(col(Poster.id).desc())
            ).first()
        assert sealed is not None
        return SEALER.open(sealed)

    def serial(self, stall: str = "A01") -> str:
        """The serial of the newest poster of a stall."""
        with reading(self.engine) as session:
            found = session.exec(
                select(Poster.serial)
                .join(Stall, col(Stall.id) == col(Poster.stall_id))
                .where(Stall.code == stall)
                .order_by(col(Poster.id).desc())
            ).first()
        assert found is not None
        return found

    def vendor(self, stall: str = "A01") -> str:
        """The code of the vendor whose poster hangs at a stall."""
        with reading(self.engine) as session:
            found = session.exec(
                select(Vendor.code)
                .join(Poster, col(Poster.vendor_id) == col(Vendor.id))
                .join(Stall, col(Stall.id) == col(Poster.stall_id))
                .where(Stall.code == stall)
            ).first()
        assert found is not None
        return found

    def checks(self) -> list[PosterCheck]:
        """The looks recorded, oldest first."""
        return self._all(PosterCheck)

    def incidents(self) -> list[Incident]:
        """The incidents, oldest first."""
        return self._all(Incident)

    def _all(self, table: Any) -> list[Any]:
        with reading(self.engine) as session:
            found = list(session.exec(select(table).order_by(table.id)))
            session.expunge_all()
            return found

    def find_wrong_code(self, client: SignedIn, stall: str = "A01") -> int:
        """Let somebody photograph a sticker at a stall; the number of the incident."""
        answer = client.send(SCAN, gian=stall, anh=photo(false_code()), once=f"sticker-{stall}")
        assert answer.status_code == 303, answer.text
        return self.incidents()[-1].id or 0


def photo(*texts: str) -> tuple[str, bytes, str]:
    """A photo of codes as a form sends it."""
    return ("anh.png", picture(*texts), "image/png")
