"""One vendor: who she is, where her money lands, when she joined and how busy she is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from merchants.kinds import NameMatch
from merchants.names import best_match
from reconciliation.simulation.banks import VIETCOMBANK, Bank, draw_bank, write_account
from reconciliation.simulation.goods import GoodsGroup
from reconciliation.simulation.names import BUSINESS_WORDS, as_banks_print, draw_person
from reconciliation.simulation.seeds import Draw, stream

STRIPE_ACCOUNT = "acct_1SimCho40Platform"
"""The platform account all Stripe vendors share: only the code in the description tells them apart."""
STRIPE_GOODS = ("Quần áo, vải", "Quế, dược liệu", "Điện thoại, phụ kiện")
STRIPE_MARKET = "MA"
STRIPE_VENDORS_MAX = 12
SHARED_ACCOUNTS_MAX = 3

# Adoption as pilots reported it: about 37 % with a code after the first month, 80 % after the
# third, and half of those who hold a code use it. Source: domain.md section 3.4 (ramp anchors).
CONSENT_SHARE = 0.88
EARLY_WAVE_SHARE = 0.42
EARLY_WAVE = (date(2026, 8, 5), 22)
LATER_WAVES = (date(2026, 8, 28), 52)
ISSUE_DAYS = tuple(date(2026, 8, 17) + timedelta(days=14 * n) for n in range(6))
"""Every second Monday the board hands in its sheet and the new posters are printed."""
NO_BANK_SHARE = 0.03
NOT_HUNG_SHARE = 0.05
ACTIVATION_SHARE = 0.7
MISMATCH_SHARE = 0.03
BUSINESS_ACCOUNT_SHARE = 0.5
MOMO_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class SimVendor:
    """A vendor of the simulation; ``None`` days mean that it has not happened.

    ``receipts_per_day`` is how many QR receipts a full market day brings once she is used to it.
    """

    number: int
    market_code: str
    goods: GoodsGroup
    full_name: str
    business_name: str
    phone: str
    consented_on: date | None
    bank: Bank | None
    account: str
    holder_name: str
    momo_store: str | None
    stripe: bool
    contract_no: str
    contract_on: date | None
    installed_on: date | None
    active_from: date | None
    receipts_per_day: float
    code: str = ""

    @property
    def feeds_bank(self) -> bool:
        """Return whether her bank account has a feed."""
        return self.bank is VIETCOMBANK


def draw_vendor(
    market_code: str, goods: GoodsGroup, *, number: int, seed: int, before: Sequence[SimVendor]
) -> SimVendor:
    """Return the ``number``-th vendor; ``before`` are the vendors drawn so far."""
    draw = stream(seed, "vendor", market_code, number)
    woman = draw.random() < goods.women_share
    name = draw_person(draw, woman=woman)
    business = ""
    if draw.random() < 0.3:
        business = f"{draw.choice(BUSINESS_WORDS)} {' '.join(name.split()[-2:])}"
    consented_on = _consent_day(draw)
    bank = draw_bank(draw) if consented_on and draw.random() >= NO_BANK_SHARE else None
    account = write_account(bank, number + 1) if bank else ""
    holder = _holder_name(draw, name, business, woman=woman)
    sharing = _partner(market_code, bank, before)
    if sharing is not None:
        # A couple with two stalls and one account of their household business: only the code in
        # the memo says whose money it is.
        account, holder, business = sharing.account, sharing.holder_name, sharing.business_name
    momo = bank is VIETCOMBANK and sharing is None and draw.random() < MOMO_SHARE
    # The sheet has one column for a wallet or gateway: MoMo or Stripe, not both.
    stripe = not momo and _takes_cards(draw, market_code, goods, bank, before)
    contract = momo or stripe
    installed_on = None
    good_name = best_match(holder, [name, business]) in {NameMatch.EXACT, NameMatch.NORMALISED}
    # A poster with somebody else's name on it is not printed.
    if bank and consented_on and good_name and draw.random() >= NOT_HUNG_SHARE:
        installed_on = _hanging_day(draw, consented_on)
    return SimVendor(
        number=number,
        market_code=market_code,
        goods=goods,
        full_name=name,
        business_name=business,
        phone=f"09000{number + 1:05d}",
        consented_on=consented_on,
        bank=bank,
        account=account,
        holder_name=holder if bank else "",
        momo_store=f"CHO{market_code}{number + 1:04d}" if momo else None,
        stripe=stripe,
        contract_no=f"HD-{market_code}-{number + 1:04d}/2026" if contract else "",
        contract_on=consented_on if contract else None,
        installed_on=installed_on,
        active_from=_first_use(draw, installed_on),
        receipts_per_day=5.2 * draw.lognormvariate(0.0, 0.75),
    )


def _consent_day(draw: Draw) -> date | None:
    if draw.random() >= CONSENT_SHARE:
        return None
    start, days = EARLY_WAVE if draw.random() < EARLY_WAVE_SHARE else LATER_WAVES
    return start + timedelta(days=draw.randrange(days))


def _hanging_day(draw: Draw, consented_on: date) -> date | None:
    """Return the day the poster is hung: a few days after the next printing, if there is one."""
    printed = next((day for day in ISSUE_DAYS if day >= consented_on), None)
    return printed + timedelta(days=draw.randint(2, 7)) if printed else None


def _first_use(draw: Draw, installed_on: date | None) -> date | None:
    if installed_on is None or draw.random() >= ACTIVATION_SHARE:
        return None
    return installed_on + timedelta(days=min(int(draw.expovariate(1 / 5)), 25))


def _holder_name(draw: Draw, name: str, business: str, *, woman: bool) -> str:
    """Return the account holder: herself or her business as banks print it, for a few a relative."""
    if draw.random() < MISMATCH_SHARE:
        return as_banks_print(draw_person(draw, woman=not woman))
    if business and draw.random() < BUSINESS_ACCOUNT_SHARE:
        return as_banks_print(business)
    return name if draw.random() < 0.15 else as_banks_print(name)


def _partner(market_code: str, bank: Bank | None, before: Sequence[SimVendor]) -> SimVendor | None:
    """Return the neighbour whose account is shared, for at most a few pairs of a whole world."""
    accounts = [v.account for v in before if v.account]
    shared = len(accounts) - len(set(accounts))
    neighbour = before[-1] if before else None
    fits = (
        bank is VIETCOMBANK
        and neighbour is not None
        and neighbour.market_code == market_code
        and neighbour.feeds_bank
        and bool(neighbour.business_name)
        and neighbour.holder_name == as_banks_print(neighbour.business_name)
        and neighbour.momo_store is None
        and accounts.count(neighbour.account) == 1
    )
    if not fits or shared >= SHARED_ACCOUNTS_MAX:
        return None
    return neighbour


def _takes_cards(
    draw: Draw,
    market_code: str,
    goods: GoodsGroup,
    bank: Bank | None,
    before: Sequence[SimVendor],
) -> bool:
    if market_code != STRIPE_MARKET or goods.name not in STRIPE_GOODS or bank is None:
        return False
    return sum(v.stripe for v in before) < STRIPE_VENDORS_MAX and draw.random() < 0.45
