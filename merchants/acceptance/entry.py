"""A receiving account as somebody fills it in: checked like a cell of a sheet, every fault told."""

import re
from dataclasses import dataclass, field
from datetime import date

from merchants.acceptance.banks import judge_number, recognise_bank
from merchants.accounts import Account, account_at, momo_store, stripe_account
from merchants.entries import Faults
from merchants.errors import BankNotRecognised
from merchants.files.cells import CellRefused, read_account, read_day, read_name, read_text
from merchants.files.csv_text import clean_text
from merchants.sentences import Sentence

MOMO_STORE, STRIPE_ACCOUNT = "momo-store", "stripe-account"
"""What stands in the place of a bank for accounts outside VietQR."""

_MOMO_STORE = re.compile(r"[A-Za-z0-9_\-]{1,40}")
_STRIPE_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,35}")
_HOLDER_MAX, _CONTRACT_MAX = 80, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAccount:
    """An account that may be proposed; ``remarks`` are Vietnamese, for whoever filled it in."""

    account: Account
    holder_name: str
    contract_no: str = ""
    contract_from: date | None = None
    remarks: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract with a payment provider; ``until`` ``None`` = runs on."""

    number: str
    begins: date | None
    until: date | None


def read_proposed_account(
    *, bank: str, number: str, holder_name: str, contract_no: str = "", contract_from: str = ""
) -> ProposedAccount:
    """Return the account that was filled in.

    Args:
        bank: a participant's BIN or any of its names, ``momo-store`` or ``stripe-account``.
        contract_from: ``dd/mm/yyyy`` or empty.

    Raises:
        EntryRefused: by field (``bank``, ``number``, ``holder_name``, ``contract_no``,
            ``contract_from``) what is wrong, in Vietnamese.
    """
    faults = Faults()
    account, remarks = _account(clean_text(bank), clean_text(number), faults)
    holder = _name("holder_name", holder_name, faults)
    if not holder:
        faults.say("holder_name", "Chưa ghi tên chủ tài khoản: ghi như trên ứng dụng ngân hàng")
    no, begins = read_contract_start(contract_no, contract_from, faults)
    faults.refuse_any()
    assert account is not None
    return ProposedAccount(
        account=account,
        holder_name=holder,
        contract_no=no,
        contract_from=begins,
        remarks=tuple(remarks),
    )


def read_contract(number: str, begins: str, until: str) -> Contract:
    """Return a contract as it was filled in; all empty = there is none.

    Raises:
        EntryRefused: by field (``contract_no``, ``contract_from``, ``contract_to``).
    """
    faults = Faults()
    no, first = read_contract_start(number, begins, faults)
    last = _day("contract_to", until, faults)
    if last is not None and not no:
        faults.say("contract_no", "Chưa ghi số hợp đồng của ngày hết hạn này")
    if first is not None:
        faults.span("contract_to", first, last)
    faults.refuse_any()
    return Contract(number=no, begins=first, until=last)


def read_contract_start(number: str, begins: str, faults: Faults) -> tuple[str, date | None]:
    """Return a contract's number and first day; the second without the first is a fault."""
    try:
        no = read_text(clean_text(number), length_max=_CONTRACT_MAX)
    except CellRefused as refusal:
        faults.say("contract_no", Sentence("Số hợp đồng {refusal}", refusal=refusal.told))
        no = ""
    first = _day("contract_from", begins, faults)
    if first is not None and not no:
        faults.say("contract_no", "Chưa ghi số hợp đồng của ngày bắt đầu này")
    return no, first


def _account(bank: str, number: str, faults: Faults) -> tuple[Account | None, list[str]]:
    if not bank:
        faults.say("bank", "Chưa chọn ngân hàng hoặc ví")
    if not number:
        faults.say("number", "Chưa ghi số tài khoản")
    if not bank or not number:
        return None, []
    if bank == MOMO_STORE:
        return _outside(number, _MOMO_STORE, "mã cửa hàng MoMo, không dấu", faults), []
    if bank == STRIPE_ACCOUNT:
        return _outside(number, _STRIPE_ACCOUNT, "dạng acct_1A2b3C", faults), []
    return _at_participant(bank, number, faults)


def _at_participant(bank: str, number: str, faults: Faults) -> tuple[Account | None, list[str]]:
    try:
        participant, understood = recognise_bank(bank)
    except BankNotRecognised as unknown:
        near = ", ".join(unknown.nearest)
        faults.say(
            "bank",
            Sentence(
                "“{bank}” không có trong danh sách VietQR. Gần nhất: {near}. Chọn lại",
                bank=bank[:40],
                near=near,
            ),
        )
        return None, []
    try:
        digits, _ = read_account(number)
    except CellRefused as refusal:
        faults.say("number", Sentence("Số tài khoản {refusal}", refusal=refusal.told))
        return None, []
    wrong, remark = judge_number(participant, digits, is_numeric=False)
    if wrong:
        faults.say("number", Sentence("Số tài khoản {wrong}", wrong=Sentence.of(wrong)))
        return None, []
    return account_at(participant, digits), [each for each in (understood, remark) if each]


def _outside(number: str, shape: re.Pattern[str], example: str, faults: Faults) -> Account | None:
    if not shape.fullmatch(number):
        faults.say("number", Sentence("Cần {example}", example=Sentence(example)))
        return None
    return momo_store(number) if shape is _MOMO_STORE else stripe_account(number)


def _name(name: str, value: str, faults: Faults) -> str:
    try:
        return read_name(clean_text(value), length_max=_HOLDER_MAX)
    except CellRefused as refusal:
        faults.say(name, Sentence("Tên chủ tài khoản {refusal}", refusal=refusal.told))
        return ""


def _day(name: str, value: str, faults: Faults) -> date | None:
    try:
        return read_day(clean_text(value))
    except CellRefused as refusal:
        faults.say(name, Sentence("Ngày {refusal}", refusal=refusal.told))
        return None
