"""What goes in and out about vendors: views of a file, bodies of what may be asked."""

from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import Field

from market.api.paging import Body, View
from merchants.kinds import (
    AcceptancePointState,
    AccountKind,
    ConsentPurpose,
    ExitReason,
    NameMatch,
    PosterState,
    VendorState,
)
from merchants.lifecycle.steps import HandStep, Missing
from merchants.vendors.doubles import DoubleSide, PossibleDouble, Sign
from merchants.vendors.file import VendorFile
from merchants.vendors.history import HistoryEntry
from merchants.vendors.listing import ListedVendor
from merchants.vendors.steps import TEST_PAYMENT_MAX_VND, TEST_PAYMENT_MIN_VND, SeenBy

StallCode = Annotated[str, Field(min_length=1, max_length=12, pattern=r"^[^\x00-\x1f]+$")]
VendorCode = Annotated[str, Field(min_length=1, max_length=19, pattern=r"^[0-9A-Za-z]+$")]
Shown = TypeVar("Shown", bound=View)
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]


class VendorItem(View):
    """A vendor of a list; of the phone the last three digits."""

    code: str
    full_name: str
    business_name: str
    phone_tail: str
    state: VendorState
    state_since: datetime
    is_poster_only: bool
    stall_codes: list[str]

    @classmethod
    def of(cls, one: ListedVendor) -> "VendorItem":
        """Return the view of a listed vendor."""
        return cls(
            code=one.code,
            full_name=one.full_name,
            business_name=one.business_name,
            phone_tail=one.phone_tail,
            state=one.state,
            state_since=one.state_since,
            is_poster_only=one.is_poster_only,
            stall_codes=list(one.stall_codes),
        )


class HoldingView(View):
    """A stall held, from and to which day; ``to_on`` null = still."""

    stall_code: str
    zone: str
    goods_group: str
    from_on: date
    to_on: date | None
    contract_no: str
    contract_to: date | None


class AccountView(View):
    """An open receiving account by its last characters."""

    kind: AccountKind
    bin: str | None
    tail: str
    holder_name: str
    name_match: NameMatch
    state: AcceptancePointState
    valid_from: date


class PosterView(View):
    """A poster issued to the vendor."""

    serial: str
    stall_code: str
    state: PosterState
    issued_on: date
    installed_on: date | None
    ended_on: date | None


class ConsentView(View):
    """A consent and whether it was withdrawn."""

    purpose: ConsentPurpose
    given_at: datetime
    withdrawn_at: datetime | None


class StageView(View):
    """One of the five steps; ``waiting_days`` of the next one."""

    key: str
    is_done: bool
    is_next: bool
    done_at: datetime | None
    waiting_days: int
    days_max: int


class MergeView(View):
    """A double that was merged into the vendor and can be taken apart again."""

    id: int
    code: str
    full_name: str
    merged_at: datetime


class VendorView(View):
    """Everything staff need on one vendor; ``version`` goes into the next change."""

    code: str
    market_code: str
    full_name: str
    business_name: str
    display_name: str
    phone_tail: str
    id_number_tail: str
    state: VendorState
    state_since: datetime
    version: int
    is_poster_only: bool
    first_self_action_at: datetime | None
    step_number: int
    stages: list[StageView]
    missing: list[Missing]
    hand_steps: list[HandStep]
    holdings: list[HoldingView]
    accounts: list[AccountView]
    has_open_change: bool
    posters: list[PosterView]
    hanging_codes: int
    consents: list[ConsentView]
    merges: list[MergeView]

    @classmethod
    def of(cls, told: VendorFile) -> "VendorView":
        """Return the view of a vendor's file."""
        own = {
            name: getattr(told, name)
            for name in cls.model_fields
            if name
            not in {
                "step_number", "stages", "missing", "hand_steps", "holdings", "accounts",
                "posters", "consents", "merges",
            }
        }  # fmt: skip
        return cls(
            **own,
            step_number=told.line.number,
            stages=[_view(StageView, stage) for stage in told.line.stages],
            missing=list(told.missing),
            hand_steps=list(told.hand_steps),
            holdings=[_view(HoldingView, one) for one in told.stalls],
            accounts=[_view(AccountView, one) for one in told.accounts],
            posters=[_view(PosterView, one) for one in told.posters],
            consents=[_view(ConsentView, one) for one in told.consents],
            merges=[_view(MergeView, one) for one in told.merges],
        )


class HistoryView(View):
    """One thing done to the vendor; values are codes, masked where they would be personal."""

    id: int
    at: datetime
    action: str
    actor: str
    assisted_by: str
    stall_code: str
    subject: str
    from_value: str
    to_value: str
    reason: str
    note: str
    has_evidence: bool
    import_id: int | None

    @classmethod
    def of(cls, entry: HistoryEntry) -> "HistoryView":
        """Return the view of an entry."""
        return _view(cls, entry)


class DoubleSideView(View):
    """One of two records."""

    code: str
    full_name: str
    state: VendorState
    phone_tail: str
    stall_codes: list[str]
    zones: list[str]


class DoubleView(View):
    """Two records that may be one person, and what speaks for it."""

    kept: DoubleSideView
    other: DoubleSideView
    signs: list[Sign]
    weight: int

    @classmethod
    def of(cls, pair: PossibleDouble) -> "DoubleView":
        """Return the view of a pair."""
        return cls(
            kept=_side(pair.kept),
            other=_side(pair.other),
            signs=list(pair.signs),
            weight=pair.weight,
        )


class VendorPatch(Body):
    """New details; a field left out stays, an empty text clears it. ``version`` as it was read."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    full_name: str | None = None
    business_name: str | None = None
    display_name: str | None = None
    phone: str | None = None
    id_number: str | None = None
    revoke_posters: bool = False


class StepBody(Body):
    """A step by hand; a reason is needed to suspend and to exit."""

    step: HandStep
    reason: ExitReason | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class PaymentBody(Body):
    """A small payment seen to arrive on the vendor's own phone."""

    amount_vnd: Annotated[int, Field(ge=TEST_PAYMENT_MIN_VND, le=TEST_PAYMENT_MAX_VND)]
    seen_by: SeenBy


class TakeBody(Body):
    """A free stall the vendor takes."""

    stall_code: StallCode
    from_on: Day
    contract_no: Annotated[str, Field(max_length=40)] = ""
    contract_to: Day | None = None


class LeaveBody(Body):
    """The last day at a stall."""

    last_on: Day
    reason: ExitReason | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class HandOverBody(Body):
    """Who takes the stall over, from which day."""

    to_vendor: VendorCode
    from_on: Day
    reason: ExitReason | None = None
    note: Annotated[str, Field(max_length=500)] = ""
    contract_no: Annotated[str, Field(max_length=40)] = ""
    contract_to: Day | None = None


class MergeBody(Body):
    """The double to be merged into the vendor of the path."""

    double: VendorCode
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    """Why they are known to be one person."""


def _view(shown: type[Shown], told: object) -> Shown:
    return shown(**{name: getattr(told, name) for name in shown.model_fields})


def _side(side: DoubleSide) -> DoubleSideView:
    return DoubleSideView(
        code=side.code,
        full_name=side.full_name,
        state=side.state,
        phone_tail=side.phone_tail,
        stall_codes=list(side.stall_codes),
        zones=list(side.zones),
    )
