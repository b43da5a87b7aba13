"""Where a vendor's money lands, as a value: which ledger, which account, how it is found again."""

from collections.abc import Mapping
from dataclasses import dataclass

from merchants.kinds import AcceptanceType, AccountKind
from merchants.sealing import Sealer
from qr.participants import Participant

FINGERPRINT_DIGITS = 32
VIETCOMBANK = "970436"
MOMO, STRIPE = "momo", "stripe"
FEED_OF_BIN: Mapping[str, str] = {
    VIETCOMBANK: "bank_vcb",
    "970422": "bank_mb",
    "970407": "bank_tcb",
    "970405": "bank_agribank",
    "970416": "bank_acb",
    "970426": "bank_msb",
}
"""Banks whose statements this programme reads, and the ledger that tells them."""

_KIND_OF_PARTICIPANT = {
    "bank": AccountKind.BANK_ACCOUNT,
    "digital_bank": AccountKind.BANK_ACCOUNT,
    "finance_company": AccountKind.BANK_ACCOUNT,
    "wallet": AccountKind.E_WALLET,
    "mobile_money": AccountKind.MOBILE_MONEY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A receiving account. ``bin`` is ``None`` outside NAPAS; ``feed_provider`` may be empty."""

    kind: AccountKind
    acceptance_type: AcceptanceType
    bin: str | None
    feed_provider: str
    number: str

    @property
    def ledger(self) -> str:
        """Return what tells equal numbers of two institutions apart: the feed, else the BIN."""
        return self.feed_provider or self.bin or ""

    @property
    def tail(self) -> str:
        """Return the last four characters, the only ones people are shown."""
        return self.number[-4:]


def account_at(participant: Participant, number: str) -> Account:
    """Return the account of that number at a bank or at another VietQR participant."""
    return Account(
        kind=_KIND_OF_PARTICIPANT[participant.kind],
        acceptance_type=AcceptanceType.TRANSFER_QR,
        bin=participant.bin,
        feed_provider=FEED_OF_BIN.get(participant.bin, ""),
        number=number,
    )


def momo_store(store_code: str) -> Account:
    """Return the acceptance point of a MoMo store, named by its store code (Mã cửa hàng)."""
    return Account(
        kind=AccountKind.E_WALLET,
        acceptance_type=AcceptanceType.MERCHANT_QR,
        bin=None,
        feed_provider=MOMO,
        number=store_code,
    )


def stripe_account(account_id: str) -> Account:
    """Return the acceptance point of a Stripe account, named by its id ``acct_…``."""
    return Account(
        kind=AccountKind.E_WALLET,
        acceptance_type=AcceptanceType.MERCHANT_QR,
        bin=None,
        feed_provider=STRIPE,
        number=account_id,
    )


def account_fingerprint(sealer: Sealer, ledger: str, account: str) -> str:
    """Return the keyed fingerprint under which an account is looked up: 32 hex digits.

    Args:
        ledger: the feed provider (``bank_vcb``, ``momo``, ``stripe``), or the BIN of a bank
            without a feed.
    """
    return sealer.fingerprint(f"{ledger}|{account}")[:FINGERPRINT_DIGITS]


def account_alias(sealer: Sealer, ledger: str, account: str) -> str:
    """Return what stands for an account where its number must not: fingerprint, then tail.

    Equal for equal accounts of one ledger; nobody without the key learns the number from it. An
    empty account stays empty.
    """
    return account_fingerprint(sealer, ledger, account) + account[-4:] if account else ""


def alias_fingerprint(alias: str) -> str:
    """Return the fingerprint in an alias, as acceptance points keep it."""
    return alias[:FINGERPRINT_DIGITS]


def phone_fingerprint(sealer: Sealer, phone: str) -> str:
    """Return the keyed fingerprint of a phone number written as ``+84…``."""
    return sealer.fingerprint(f"phone|{phone}")


def payload_fingerprint(sealer: Sealer, payload: str) -> str:
    """Return the keyed fingerprint of a QR payload; a bare digest would give its account away."""
    return sealer.fingerprint(f"payload|{payload}")
