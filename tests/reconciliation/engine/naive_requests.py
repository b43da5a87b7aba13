"""Leg A again, written to be read: every rule as a loop over all pairs of request and payment."""

from typing import Any

from reconciliation.references import find_request_references
from tests.reconciliation.engine.naive import changes, several, squeeze

Row = dict[str, Any]


def naive_leg_a(asked: list[Row], paid: list[Row]) -> dict[str, str]:
    """Return the outcome of every request and payment, all of them credits that succeeded."""
    said = {row["record_id"]: "pending_cut_off" for row in asked}
    said |= {row["record_id"]: "not_applicable" for row in paid}
    named = {q["record_id"]: [p for p in paid if names(p, q)] for q in asked}
    for q in asked:
        if ps := named[q["record_id"]]:
            outcome = _outcome(q, ps, asked)
            for row in (q, *ps):
                said[row["record_id"]] = outcome
    for q in asked:  # a doubt is stronger than what a claim would say of the same payment
        if said[q["record_id"]] == "ambiguous":
            for p in named[q["record_id"]]:
                said[p["record_id"]] = "ambiguous"
    _repair(asked, paid, said)
    return said


def names(p: Row, q: Row) -> bool:
    """Whether a payment names a request."""
    if p["account"] != q["account"] or not squeeze(q):
        return False
    words = () if several(p) else (p["reference"] or "").split()
    strong = len(squeeze(q)) >= 6 or p["amount_vnd"] == q["amount_vnd"]
    return squeeze(p) == squeeze(q) or (squeeze(q) in words and strong)


def _outcome(q: Row, ps: list[Row], asked: list[Row]) -> str:
    alike = [o for o in asked if squeeze(q) == squeeze(o) and q["account"] == o["account"]]
    torn = any(sum(names(p, o) for o in asked) > 1 for p in ps)
    total = sum(p["amount_vnd"] for p in ps)
    if torn or len(alike) > 1:
        return "ambiguous"
    if len(ps) == 1:
        return "matched" if total == q["amount_vnd"] else "matched_with_difference"
    return "matched_in_class" if total == q["amount_vnd"] else "ambiguous"


def _repair(asked: list[Row], paid: list[Row], said: dict[str, str]) -> None:
    def nearly(p: Row, q: Row) -> bool:
        same = p["account"] == q["account"] and p["amount_vnd"] == q["amount_vnd"]
        whole = find_request_references(q["reference"]) and not find_request_references(
            p["reference"]
        )
        return bool(same and whole and p["reference"] and changes(squeeze(q), squeeze(p)) <= 1)

    open_q = [q for q in asked if said[q["record_id"]] == "pending_cut_off"]
    open_p = [p for p in paid if said[p["record_id"]] == "not_applicable"]
    near = [(p, q) for p in open_p for q in open_q if nearly(p, q)]
    for p, q in near:
        if sum(p is o for o, _ in near) == 1 and sum(q is o for _, o in near) == 1:
            said[p["record_id"]] = said[q["record_id"]] = "matched"
