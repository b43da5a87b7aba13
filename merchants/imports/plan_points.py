"""The receiving accounts of an import: what may be added or corrected, and what a sheet may not do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from merchants.acceptance.name_rule import judge_account_name, match_account_name
from merchants.acceptance.point_states import point_state
from merchants.accounts import STRIPE, Account
from merchants.imports.drafts import PointDraft, ProposalDraft, VendorDraft
from merchants.imports.plan_rows import Fingerprints, FirstWord, RowPlan, RowRefused
from merchants.imports.standing import Standing, name_key
from merchants.kinds import (
    GOOD_MATCHES,
    HANGING_POSTER_STATES,
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    AccountOwnerKind,
    NameMatch,
)
from merchants.remedies import remedied_whole
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.application import Application

NOT_USED_YET = frozenset({AcceptancePointState.DECLARED, AcceptancePointState.VERIFIED})
"""The states of an account nobody has been given a poster to pay to."""


@dataclass(frozen=True, slots=True)
class PointPlanner:
    """Plan acceptance points into the register; ``listed_on`` and ``today`` as the import has them."""

    standing: Standing
    first_word: FirstWord
    sealer: Sealer
    listed_on: date
    today: date

    def check(self, application: Application, vendor: VendorDraft, prints: Fingerprints) -> None:
        """Accept a row's account for a known vendor.

        Raises:
            RowRefused: another row of the sheet tells another account of this vendor, or the row
                would change the holder's name that is printed on a live poster.
        """
        self._refuse_second_account(application, vendor)
        _refuse_other_holder(application, vendor, prints)

    def merge(self, row: RowPlan, vendor: VendorDraft, prints: Fingerprints) -> None:
        """Give the vendor the row's accounts, holder's name and contract.

        A bank account other than the open one is only proposed: the vendor confirms it and a second
        person decides (``merchants.acceptance.changes``).
        """
        application, say = row.application, self.first_word.say
        given = [(application.bank_account, prints.bank), (application.wallet, prints.wallet)]
        for account, account_hash in given:
            if account is None:
                continue
            if account.bin is not None:
                self.first_word.claim(application, vendor, "account")
            present = self._present(vendor, account, account_hash)
            if present is None:
                present = self._open(row, vendor, account, account_hash)
            if present.values["account_hash"] == account_hash:
                row.points.append(present)
            else:
                self._propose(row, vendor, present, account, account_hash)
        self._note_contract(row)
        for point in row.points:
            say(row, point, "holder_name", application.holder_name)

    def to_watch(self, row: RowPlan) -> Iterable[str]:
        """Yield what people must look at about the row's accounts, once all rows are planned."""
        named: list[PointDraft | ProposalDraft] = [*row.points, *row.proposals]
        for point in named:
            if point.values["holder_name"] and point.values["name_match"] not in GOOD_MATCHES:
                yield _mismatch(point)
            sharing = self.standing.holders_of_account.get(point.values["account_hash"], set())
            count = len(sharing | {point.vendor.id or point.vendor})
            # A Stripe account is often the whole market's; its payments name the vendor themselves.
            if count > 1 and point.values["feed_provider"] != STRIPE:
                yield remedied_whole(
                    Sentence(
                        "Tài khoản ···{tail} ghi cho {count} người bán",
                        tail=point.values["account_tail"],
                        count=count,
                    ),
                    "khoản nhận vào đây không biết của ai",
                )

    def _refuse_second_account(self, application: Application, vendor: VendorDraft) -> None:
        earlier, account = self.first_word.told_by(vendor, "account"), application.bank_account
        if earlier is None or earlier.bank_account is None or account is None:
            return
        if account != earlier.bank_account:
            raise RowRefused(
                Sentence(
                    "{name} có hai số tài khoản: ···{was} ở dòng {row} và ···{now} ở đây",
                    name=application.full_name,
                    was=earlier.bank_account.tail,
                    row=earlier.row,
                    now=account.tail,
                ),
                "ghi một số cho mọi gian hàng",
            )

    def _present(
        self, vendor: VendorDraft, account: Account, account_hash: str
    ) -> PointDraft | None:
        """Return the vendor's open point of this account, else the open bank account it differs from."""
        for point in vendor.points:
            if point.values["account_hash"] == account_hash:
                return point
        return _bank_point(vendor) if account.bin is not None else None

    def _open(
        self, row: RowPlan, vendor: VendorDraft, account: Account, account_hash: str
    ) -> PointDraft:
        row.note(True)
        point = self._new_point(row.application, vendor, account, account_hash)
        vendor.points.append(point)
        self.standing.add(point)
        return point

    def _propose(
        self,
        row: RowPlan,
        vendor: VendorDraft,
        present: PointDraft,
        account: Account,
        account_hash: str,
    ) -> None:
        waiting = vendor.proposal
        if waiting is not None and waiting.values["account_hash"] != account_hash:
            row.remarks.append(
                remedied_whole(
                    Sentence(
                        "Số tài khoản ···{tail} chưa ghi, đang có đề nghị đổi sang ···{other} chờ duyệt",
                        tail=account.tail,
                        other=waiting.values["account_tail"],
                    ),
                    "duyệt hoặc bỏ đề nghị đó trước",
                )
            )
            return
        row.remarks.append(
            remedied_whole(
                Sentence(
                    "Gian hàng đã có, tài khoản khác: ···{was} thành ···{now}",
                    was=present.values["account_tail"],
                    now=account.tail,
                ),
                "chờ người bán xác nhận và người thứ hai duyệt",
            )
        )
        if waiting is None:
            row.note(True)
            waiting = vendor.proposal = self._new_proposal(vendor, present, account, account_hash)
            self.standing.add(waiting)
        row.proposals.append(waiting)
        if waiting.id is None:
            self.first_word.say(row, waiting, "holder_name", row.application.holder_name)

    def _note_contract(self, row: RowPlan) -> None:
        """Note the provider's contract: the wallet's when the row names one, else the bank's."""
        application, say = row.application, self.first_word.say
        new_proposals = [proposal for proposal in row.proposals if proposal.id is None]
        named: list[PointDraft | ProposalDraft] = [*new_proposals, *row.points]
        if not named:
            return
        contracted = named[-1]
        say(row, contracted, "provider_contract_no", application.contract_no)
        say(row, contracted, "contract_from", application.contract_from)
        has_contract = bool(contracted.values["provider_contract_no"])
        if contracted.values["kind"] is AccountKind.MOBILE_MONEY and has_contract:
            row.note(contracted.put("acceptance_type", AcceptanceType.MOBILE_MONEY_MERCHANT))

    def _new_proposal(
        self, vendor: VendorDraft, present: PointDraft, account: Account, account_hash: str
    ) -> ProposalDraft:
        return ProposalDraft(
            {
                "kind": account.kind,
                "acceptance_type": account.acceptance_type,
                "bin": account.bin,
                "feed_provider": account.feed_provider,
                "account_sealed": self.sealer.seal(account.number),
                "account_hash": account_hash,
                "account_tail": account.tail,
                "holder_name": "",
                "name_match": NameMatch.MISMATCH,
                "provider_contract_no": "",
                "contract_from": None,
                "state": AccountChangeState.PROPOSED,
                "reason": "Theo tệp danh sách gian hàng",
            },
            vendor=vendor,
            replaces=present,
        )

    def _new_point(
        self, application: Application, vendor: VendorDraft, account: Account, account_hash: str
    ) -> PointDraft:
        return PointDraft(
            {
                "kind": account.kind,
                "acceptance_type": account.acceptance_type,
                "bin": account.bin,
                "feed_provider": account.feed_provider,
                "account_sealed": self.sealer.seal(account.number),
                "account_hash": account_hash,
                "account_tail": account.tail,
                "holder_name": "",
                "name_match": NameMatch.MISMATCH,
                "owner_kind": AccountOwnerKind.INDIVIDUAL,
                "provider_contract_no": "",
                "contract_from": None,
                "contract_to": None,
                "state": AcceptancePointState.DECLARED,
                "valid_from": application.consented_on or self.listed_on,
                "valid_to": None,
            },
            vendor=vendor,
        )


def compare_holder(point: PointDraft, on: date) -> bool:
    """Compare a point's holder with its vendor's names on a day; return whether it changed the point.

    A good match verifies an account nobody pays to yet, and a lost one takes that back; the
    account a registered business may no longer be paid on waits to be replaced.
    """
    vendor = point.vendor.values
    judged = judge_account_name(
        point.values["holder_name"], vendor["full_name"], vendor["business_name"], on
    )
    has_hung = any(
        poster.values["acceptance_point_id"] == point.id
        and poster.values["state"] in HANGING_POSTER_STATES
        for poster in point.vendor.posters
    )
    state = point_state(
        point.values["state"],
        match=judged.match,
        must_migrate=judged.must_migrate,
        has_hung=has_hung,
    )
    # Every column is put, whatever the one before said.
    changes = [
        point.put("name_match", judged.match),
        point.put("owner_kind", judged.owner_kind),
        point.put("state", state),
    ]
    return any(changes)


def holder_match(proposal: ProposalDraft) -> NameMatch:
    """Return how the holder of a proposed account compares with its vendor's names."""
    vendor = proposal.vendor.values
    return match_account_name(
        proposal.values["holder_name"], vendor["full_name"], vendor["business_name"]
    )


def _refuse_other_holder(
    application: Application, vendor: VendorDraft, prints: Fingerprints
) -> None:
    for point in vendor.points:
        old, new = point.values["holder_name"], application.holder_name
        is_meant = point.values["account_hash"] in prints.accounts
        if is_meant and new and vendor.posters and name_key(old) != name_key(new):
            raise RowRefused(
                Sentence(
                    "Tên chủ tài khoản đổi từ {was} thành {name}, mà tấm mã in tên cũ đang dùng",
                    was=old,
                    name=new,
                ),
                "thu hồi tấm mã trước, rồi nhập lại dòng này",
                key="holder_name",
            )


def _mismatch(point: PointDraft | ProposalDraft) -> Sentence:
    vendor = point.vendor.values
    names = [name for name in (vendor["full_name"], vendor["business_name"]) if name]
    is_partial = point.values["name_match"] is NameMatch.PARTIAL
    values = {"holder": point.values["holder_name"], "names": " / ".join(names)}
    differs = (
        Sentence("Tên chủ tài khoản {holder} chỉ giống một phần {names}", **values)
        if is_partial
        else Sentence("Tên chủ tài khoản {holder} khác {names}", **values)
    )
    return remedied_whole(differs, "chưa cấp tấm mã, xem lại tên trên ứng dụng ngân hàng")


def _bank_point(vendor: VendorDraft) -> PointDraft | None:
    return next((point for point in vendor.points if point.values["bin"] is not None), None)
