"""Which ledger a provider's rows speak of: SePay only announces what Vietcombank books."""

LEDGER_OF_ANNOUNCER = {"sepay": "bank_vcb"}
"""Providers that hold no money: their rows belong to the ledger that does (gateway Vietcombank)."""

REFERENCE_KEYED = frozenset({"bank_vcb", "bank_mb", "bank_tcb", "bank_acb", "bank_msb", "generic"})
"""Bank files whose dedupe key is the bank's reference, which a bank may use again."""


def ledger_of(provider: str) -> str:
    """Return the ledger of a provider's rows: ``bank_vcb`` for SePay, else the provider itself."""
    return LEDGER_OF_ANNOUNCER.get(provider, provider)
