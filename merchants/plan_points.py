"""The receiving accounts of an import: what may be added or corrected, and what a sheet may not do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from merchants.accounts import STRIPE, Account
from merchants.application import Application
from merchants.kinds import (
    GOOD_MATCHES,
    AcceptancePointState,
    AcceptanceType,
    AccountKind,
    NameMatch,
)
from merchants.names import best_match
from merchants.plan_rows import Fingerprints, FirstWord, RowPlan, RowRefused
from merchants.sealing import Sealer
from merchants.standing import PointDraft, Standing, VendorDraft, name_key

_NOT_USED_YET = frozenset({AcceptancePointState.DECLARED, AcceptancePointState.VERIFIED})


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
            RowRefused: the row would change an account, or its holder, that people already pay to.
        """
        self._refuse_other_account(application, vendor, prints.bank)
        _refuse_other_holder(application, vendor, prints)

    def merge(self, row: RowPlan, vendor: VendorDraft, prints: Fingerprints) -> None:
        """Give the vendor the row's accounts, holder's name and contract."""
        application, say = row.application, self.first_word.say
        given = [(application.bank_account, prints.bank), (application.wallet, prints.wallet)]
        for account, account_hash in given:
            if account is not None:
                row.points.append(self._point(row, vendor, account, account_hash))
        if not row.points:
            return
        # The contract with a provider is the wallet's when there is one.
        contracted = row.points[-1]
        say(row, contracted, "provider_contract_no", application.contract_no)
        say(row, contracted, "contract_from", application.contract_from)
        has_contract = bool(contracted.values["provider_contract_no"])
        if contracted.values["kind"] is AccountKind.MOBILE_MONEY and has_contract:
            row.note(contracted.put("acceptance_type", AcceptanceType.MOBILE_MONEY_MERCHANT))
        for point in row.points:
            say(row, point, "holder_name", application.holder_name)

    def to_watch(self, row: RowPlan) -> Iterable[str]:
        """Yield what people must look at about the row's accounts, once all rows are planned."""
        for point in row.points:
            if point.values["holder_name"] and point.values["name_match"] not in GOOD_MATCHES:
                yield _mismatch(point)
            sharing = self.standing.holders_of_account.get(point.values["account_hash"], set())
            # A Stripe account is often the whole market's; its payments name the vendor themselves.
            if len(sharing) > 1 and point.values["feed_provider"] != STRIPE:
                yield (
                    f"Tài khoản ···{point.values['account_tail']} ghi cho {len(sharing)} người "
                    "bán: khoản nhận vào đây không biết của ai."
                )

    def _refuse_other_account(
        self, application: Application, vendor: VendorDraft, bank_hash: str
    ) -> None:
        point, account = _bank_point(vendor), application.bank_account
        if account is None or point is None or point.values["account_hash"] == bank_hash:
            return
        old_tail = point.values["account_tail"]
        earlier = self.first_word.told_by(vendor, "account")
        if earlier is not None:
            raise RowRefused(
                f"{application.full_name} có hai số tài khoản: ···{old_tail} ở dòng {earlier.row} "
                f"và ···{account.tail} ở đây. Ghi một số cho mọi gian hàng."
            )
        is_declared = point.values["state"] is AcceptancePointState.DECLARED
        on_posters = {poster.values["acceptance_point_id"] for poster in vendor.posters}
        if not is_declared or point.id in on_posters:
            raise RowRefused(
                f"Tài khoản của {application.full_name} đổi từ ···{old_tail} thành "
                f"···{account.tail}. Đổi tài khoản cần người bán xác nhận và người thứ hai duyệt, "
                "không đổi qua tệp; để lại số cũ trong tệp."
            )

    def _point(
        self, row: RowPlan, vendor: VendorDraft, account: Account, account_hash: str
    ) -> PointDraft:
        """Return the vendor's open point of this account, opening one when there is none."""
        if account.bin is not None:
            self.first_word.claim(row.application, vendor, "account")
        for point in vendor.points:
            if point.values["account_hash"] == account_hash:
                return point
        row.note(True)
        replaced = _bank_point(vendor) if account.bin is not None else None
        if replaced is not None:
            self._close(replaced)
            row.remarks.append(
                f"Tài khoản chưa dùng ···{replaced.values['account_tail']} thay bằng "
                f"···{account.tail}."
            )
        point = self._new_point(row.application, vendor, account, account_hash)
        vendor.points.append(point)
        self.standing.add(point)
        return point

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
                "provider_contract_no": "",
                "contract_from": None,
                "contract_to": None,
                "state": AcceptancePointState.DECLARED,
                "valid_from": application.consented_on or self.listed_on,
                "valid_to": None,
            },
            vendor=vendor,
        )

    def _close(self, point: PointDraft) -> None:
        vendor = point.vendor
        point.put("valid_to", max(self.today, point.values["valid_from"]))
        point.put("state", AcceptancePointState.CLOSED)
        vendor.points.remove(point)
        sharing = self.standing.holders_of_account[point.values["account_hash"]]
        sharing.discard(vendor.id or vendor)


def compare_holder(point: PointDraft) -> bool:
    """Compare a point's holder with its vendor's names; return whether that changed the point.

    A good match verifies an account nobody pays to yet, and a lost one takes that back.
    """
    vendor = point.vendor.values
    match = best_match(point.values["holder_name"], [vendor["full_name"], vendor["business_name"]])
    has_changed = point.put("name_match", match)
    if point.values["state"] in _NOT_USED_YET:
        is_good = match in GOOD_MATCHES
        state = AcceptancePointState.VERIFIED if is_good else AcceptancePointState.DECLARED
        has_changed |= point.put("state", state)
    return has_changed


def _refuse_other_holder(
    application: Application, vendor: VendorDraft, prints: Fingerprints
) -> None:
    for point in vendor.points:
        old, new = point.values["holder_name"], application.holder_name
        is_meant = point.values["account_hash"] in prints.accounts
        if is_meant and new and vendor.posters and name_key(old) != name_key(new):
            raise RowRefused(
                f"Tên chủ tài khoản đổi từ {old} thành {new}, mà tấm mã in tên cũ đang dùng. "
                "Thu hồi tấm mã trước, rồi nhập lại dòng này."
            )


def _mismatch(point: PointDraft) -> str:
    vendor = point.vendor.values
    names = [name for name in (vendor["full_name"], vendor["business_name"]) if name]
    is_partial = point.values["name_match"] is NameMatch.PARTIAL
    how = "chỉ giống một phần" if is_partial else "khác"
    return (
        f"Tên chủ tài khoản {point.values['holder_name']} {how} {' / '.join(names)}: ghi người "
        "bán, chưa cấp tấm mã. Xem lại tên trên ứng dụng ngân hàng."
    )


def _bank_point(vendor: VendorDraft) -> PointDraft | None:
    return next((point for point in vendor.points if point.values["bin"] is not None), None)
