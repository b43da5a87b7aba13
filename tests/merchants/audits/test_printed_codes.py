"""The code typed off a poster, checked against the register."""

import pytest

from market.database import reading, writing
from merchants.audits.printed_codes import check_printed_code
from merchants.posters.issue import poster_faces, revoke_poster
from qr.print_code import PrintKey, PrintKeys, TypedCode
from tests.merchants.audits.audit_world import KEY, Audits


def printed(audits: Audits, key: PrintKey = KEY, stall: str = "A001") -> str:
    with reading(audits.engine) as session:
        (face,) = poster_faces(
            session, "MA", sealer=audits.sealer, verification_key=key,
            base_url="https://cho.example", stall_codes=[stall],
        )  # fmt: skip
    return face.verification_code


def check(audits: Audits, text: str, *, serial: str = "", key: PrintKey = KEY) -> TypedCode:
    with reading(audits.engine) as session:
        return check_printed_code(
            session,
            serial or audits.poster().serial or "",
            text,
            sealer=audits.sealer,
            verification_key=key,
        )


def test_the_code_on_the_poster_is_right_and_its_neighbours_is_not(audits: Audits) -> None:
    assert check(audits, printed(audits).lower()) is TypedCode.OURS
    assert check(audits, printed(audits, stall="B001")) is TypedCode.NOT_OURS
    assert check(audits, printed(audits), serial="MA-99999-X") is TypedCode.NOT_OURS
    assert check(audits, "short") is TypedCode.UNREADABLE


def test_a_revoked_posters_code_is_still_ours(audits: Audits) -> None:
    code = printed(audits)
    with writing(audits.engine) as session:
        revoke_poster(session, audits.poster().serial or "", now=audits.now)

    assert check(audits, code, serial=audits.poster().serial or "") is TypedCode.OURS


@pytest.mark.parametrize("begins", ["before", "after"])
def test_a_key_that_begins_later_changes_nothing_that_is_drawn_again(
    audits: Audits, begins: str
) -> None:
    issued_on = audits.poster().issued_on
    day = issued_on.replace(month=issued_on.month + (1 if begins == "after" else -1))
    keys = PrintKeys({issued_on.min: KEY, day: "new"})

    code = printed(audits, keys)

    assert (code == printed(audits)) is (begins == "after")
    assert check(audits, code, key=keys) is TypedCode.OURS
