"""What one row of a sheet does to the register, and whose word counts when two rows disagree."""

from dataclasses import dataclass, field
from typing import Literal

from merchants.accounts import Account, account_fingerprint, phone_fingerprint
from merchants.imports.drafts import Draft, PointDraft, ProposalDraft, VendorDraft
from merchants.remedies import remedied_whole, why_and_fix
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.application import Application

Change = Literal["created", "taken", "changed", "same", "none"]
"""What a row does to its stall; ``taken`` = a known stall that was free gets its vendor."""


class RowRefused(Exception):
    """A row contradicts the register; carries why, and what to do. Nothing of the row is taken.

    ``key`` names the column it is about, ``fact`` says it without what to do about it in a sheet.
    """

    def __init__(self, why: str, fix: str, *, key: str = "") -> None:
        self.told = remedied_whole(why, fix)
        super().__init__(self.told)
        self.key = key
        self.fact = why_and_fix(self.told)[0]


@dataclass(slots=True)
class RowPlan:
    """What one row does: its change, and remarks for whoever sent it."""

    application: Application
    change: Change = "same"
    remarks: list[str] = field(default_factory=list)
    vendor: VendorDraft | None = None
    points: list[PointDraft] = field(default_factory=list)
    """The points the row itself names."""
    proposals: list[ProposalDraft] = field(default_factory=list)
    """The change of account the row asks for, at most one."""

    def note_taken(self) -> None:
        """Remember that a stall without anybody got its vendor; of a new stall that is no news."""
        if self.change != "created":
            self.change = "taken"

    def note(self, has_changed: bool) -> None:
        """Remember that the row changed something that was there before it."""
        if has_changed and self.change == "same":
            self.change = "changed"


class Fingerprints:
    """The fingerprints of a row's phone and accounts; empty where the row gives none."""

    def __init__(self, application: Application, sealer: Sealer) -> None:
        def of_account(account: Account | None) -> str:
            return account_fingerprint(sealer, account.ledger, account.number) if account else ""

        self.phone = phone_fingerprint(sealer, application.phone) if application.phone else ""
        self.bank = of_account(application.bank_account)
        self.wallet = of_account(application.wallet)
        self.accounts = {self.bank, self.wallet} - {""}
        self.given = {self.phone, self.bank, self.wallet} - {""}


class FirstWord:
    """Of the rows that tell one thing about one vendor the first counts, the others are remarked.

    Without it a sheet whose rows disagree would change the register back and forth each time.
    """

    def __init__(self) -> None:
        self._told: dict[tuple[Draft, str], Application] = {}

    def say(self, row: RowPlan, draft: Draft, column: str, value: object) -> bool:
        """Set a value unless an earlier row told another; return whether that changed it."""
        if value in {"", None}:
            return False
        earlier = self.claim(row.application, draft, column)
        if earlier is not row.application:
            if draft.values.get(column) != value:
                row.remarks.append(
                    remedied_whole(
                        Sentence(
                            "{column} khác dòng {row} của cùng người bán",
                            column=Sentence(_COLUMN_VI[column]),
                            row=earlier.row,
                        ),
                        Sentence("giữ như dòng {row}", row=earlier.row),
                    )
                )
            return False
        has_changed = draft.put(column, value)
        row.note(has_changed)
        return has_changed

    def claim(self, application: Application, draft: Draft, column: str) -> Application:
        """Return whose word counts about a column: an earlier row's, else this one's from now on."""
        return self._told.setdefault((draft, column), application)

    def told_by(self, draft: Draft, column: str) -> Application | None:
        """Return the row whose word counts about a column, ``None`` while no row has told it."""
        return self._told.get((draft, column))


_COLUMN_VI = {
    "full_name": "Cách viết họ tên",
    "business_name": "Tên hộ kinh doanh",
    "consented_on": "Ngày đồng ý",
    "phone_hash": "Số điện thoại",
    "provider_contract_no": "Số hợp đồng",
    "contract_from": "Ngày hợp đồng",
    "holder_name": "Tên chủ tài khoản",
}
