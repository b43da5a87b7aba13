"""A market with posters, pictures of them as phones take them, and short ways to look at them."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import segno
from PIL import Image
from sqlmodel import col, select

from market.database import reading, writing
from merchants.acceptance.approval import PosterKeys
from merchants.actors import Actor
from merchants.audits.checks import Checked, Looked, check_by_hand, check_payloads, check_photo
from merchants.audits.incidents import close_incident, tell_vendor
from merchants.audits.photos import read_photo
from merchants.audits.rounds import draw_round
from merchants.kinds import CheckResult, IncidentOutcome, TellingWay
from merchants.posters.issue import issue_posters, record_installations
from merchants.posters.payload import poster_payload
from merchants.tables import AuditRound, Incident, Poster, Stall
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import row

HELPER = Actor(kind="staff", name="3")
MANAGER = Actor(kind="staff", name="2")
KEY = "verification-key"
HUNG = date(2026, 11, 2)
FALSE_NUMBER = "9990001234567"


def false_code(number: str = FALSE_NUMBER) -> str:
    """A code that pays an account nobody registered, under a name like the vendor's."""
    return poster_payload(
        bin="970422", account=number, holder_name="NGUYEN THI HUONG", commune_name="Xã Mậu A",
        goods_group="Rau", vendor_code="V", stall_code="A001",
    )  # fmt: skip


def picture(*texts: str, stained: int = 0) -> bytes:
    """A photo of these codes one below the other; ``stained`` modules in a row are blotted out."""
    drawn = []
    for text in texts:
        content = io.BytesIO()
        segno.make_qr(text, error="m", mode="byte", boost_error=False).save(
            content, kind="png", scale=6, border=4
        )
        drawn.append(Image.open(content).convert("L"))
    width = max((one.width for one in drawn), default=200)
    photo = Image.new("L", (width, sum(one.height for one in drawn) or 200), 255)
    top = 0
    for one in drawn:
        for place in range(stained):
            middle = one.width // 2 + (place % 7) * 6, one.height // 2 + place // 7 * 6
            one.paste(255 if place % 2 else 0, (*middle, middle[0] + 6, middle[1] + 6))
        photo.paste(one, (0, top))
        top += one.height
    content = io.BytesIO()
    photo.save(content, "PNG")
    return content.getvalue()


class Audits:
    """The market MA with a poster at each of its stalls, hung on ``HUNG``."""

    def __init__(self, register: Register, others: int = 2) -> None:
        self.register = register
        self.engine, self.sealer = register.engine, register.sealer
        self.now: datetime = register.now
        rows = [row(), *(other_row(number) for number in range(1, others + 1))]
        register.take(*rows)
        with writing(self.engine) as session:
            at = self.now.replace(month=11, day=1)
            issue_posters(session, "MA", sealer=self.sealer, now=at, verification_key=KEY)
        codes = ["A001", *(f"B{number:03d}" for number in range(1, others + 1))]
        with writing(self.engine) as session:
            record_installations(
                session, "MA", dict.fromkeys(codes, HUNG), now=self.now, actor=HELPER
            )

    @property
    def keys(self) -> PosterKeys:
        """What issuing a poster takes."""
        return PosterKeys(self.sealer, KEY)

    def poster(self, stall: str = "A001") -> Poster:
        """The newest poster of a stall."""
        with reading(self.engine) as session:
            found = session.exec(
                select(Poster)
                .join(Stall, col(Stall.id) == col(Poster.stall_id))
                .where(Stall.code == stall)
                .order_by(col(Poster.id).desc())
            ).first()
            assert found is not None
            session.expunge(found)
            return found

    def payload(self, stall: str = "A001") -> str:
        """What the poster of a stall holds."""
        return self.sealer.open(self.poster(stall).payload_sealed)

    def draw(self, seed: str = "seed", share: int = 100, **options: Any) -> AuditRound:
        """Draw the round of today."""
        chosen = {"actor": HELPER, "now": self.now} | options
        market = chosen.pop("market", "MA")
        with writing(self.engine) as session:
            found = draw_round(session, market, seed=seed, share_permille=share, **chosen)
            session.flush()
            session.refresh(found)
            session.expunge(found)
            return found

    def photo(self, content: bytes, stall: str = "A001", **options: Any) -> Checked:
        """Look at a stall with a photo."""
        return self._look(
            lambda session, looked, told: check_photo(
                session, looked, read_photo(content), sealer=self.sealer, **told
            ),
            stall,
            options,
        )

    def scan(self, payloads: Sequence[str], stall: str = "A001", **options: Any) -> Checked:
        """Look at a stall with the camera's own reader."""
        return self._look(
            lambda session, looked, told: check_payloads(
                session, looked, payloads, sealer=self.sealer, **told
            ),
            stall,
            options,
        )

    def see(self, result: CheckResult, stall: str = "A001", **options: Any) -> Checked:
        """Look at a stall with one's eyes."""
        return self._look(
            lambda session, looked, told: check_by_hand(session, looked, result, **told),
            stall,
            options,
        )

    def _look(self, look: Any, stall: str, options: dict[str, Any]) -> Checked:
        told = {
            "actor": options.pop("actor", HELPER),
            "now": options.pop("now", self.now),
        }
        looked = Looked(market_code="MA", stall_code=stall, **options)
        with writing(self.engine) as session:
            found: Checked = look(session, looked, told)
            session.flush()
            for one in (found.check, *found.incidents):
                session.refresh(one)
            session.expunge_all()
            return found

    def tell(self, incident: Incident, how: TellingWay = TellingWay.PHONE, **options: Any) -> None:
        """Note that the vendor knows."""
        chosen = {"actor": HELPER, "now": self.now} | options
        with writing(self.engine) as session:
            tell_vendor(session, "MA", incident.id or 0, how, **chosen)

    def close(self, incident: Incident, outcome: IncidentOutcome, **options: Any) -> None:
        """Close an incident."""
        chosen = {"actor": MANAGER, "now": self.now, "note": "Đã gỡ miếng dán"} | options
        with writing(self.engine) as session:
            close_incident(session, "MA", incident.id or 0, outcome, keys=self.keys, **chosen)
