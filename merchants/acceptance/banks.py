"""What a hand-written bank name means, and what is known of the account numbers of a bank."""

import difflib
from functools import cache, lru_cache

from merchants.errors import BankNotRecognised
from merchants.remedies import remedied, remedied_whole
from merchants.sentences import Sentence
from qr.errors import UnknownParticipant
from qr.participants import Participant, find_participant, participants
from qr.text import fold_to_ascii

# How people shorten the full name of a bank, or call it by its name of yesterday. The BIN stays
# when a bank is renamed (qr.md section 5).
_SPOKEN = {
    "NONG NGHIEP": "970405",
    "NGOAI THUONG": "970436",
    "CONG THUONG": "970415",
    "DAU TU": "970418",
    "DAU TU VA PHAT TRIEN": "970418",
    "QUAN DOI": "970422",
    "KY THUONG": "970407",
    "A CHAU": "970416",
    "SAI GON THUONG TIN": "970403",
    "TIEN PHONG": "970423",
    "CHINH SACH": "999888",
    "CHINH SACH XA HOI": "999888",
    "LIENVIETPOSTBANK": "970449",
    "LIEN VIET": "970449",
    "BUU DIEN LIEN VIET": "970449",
    "DONG A": "970406",
    "DONGABANK": "970406",
    "OCEANBANK": "970414",
    "VIETTELPAY": "971005",
}

# Agribank writes thirteen digits; a number one digit off is a slip of the pen and pays nobody or a
# stranger. Other banks give numbers of several lengths, so nothing is concluded there.
_DIGITS_OF_BIN = {"970405": 13}
# Chosen short numbers and names exist, none shorter than four; below eight somebody looks again.
_LENGTH_MIN, _LENGTH_COMMON = 4, 8
# Old Vietcombank numbers have thirteen digits and begin with 0, which a number cell cannot hold.
_LENGTHS_WITH_ZERO = {"970436": 13}

# Where most vendors of rural markets have their accounts: they stand first in every list of choice.
_COMMON = ("970405", "970415", "970418", "970436", "970422", "970403", "971005", "971025", "970449")
# A lender gives loans and cards and keeps no payment account for anybody, so what is paid there
# pays off a loan. A row that is issued or unverified may not receive transfers at all.
_LENDER = "finance_company"
_RECEIVES = "active"
# A second BIN of CIMB: transfer lists name the bank by 422589 (the table's note).
_SECOND_BINS = frozenset({"970459"})

_LOOK = "xem lại số tài khoản"
_PREFIXES = ("NGAN HANG ", "NH ", "TMCP ")
_SUFFIXES = (" VN", " VIET NAM")


@cache
def account_providers() -> tuple[Participant, ...]:
    """Return the banks and wallets a vendor can have an account at: the common ones, then by name.

    Lists of choice offer these. A BIN that is written out is still looked up in the whole table.
    """
    offered = [each for each in participants().values() if _keeps_accounts(each)]
    return tuple(sorted(offered, key=_place))


@lru_cache(maxsize=4096)
def recognise_bank(text: str) -> tuple[Participant, str]:
    """Return the participant, and how the text was understood when it was no listed name.

    Raises:
        BankNotRecognised: no participant, or more than one, answers to it; names the nearest.
    """
    try:
        return find_participant(text), ""
    except UnknownParticipant as unknown:
        spoken = _spoken(text)
        if spoken is None:
            raise BankNotRecognised(text, _nearest(text, unknown)) from None
        return spoken, remedied_whole(
            Sentence("Ngân hàng ghi “{text}”", text=text),
            Sentence("hiểu là {short_name}", short_name=spoken.short_name),
        )


def judge_number(participant: Participant, number: str, *, is_numeric: bool) -> tuple[str, str]:
    """Return why the number cannot be one of the bank's, and a remark about it; mostly both empty.

    Args:
        is_numeric: the number came from a number cell, which drops leading zeros.
    """
    bank, count = participant.short_name, len(number)
    usual = _DIGITS_OF_BIN.get(participant.bin)
    if usual and number.isdigit() and abs(count - usual) == 1:
        wrong = Sentence(
            "có {count} chữ số, {bank} cần {usual}", count=count, bank=bank, usual=usual
        )
        return remedied(wrong, _LOOK), ""
    if count < _LENGTH_MIN:
        return remedied(Sentence("mới có {n} ký tự", n=count), _LOOK), ""
    if is_numeric and count == _LENGTHS_WITH_ZERO.get(participant.bin, 0) - 1:
        cut = Sentence(
            "là ô số có {count} chữ số, {bank} dùng {usual}: Excel đã cắt số 0 ở đầu",
            count=count,
            bank=bank,
            usual=count + 1,
        )
        return remedied(cut, "đặt cột dạng chữ (Text) rồi gõ lại"), ""
    if is_numeric:
        kept = Sentence(
            "Số tài khoản ···{number} là ô số, nếu có số 0 ở đầu thì Excel đã cắt mất",
            number=number[-4:],
        )
        return "", remedied_whole(kept, "nên đặt cột dạng chữ")
    if count < _LENGTH_COMMON or (usual and count != usual):
        odd = Sentence(
            "Số tài khoản ···{tail} có {n} ký tự, khác lệ thường của {bank}",
            tail=number[-4:] if count >= _LENGTH_COMMON else number[-2:],
            n=count,
            bank=bank,
        )
        return "", remedied_whole(odd, "mở ứng dụng ngân hàng so lại từng số")
    return "", ""


def _keeps_accounts(participant: Participant) -> bool:
    return (
        participant.kind != _LENDER
        and participant.status == _RECEIVES
        and participant.bin not in _SECOND_BINS
    )


def _place(participant: Participant) -> tuple[int, str]:
    is_common = participant.bin in _COMMON
    rank = _COMMON.index(participant.bin) if is_common else len(_COMMON)
    return rank, fold_to_ascii(participant.short_name)


def _spoken(text: str) -> Participant | None:
    name = " ".join(fold_to_ascii(text).replace("-", " ").split())
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    bin_ = _SPOKEN.get(name)
    return participants()[bin_] if bin_ else None


def _nearest(text: str, unknown: UnknownParticipant) -> tuple[str, ...]:
    offered = {each.short_name for each in account_providers()}
    if unknown.is_ambiguous:
        return unknown.candidates
    if candidates := tuple(name for name in unknown.candidates if name in offered):
        return candidates
    names = {fold_to_ascii(name): name for name in sorted(offered)}
    near = difflib.get_close_matches(fold_to_ascii(text), names, n=1, cutoff=0.0)
    return tuple(names[name] for name in near)
