"""The poster as it will be, before anything is saved."""

from dataclasses import dataclass
from datetime import date

from market.pages.stalls.entry_form import MOMO_SHOP
from merchants.accounts import Account
from merchants.imports.entry import OnboardingEntry
from merchants.imports.onboarding import read_entry
from merchants.posters.goods import merchant_category
from merchants.posters.payload import payload_city, payload_name
from merchants.tables import Market
from qr.errors import QrError
from qr.participants import participants
from qr.payload import TransferRequest, write_payload
from qr.symbol import draw_symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What can be shown of a poster by now; ``symbol`` is SVG, empty until the account is readable."""

    shown_name: str
    holder_name: str
    bank_name: str
    account_tail: str
    stall_code: str
    symbol: str


def preview_of(entry: OnboardingEntry, market: Market, *, today: date) -> Preview:
    """Return the poster an entry would give.

    The symbol pays the account and carries no vendor's code yet: nobody has one before they are
    registered, and a picture of this page is not the poster.
    """
    account = _account(entry, market.code, today)
    symbol = ""
    if account is not None and account.bin is not None:
        request = TransferRequest(
            bin=account.bin,
            account=account.number,
            merchant_name=payload_name(entry.holder_name or entry.full_name or market.name),
            merchant_city=payload_city(market.commune_name),
            mcc=merchant_category(entry.goods_group),
        )
        symbol = _drawn(request)
    bank = participants()[account.bin].short_name if account and account.bin else entry.bank
    return Preview(
        shown_name=entry.display_name or entry.business_name or entry.full_name,
        holder_name=entry.holder_name,
        bank_name=MOMO_SHOP if account and account.bin is None else bank,
        account_tail=account.tail if account else "",
        stall_code=entry.stall_code.upper(),
        symbol=symbol,
    )


def _account(entry: OnboardingEntry, market_code: str, today: date) -> Account | None:
    """Return the account by itself, whatever else of the entry cannot be read yet."""
    alone = OnboardingEntry(stall_code="A", full_name="A", bank=entry.bank, account=entry.account)
    application = read_entry(alone, market_code, today=today).application
    if application is None:
        return None
    return application.bank_account or application.wallet


def _drawn(request: TransferRequest) -> str:
    try:
        return draw_symbol(write_payload(request)).svg()
    except QrError:
        return ""  # a name that does not fit is told at its own field
