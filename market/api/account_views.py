"""What goes in and out about accounts, proposals and displayed codes; never a whole number out."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from market.api.paging import Body, View
from merchants.acceptance.approval import Approval, PosterFate
from merchants.acceptance.code_lists import CodeEntry, CodeLink
from merchants.acceptance.code_reading import PAYLOAD_BYTES_MAX
from merchants.acceptance.lists import ChangeEntry, ContractState, PointEntry
from merchants.acceptance.upkeep import UpkeepEntry
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    AccountOwnerKind,
    CodeScheme,
    Confirmation,
    NameMatch,
)

Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Line = Annotated[str, Field(max_length=200)]


class AccountView(View):
    """An account of a vendor, open or ended; of the number the last four characters."""

    id: int
    kind: AccountKind
    acceptance_type: AcceptanceType
    institution: str
    tail: str
    holder_name: str
    name_match: NameMatch
    owner_kind: AccountOwnerKind
    state: AcceptancePointState
    contract_no: str
    contract_from: date | None
    contract_to: date | None
    contract_state: ContractState
    valid_from: date
    valid_to: date | None
    live_posters: list[str]

    @classmethod
    def of(cls, one: PointEntry) -> "AccountView":
        """Return the view of an account."""
        return cls.model_validate(
            {name: getattr(one, name) for name in cls.model_fields}
            | {"live_posters": list(one.live_posters)}
        )


class AccountChangeView(View):
    """A proposal; people as ``staff:12``, ``vendor:…``, ``command``."""

    id: int
    vendor_code: str
    state: AccountChangeState
    kind: AccountKind
    institution: str
    tail: str
    holder_name: str
    name_match: NameMatch
    contract_no: str
    contract_from: date | None
    replaces: AccountView | None
    reason: str
    proposed_at: datetime
    proposed_by: str
    confirmed_at: datetime | None
    confirmed_how: Confirmation | None
    confirmed_by: str
    has_evidence: bool
    decided_at: datetime | None
    decided_by: str
    decision_note: str

    @classmethod
    def of(cls, one: ChangeEntry) -> "AccountChangeView":
        """Return the view of a proposal."""
        return cls.model_validate(
            {name: getattr(one, name) for name in cls.model_fields}
            | {"replaces": AccountView.of(one.replaces) if one.replaces else None}
        )


class DecisionView(View):
    """What a decision did."""

    change: AccountChangeView
    account_id: int | None
    posters_ended: list[str]
    posters_issued: list[str]
    not_replaced: dict[str, str]
    """By stall why no new poster was issued, in Vietnamese."""

    @classmethod
    def of(cls, change: ChangeEntry, approval: Approval) -> "DecisionView":
        """Return the view of what came of a decision."""
        return cls(
            change=AccountChangeView.of(change),
            account_id=approval.point.id if approval.point else None,
            posters_ended=list(approval.posters_ended),
            posters_issued=list(approval.posters_issued),
            not_replaced=approval.not_replaced,
        )


class UpkeepView(View):
    """An account that needs care."""

    vendor_code: str
    vendor_name: str
    business_name: str
    stall_codes: list[str]
    account_id: int
    institution: str
    tail: str
    holder_name: str
    contract_no: str
    contract_to: date | None
    live_posters: list[str]
    has_open_change: bool

    @classmethod
    def of(cls, one: UpkeepEntry) -> "UpkeepView":
        """Return the view of an account that needs care."""
        names = cls.model_fields.keys() - {"account_id", "stall_codes", "live_posters"}
        return cls(
            account_id=one.point_id,
            stall_codes=list(one.stall_codes),
            live_posters=list(one.live_posters),
            **{name: getattr(one, name) for name in names},
        )


class CodeView(View):
    """A QR code hanging at a stall, or that hung there."""

    id: int
    stall_code: str
    vendor_code: str
    scheme: CodeScheme
    label: str
    link: CodeLink
    linked_vendor_code: str
    is_fed: bool
    is_own_wallet_code: bool
    first_seen_on: date
    last_seen_on: date
    ended_on: date | None

    @classmethod
    def of(cls, one: CodeEntry) -> "CodeView":
        """Return the view of a code."""
        return cls.model_validate({name: getattr(one, name) for name in cls.model_fields})


class ProposalBody(Body):
    """An account to be proposed for a vendor."""

    vendor_code: Annotated[str, Field(min_length=1, max_length=19, pattern=r"^[0-9A-Za-z]+$")]
    bank: Annotated[str, Field(max_length=120)]
    """A participant's BIN or name, ``momo-store`` or ``stripe-account``."""
    number: Annotated[str, Field(max_length=60)]
    holder_name: Annotated[str, Field(max_length=120)]
    replaces_id: Id | None = None
    contract_no: Annotated[str, Field(max_length=60)] = ""
    contract_from: Day | None = None
    reason: Line = ""


class ConfirmationBody(Body):
    """The vendor's recorded word; the PIN is only for the vendor's own page."""

    how: Literal[Confirmation.SIGNATURE, Confirmation.SPOKEN]
    evidence_sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]
    witness: Annotated[str, Field(min_length=1, max_length=80)]


class DecisionBody(Body):
    """A second person's decision."""

    approve: bool
    note: Line = ""
    posters: PosterFate = PosterFate.REPLACE


class WithdrawalBody(Body):
    """Why a proposal is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ContractBody(Body):
    """A contract with a payment provider; an empty number = there is none."""

    contract_no: Annotated[str, Field(max_length=60)]
    contract_from: Day | None = None
    contract_to: Day | None = None


class SeenBody(Body):
    """A code seen at a stall, to the last character."""

    payload: Annotated[str, Field(min_length=1, max_length=PAYLOAD_BYTES_MAX)]
    is_own_wallet_code: bool = False
