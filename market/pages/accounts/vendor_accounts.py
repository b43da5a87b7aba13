"""The accounts of a vendor for staff: what is open, contracts, and the form that proposes a change."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.accounts.shown import FIELDS, GOOD, WORDS, banks, carried_out
from market.pages.campaigns.forms import tell
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.change_rules import OPEN_STATES
from merchants.acceptance.changes import propose_account
from merchants.acceptance.entry import ProposedAccount, read_contract, read_proposed_account
from merchants.acceptance.lists import PointEntry, changes_of_vendor, stalls_of, vendor_accounts
from merchants.acceptance.name_rule import judge_account_name
from merchants.acceptance.upkeep import set_contract
from merchants.errors import (
    AcceptancePointNotFound,
    AccountAlreadyOpen,
    AccountChangeOpen,
    DisplayedCodeNotFound,
    EntryRefused,
    MerchantsError,
    VendorNotFound,
)
from merchants.find import find_market, find_vendor
from merchants.tables import Vendor
from qr.participants import participants_sha256

router = APIRouter()
PATH = "/cho/{market_code}/nguoi-ban/{vendor_code}/tai-khoan"
DONE = {"hop-dong": "Đã ghi hợp đồng."}
NONE = "khong"

_PROPOSING: dict[type[MerchantsError], tuple[str, str]] = {
    AccountChangeOpen: (
        "ngan_hang",
        "Người bán đang có một đề nghị chưa xong. Duyệt hoặc bỏ đề nghị đó trước.",
    ),
    AccountAlreadyOpen: ("so_tai_khoan", "Người bán đã có tài khoản này, cùng chủ tài khoản."),
    AcceptancePointNotFound: ("thay_cho", "Tài khoản muốn thay vừa đóng. Chọn lại."),
}


@router.get(PATH, response_class=HTMLResponse)
def accounts(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    da: str = "",
    gian: str = "",
    tu_ma: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> HTMLResponse:
    """Show a vendor's accounts; ``tu_ma`` fills the form from a code seen at the stall ``gian``."""
    form = Form()
    if tu_ma is not None and gian:
        form = _from_code(request, session, market_code, gian, tu_ma)
    return _accounts_page(
        request, session, caller, market_code, vendor_code, form, done=DONE.get(da, "")
    )


@router.post(PATH, response_class=HTMLResponse)
def propose(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Propose an account, and go on to the proposal."""
    proposed = _read(request, session, market_code, form)
    replaces = form.value("thay_cho")
    if not replaces:
        form.refuse("thay_cho", "Chọn thêm tài khoản, hay thay tài khoản nào")
    elif replaces != NONE and not (replaces.isascii() and replaces.isdigit()):
        form.refuse("thay_cho", "Chọn lại trong danh sách")

    def act() -> str:
        assert proposed is not None
        made = propose_account(
            session,
            vendor_code,
            proposed,
            replaces_id=None if replaces == NONE else int(replaces[:9]),
            reason=form.value("ly_do"),
            sealer=request.app.state.sealer,
            actor=caller.actor,
            now=now_of(request),
        )
        return f"/cho/{market_code}/duyet/{made.change.id}"

    answer = carried_out(request, session, caller, form, act, done="de-nghi", sentences=_PROPOSING)
    if answer is not None:
        return answer
    return _accounts_page(request, session, caller, market_code, vendor_code, form)


@router.post(PATH + "/{point_id}/hop-dong", response_class=HTMLResponse)
def send_contract(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    point_id: RowId,
    form: Sent,
) -> Response:
    """Write an account's contract with its provider."""

    def act() -> str:
        contract = read_contract(
            form.value("so_hop_dong"), form.value("hop_dong_tu"), form.value("hop_dong_den")
        )
        set_contract(
            session, vendor_code, point_id, contract, actor=caller.actor, now=now_of(request)
        )
        return f"/cho/{market_code}/nguoi-ban/{vendor_code}/tai-khoan"

    answer = carried_out(request, session, caller, form, act, done="hop-dong")
    if answer is not None:
        return answer
    return _accounts_page(
        request, session, caller, market_code, vendor_code, form, contract_of=point_id
    )


def _accounts_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    vendor_code: str,
    form: Form,
    *,
    contract_of: int | None = None,
    done: str = "",
) -> HTMLResponse:
    vendor = _vendor(session, vendor_code)
    today = today_of(request)
    points = vendor_accounts(session, vendor_code, today)
    waiting = changes_of_vendor(session, vendor_code, today, states=OPEN_STATES)
    return page(
        request,
        "accounts/vendor_accounts",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, market_code),
        vendor=vendor,
        stalls=stalls_of(session, [vendor.id or 0])[vendor.id or 0],
        file=f"/cho/{market_code}/nguoi-ban/{vendor_code}",
        queue=f"/cho/{market_code}/duyet",
        points=[point for point in points if point.valid_to is None],
        ended=[point for point in points if point.valid_to is not None],
        judged={point.id: _judged(point, vendor, request) for point in points},
        waiting=waiting[0] if waiting else None,
        may_write=caller.may(Right.WRITE_REGISTER) and caller.user_id is not None,
        may_contract=caller.may(Right.READ_MARKET) and caller.user_id is not None,
        form=form if contract_of is None else Form(),
        contract_form=form if contract_of is not None else Form(),
        contract_of=contract_of,
        banks=banks(translator(lang_of(request))),
        banks_version=participants_sha256()[:12],
        none=NONE,
        once=new_once(),
        done=done,
        words=WORDS,
        good=GOOD,
    )


def _judged(point: PointEntry, vendor: Vendor, request: Request) -> bool:
    """Return whether a registered business may not use the account any more."""
    judged = judge_account_name(
        point.holder_name, vendor.full_name, vendor.business_name, today_of(request)
    )
    return judged.must_migrate


def _vendor(session: Session, vendor_code: str) -> Vendor:
    vendor = find_vendor(session, vendor_code)
    if vendor.merged_into_id is not None:
        raise VendorNotFound(vendor_code)
    return vendor


def _read(
    request: Request, session: Session, market_code: str, form: Form
) -> ProposedAccount | None:
    """Return the account of the form, typed or taken from a code; faults are said in the form."""
    code_id, stall_code = form.value("tu_ma"), form.value("gian")
    try:
        if code_id.isascii() and code_id.isdigit() and stall_code:
            from merchants.acceptance.own_codes import proposed_from_code

            return proposed_from_code(
                session,
                market_code,
                stall_code,
                int(code_id[:9]),
                holder_name=form.value("chu_tai_khoan"),
                sealer=request.app.state.sealer,
            )
        return read_proposed_account(
            bank=form.value("ngan_hang"),
            number=form.value("so_tai_khoan"),
            holder_name=form.value("chu_tai_khoan"),
            contract_no=form.value("so_hop_dong"),
            contract_from=form.value("hop_dong_tu"),
        )
    except EntryRefused as refusal:
        tell(form, refusal, FIELDS)
    except DisplayedCodeNotFound:
        form.refuse("chu_tai_khoan", "Mã QR này không còn treo. Mở lại trang mã QR của gian hàng.")
    return None


def _from_code(
    request: Request, session: Session, market_code: str, stall_code: str, code_id: int
) -> Form:
    """Return the form filled from a code; the number stays on the server, its tail is shown."""
    from merchants.acceptance.lists import institution
    from merchants.acceptance.own_codes import account_of_code

    account, holder = account_of_code(
        session, market_code, stall_code, code_id, sealer=request.app.state.sealer
    )
    return Form.showing(
        tu_ma=code_id,
        gian=stall_code,
        cua_ma=f"{institution(account.bin, account.feed_provider)} ···{account.tail}",
        chu_tai_khoan=holder,
    )
