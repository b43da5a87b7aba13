"""A market with a vendor who is paid on one account, and short ways to propose, confirm and decide."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from market.database import reading, writing
from merchants.acceptance.approval import Approval, PosterFate, PosterKeys, Verdict
from merchants.acceptance.changes import (
    Proposal,
    confirm_account,
    decide_account,
    propose_account,
    withdraw_account,
)
from merchants.acceptance.entry import ProposedAccount, read_proposed_account
from merchants.actors import Actor
from merchants.events import record_event
from merchants.kinds import Confirmation, EventAction
from merchants.tables import AccountChange, RegisterEvent, Vendor
from tests.merchants.conftest import Register

CLERK = Actor(kind="staff", name="1")
MANAGER = Actor(kind="staff", name="2")
HELPER = Actor(kind="staff", name="3")
EVIDENCE = "ab" * 32
NEW_NUMBER = "9704229876543"
PRINT_KEY = "a-key-for-tests-only"


def entry(**changes: str) -> ProposedAccount:
    """An account at another bank under the vendor's own name."""
    values = {"bank": "MB Bank", "number": NEW_NUMBER, "holder_name": "NGUYEN THI HUONG"} | changes
    return read_proposed_account(**values)


class Accounts:
    """The register with the steps of a proposal, each in a transaction of its own."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.keys = PosterKeys(register.sealer, PRINT_KEY)

    def vendor(self, name: str = "Nguyễn Thị Hương") -> Vendor:
        """The vendor of this name."""
        with reading(self.register.engine) as session:
            found = session.exec(select(Vendor).where(Vendor.full_name == name)).one()
            session.expunge(found)
            return found

    @property
    def code(self) -> str:
        """The code of the first vendor."""
        return self.vendor().code or ""

    @property
    def owner(self) -> Actor:
        """The first vendor acting themselves."""
        return Actor(kind="vendor", name=self.code)

    def propose(self, actor: Actor = CLERK, **options: Any) -> Proposal:
        """Propose an account for the first vendor."""
        account = entry(
            **{k: options.pop(k) for k in ("bank", "number", "holder_name") if k in options}
        )
        with writing(self.register.engine) as session:
            return propose_account(
                session,
                options.pop("vendor_code", self.code),
                account,
                sealer=self.register.sealer,
                actor=actor,
                now=self.register.now,
                **options,
            )

    def note(self, action: EventAction, actor: Actor, *, ago: timedelta = timedelta()) -> None:
        """Note that somebody did something about the first vendor."""
        vendor = self.vendor()
        with writing(self.register.engine) as session:
            record_event(
                session,
                action,
                actor=actor,
                now=self.register.now - ago,
                market_id=vendor.market_id,
                vendor_id=vendor.id,
            )

    def confirm(
        self, change_id: int, how: Confirmation = Confirmation.PIN, actor: Actor | None = None
    ) -> AccountChange:
        """Give the vendor's word: the vendor's own PIN, or recorded by somebody."""
        is_pin = how is Confirmation.PIN
        with writing(self.register.engine) as session:
            return confirm_account(
                session,
                self.code,
                change_id,
                how,
                evidence_sha256="" if is_pin else EVIDENCE,
                witness="" if is_pin else "Lò Thị Mai",
                actor=actor or (self.owner if is_pin else HELPER),
                now=self.register.now,
            )

    def decide(
        self,
        change_id: int,
        actor: Actor = MANAGER,
        *,
        approve: bool = True,
        note: str = "",
        posters: PosterFate = PosterFate.REPLACE,
    ) -> Approval:
        """Decide as a second person."""
        with writing(self.register.engine) as session:
            return decide_account(
                session,
                self.code,
                change_id,
                Verdict(approve=approve, note=note, posters=posters),
                keys=self.keys,
                actor=actor,
                now=self.register.now,
            )

    def withdraw(
        self, change_id: int, actor: Actor = CLERK, reason: str = "Ghi nhầm"
    ) -> AccountChange:
        """Take a proposal back."""
        with writing(self.register.engine) as session:
            return withdraw_account(
                session, self.code, change_id, reason=reason, actor=actor, now=self.register.now
            )

    def all_changes(self) -> list[AccountChange]:
        """Every proposal as it is stored."""
        return list(self.register.all(AccountChange))

    def events(self, subject: str = "") -> list[tuple[str, str]]:
        """What was recorded, as action and actor; only about a subject when it is given."""
        return [
            (event.action, event.actor)
            for event in self.register.all(RegisterEvent)
            if not subject or event.subject == subject
        ]
