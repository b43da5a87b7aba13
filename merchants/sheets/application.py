"""One row of a vendor sheet as a checked sign-up, or the reasons why it cannot be taken.

Judges the row alone: what it says about markets, other rows and the register is for ``register``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from merchants.acceptance.banks import judge_number, recognise_bank
from merchants.accounts import Account, account_at, momo_store, stripe_account
from merchants.errors import BankNotRecognised
from merchants.files.cells import (
    CellRefused,
    read_account,
    read_count,
    read_day,
    read_name,
    read_phone,
    read_text,
)
from merchants.files.csv_text import clean_text
from merchants.files.workbook import Cell
from merchants.kinds import StallState
from merchants.remedies import of_column, remedied, remedied_whole
from merchants.sentences import Sentence
from merchants.sheets.columns import EXAMPLE_STALLS, TITLES
from merchants.sheets.reading import SheetRow
from merchants.stalls.codes import STALL_CODE_RULE, is_stall_code
from merchants.stalls.words import STALL_STATE_WORDS, plain_word, read_stall_state
from qr.participants import Participant

_MOMO_STORE = re.compile(r"[A-Za-z0-9_\-]{1,40}")
_STRIPE_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,35}")
_DISPLAYED_CODES_MAX = 50

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a row says, every value readable; empty texts and ``None`` say nothing."""

    row: int
    market_code: str
    stall_code: str
    zone: str = ""
    goods_group: str = ""
    stall_state: StallState | None = None
    full_name: str = ""
    phone: str = ""
    business_name: str = ""
    consented_on: date | None = None
    bank_account: Account | None = None
    wallet: Account | None = None
    holder_name: str = ""
    contract_no: str = ""
    contract_from: date | None = None
    displayed_codes: int | None = None
    audited_on: date | None = None
    installed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one column and what to do, as it goes on after the column's name."""

    key: str
    reason: str


@dataclass(slots=True)
class RowReading:
    """A row as far as it can be read: the application, or the reasons against it; remarks beside."""

    row: int
    market_code: str = ""
    stall_code: str = ""
    full_name: str = ""
    application: Application | None = None
    reasons: list[str] = field(default_factory=list)
    """Whole sentences, each with the name of its column."""
    faults: list[Fault] = field(default_factory=list)
    """The same for whoever shows them beside the field they are about."""
    remarks: list[str] = field(default_factory=list)


def read_application(row: SheetRow, *, market_code: str | None, today: date) -> RowReading:
    """Return the reading of one row.

    Args:
        market_code: the market the sheet is for when rows need not say so; a row that names
            another is refused.
        today: days after it cannot have happened.
    """
    return _RowReader(row, today).read(market_code)


class _RowReader:
    def __init__(self, row: SheetRow, today: date) -> None:
        self.cells = row.cells
        self.stray = row.stray
        self.today = today
        self.reading = RowReading(row.row)

    def read(self, market_code: str | None) -> RowReading:
        reading = self.reading
        reading.market_code = self._market_code(market_code)
        reading.stall_code = self._stall_code()
        bank, wallet = self._bank_account(), self._wallet()
        audited_on, displayed_codes = self._audit()
        application = Application(
            row=reading.row,
            market_code=reading.market_code,
            stall_code=reading.stall_code,
            zone=self._text("zone", 80),
            goods_group=self._text("goods_group", 60),
            stall_state=self._stall_state(),
            full_name=self._name("full_name", 80),
            phone=self._phone(),
            business_name=self._name("business_name", 120),
            consented_on=self._past_day("consented_on"),
            bank_account=bank,
            wallet=wallet,
            holder_name=self._name("holder_name", 80),
            contract_no=self._text("contract_no", 40),
            contract_from=self._taken("contract_from", read_day, None),
            displayed_codes=displayed_codes,
            audited_on=audited_on,
            installed_on=self._taken("installed_on", read_day, None),
        )
        reading.full_name = application.full_name
        self._check_whole(application)
        if not reading.reasons:
            reading.application = application
        return reading

    def _refuse(self, key: str, why: str, fix: str) -> None:
        self._note(key, remedied(why, fix))

    def _note(self, key: str, fault: Sentence) -> None:
        self.reading.faults.append(Fault(key, fault))
        self.reading.reasons.append(of_column(TITLES[key], fault))

    def _cell(self, key: str) -> Cell:
        return self.cells.get(key, "")

    def _taken(self, key: str, read: Callable[[Cell], Value], otherwise: Value) -> Value:
        try:
            return read(self._cell(key))
        except CellRefused as refusal:
            self._note(key, refusal.told)
            return otherwise

    def _text(self, key: str, length_max: int) -> str:
        return self._taken(key, lambda cell: read_text(cell, length_max=length_max), "")

    def _name(self, key: str, length_max: int) -> str:
        return self._taken(key, lambda cell: read_name(cell, length_max=length_max), "")

    def _past_day(self, key: str) -> date | None:
        day = self._taken(key, read_day, None)
        if day is not None and day > self.today:
            self._refuse(
                key,
                Sentence(
                    "ghi {day:%d/%m/%Y}, sau hôm nay {today:%d/%m/%Y}", day=day, today=self.today
                ),
                "sửa thành ngày đã qua",
            )
        return day

    def _market_code(self, given: str | None) -> str:
        written = self._text("market_code", 8).upper()
        if given is not None and written not in {"", given}:
            self._refuse(
                "market_code",
                Sentence(
                    "ghi {written}, tệp này đang nhập cho chợ {given}", written=written, given=given
                ),
                "xoá cột này, hoặc nhập dòng này vào chợ của nó",
            )
        elif given is None and not written and not self.reading.reasons:
            self._refuse("market_code", "để trống", "điền mã chợ, ví dụ MA")
        return given or written

    def _stall_code(self) -> str:
        code = self._text("stall_code", 40).upper()
        if not code:
            if isinstance(self._cell("stall_code"), str):
                self._refuse("stall_code", "để trống", "điền mã gian hàng, ví dụ A012")
        elif plain_word(code) in EXAMPLE_STALLS:
            self._refuse(
                "stall_code",
                Sentence("ghi {code} như dòng ví dụ", code=code),
                "ghi mã gian hàng thật",
            )
        elif not is_stall_code(code):
            self._refuse(
                "stall_code",
                Sentence("ghi “{code}”, chưa phải mã gian hàng", code=code),
                STALL_CODE_RULE,
            )
        return code

    def _stall_state(self) -> StallState | None:
        written = self._text("stall_state", 40)
        if not written:
            return None
        state = read_stall_state(written)
        if state is None:
            known = ", ".join(words[0] for words in STALL_STATE_WORDS.values())
            self._refuse(
                "stall_state",
                Sentence("ghi “{written}”, chưa có tình trạng này", written=written),
                Sentence("ghi một trong: {known}", known=known),
            )
        return state

    def _phone(self) -> str:
        phone, remark = self._taken("phone", read_phone, ("", ""))
        if remark:
            self.reading.remarks.append(remark)
        return phone

    def _bank_account(self) -> Account | None:
        bank_name = self._text("bank", 120)
        number, is_numeric = self._taken("account", read_account, ("", False))
        is_account_empty = self._cell("account") == ""
        participant = self._participant(bank_name) if bank_name else None
        if bank_name and not number:
            if is_account_empty:
                self._refuse(
                    "account",
                    "để trống",
                    Sentence("điền số tài khoản ở {bank_name}", bank_name=bank_name),
                )
            return None
        if number and not bank_name:
            self._refuse("bank", "để trống", "điền tên ngân hàng của số tài khoản này")
        if participant is None or not number:
            return None
        fault, remark = judge_number(participant, number, is_numeric=is_numeric)
        if fault:
            self._note("account", Sentence.of(fault))
        if remark:
            self.reading.remarks.append(remark)
        return account_at(participant, number)

    def _participant(self, name: str) -> Participant | None:
        try:
            participant, understood = recognise_bank(name)
        except BankNotRecognised as unknown:
            self._refuse(
                "bank",
                Sentence("ghi “{name}”, không có trong danh sách VietQR", name=name),
                Sentence(
                    "gần nhất là {nearest}; ghi tên ngắn hoặc mã BIN 6 số",
                    nearest=", ".join(unknown.nearest),
                ),
            )
            return None
        if understood:
            self.reading.remarks.append(understood)
        return participant

    def _wallet(self) -> Account | None:
        name, code = self._text("wallet", 40), self._text("wallet_point", 60)
        if not name and not code:
            return None
        if not code:
            self._refuse("wallet_point", "để trống", Sentence("điền mã điểm của {name}", name=name))
            return None
        if not name:
            self._refuse("wallet", "để trống", "ghi MoMo hoặc Stripe")
            return None
        known = {"MOMO": (_MOMO_STORE, momo_store), "STRIPE": (_STRIPE_ACCOUNT, stripe_account)}
        if plain_word(name) not in known:
            self._refuse(
                "wallet",
                Sentence("ghi “{name}”, chưa nhận ví này", name=name),
                "ghi MoMo hoặc Stripe",
            )
            return None
        shape, account_of = known[plain_word(name)]
        if not shape.fullmatch(code):
            is_stripe = plain_word(name) == "STRIPE"
            self._refuse(
                "wallet_point",
                Sentence("ghi “{code}”, chưa đúng dạng", code=code),
                "ghi như acct_1A2b3C" if is_stripe else "ghi mã cửa hàng MoMo, không dấu",
            )
            return None
        return account_of(code)

    def _audit(self) -> tuple[date | None, int | None]:
        audited_on = self._past_day("audited_on")
        displayed = self._taken(
            "displayed_codes", lambda cell: read_count(cell, count_max=_DISPLAYED_CODES_MAX), None
        )
        if displayed is not None and self._cell("audited_on") == "":
            self._refuse("audited_on", "để trống", "điền ngày đếm số mã QR đang treo")
        if audited_on is not None and self._cell("displayed_codes") == "":
            self._refuse(
                "displayed_codes", "để trống", "điền số mã đếm được, không có mã thì ghi 0"
            )
        return audited_on, displayed

    def _check_whole(self, application: Application) -> None:
        """Refuse what no single cell shows, and remark what is missing but not needed."""
        if self.stray:
            self.reading.reasons.append(
                remedied_whole(
                    Sentence(
                        "Có “{text}” ở cột không có tiêu đề", text=clean_text(self.stray)[:20]
                    ),
                    "đặt tiêu đề Ghi chú hoặc xoá ô này",
                )
            )
        state, name = application.stall_state, application.full_name
        if state is StallState.VACANT or state is StallState.PLANNED:
            if name or application.bank_account or application.wallet:
                word = STALL_STATE_WORDS[state][0]
                self._refuse(
                    "stall_state",
                    Sentence("ghi “{word}” nhưng dòng có tên người bán hoặc tài khoản", word=word),
                    "sửa tình trạng, hoặc xoá tên và tài khoản",
                )
            return
        if not name:
            if state is not StallState.CLOSED and self._cell("full_name") == "":
                self._refuse("full_name", "để trống", "điền họ tên người bán")
            return
        if name.isascii() and name.isupper() and " " in name:
            self.reading.remarks.append(
                remedied_whole("Họ tên viết không dấu", "in trên tấm mã đúng như vậy")
            )
        if not application.phone and self._cell("phone") == "":
            self.reading.remarks.append(
                remedied_whole("Chưa có số điện thoại", "đường dẫn chỉ in giấy được")
            )
        if (application.bank_account or application.wallet) and not application.holder_name:
            self.reading.remarks.append(
                remedied_whole(
                    "Chưa có tên chủ tài khoản nên chưa cấp tấm mã", "điền cột Tên chủ tài khoản"
                )
            )
