"""Leg B again, written to be read and not to be fast: every rule as a loop over all pairs.

It shares no matching code with the engine; the rules are those of the general profile. A record's
answer is (outcome, rule, difference, alternatives, counterpart ids or members of its set).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import product
from typing import Any

from reconciliation.references import find_request_references, find_vendor_codes

Row = dict[str, Any]
Answer = tuple[str, str, int, int, frozenset[str]]

WINDOW = timedelta(seconds=600)
CUSTOMER = {
    "payment",
    "refund",
    "refund_reversal",
    "reversal",
    "chargeback",
    "chargeback_reversal",
    "other",
}
GIVE_BACK = CUSTOMER - {"payment", "other"}
OWN = {"fee", "tax", "payout", "payout_reversal", "reserve", "adjustment"}


class Naive:
    """The cascade over small books. ``rank`` orders repeats of one telling.

    ``both_books``: the providers owe both; of those that owe one only ids join what the other tells.
    """

    def __init__(
        self,
        payments: list[Row],
        statement: list[Row],
        rank: Callable[[Row], Any],
        *,
        both_books: bool = True,
    ) -> None:
        self.books = {"p": payments, "s": statement}
        self.rank = rank
        self.both_books = both_books
        self.answers: dict[str, Answer] = {}
        self.notes: dict[str, tuple[str, int]] = {}
        self.sets = 0
        self.shared_ids: set[Any] = set()
        self.shared_banks: set[Any] = set()
        self.clocks: set[Any] = set()
        self.shared_originals: set[Any] = set()
        self.repaired: dict[str, str] = {}

    def run(self) -> dict[str, Answer]:
        """Return the answer of every record."""
        self.without_account()
        for book in self.books.values():
            self.overtaken([row for row in book if row["account"]])
            self.repeats([row for row in book if row["account"]], account)
        self.by_key(
            lambda r: r["provider_transaction_id"],
            lambda r: r["provider_transaction_id"],
            "provider_id@1",
            self.shared_ids,
        )
        self.by_status()
        if self.both_books:
            self.by_code(with_amount=False)
            self.by_code(with_amount=True)
            self.by_repaired_request()
            self.by_repaired_vendor()
        for mine, theirs in (
            ("bank_reference", "bank_reference"),
            ("provider_transaction_id", "bank_reference"),
            ("reference", "bank_reference"),
        ):
            self.by_key(
                lambda r, f=mine: r.get(f),
                lambda r, f=theirs: r.get(f),
                "bank_reference@1",
                self.shared_banks if mine == theirs else set(),
            )
        self.by_original(with_amount=True)
        self.by_original(with_amount=False)
        if self.both_books:
            self.by_fit("remark@1", self.hint)
            self.learn_clocks()
            self.by_fit("amount_window@1", lambda r: True)
            self.by_class("class_by_code@1", self.vendor)
            self.by_class("class@1", lambda r: True)
        else:
            self.told_alone()
        self.residual()
        for book in self.books.values():
            self.refuse_excess(book)
        return self.answers

    # --- small words

    def open(self, book: str) -> list[Row]:
        return [
            r
            for r in self.books[book]
            if r["record_id"] not in self.answers and r["status"] == "succeeded" and r["account"]
        ]

    def say(
        self,
        row: Row,
        outcome: str,
        rule: str,
        difference: int = 0,
        alternatives: int = 0,
        others: Iterable[Row] = (),
    ) -> None:
        ids = frozenset(other["record_id"] for other in others)
        self.answers[row["record_id"]] = (outcome, rule, difference, alternatives, ids)

    def note(self, row: Row, rule: str, alternatives: int) -> None:
        if row["record_id"] not in self.answers:
            self.notes.setdefault(row["record_id"], (rule, alternatives))

    def pair(self, p: Row, s: Row, rule: str, difference: int | None = None) -> None:
        by = s["amount_vnd"] - p["amount_vnd"] if difference is None else difference
        outcome = "matched_with_difference" if by or difference is not None else "matched"
        self.say(p, outcome, rule, by, 0, [s])
        self.say(s, outcome, rule, by, 0, [p])

    # --- the passes

    def without_account(self) -> None:
        bare = [r for book in self.books.values() for r in book if not r["account"]]
        for row in bare:
            if row["status"] != "succeeded":
                self.say(row, "not_applicable", "validate@1")
        key = bare_key
        live = {
            b: [r for r in rows if r["status"] == "succeeded" and r["provider_transaction_id"]]
            for b, rows in self.books.items()
        }
        for book, rows in live.items():
            self.repeats([r for r in rows if not r["account"]], key)
            live[book] = [r for r in rows if r["record_id"] not in self.answers]
        for p, s in product(live["p"], live["s"]):
            if key(p) != key(s) or kind(p) != kind(s) or (p["account"] and s["account"]):
                continue
            same = [[r for r in live[b] if key(r) == key(p) and kind(r) == kind(p)] for b in "ps"]
            if len(same[0]) == len(same[1]) == 1:
                self.pair(p, s, "no_account_id@1")
        for row in bare:
            if row["record_id"] not in self.answers:
                self.say(row, "unattributed", "no_account_id@1")

    def overtaken(self, rows: list[Row]) -> None:
        """Tellings of success of what is told as reversed too."""

        def same(row: Row) -> Any:
            return id_key(row), row["transaction_type"], row["amount_vnd"]

        turned = sorted(
            (r for r in rows if r["status"] == "reversed" and r["provider_transaction_id"]),
            key=lambda r: r["record_id"],
        )
        for row in rows:
            told = [r for r in turned if same(r) == same(row)]
            if row["status"] == "succeeded" and told and row["record_id"] not in self.answers:
                self.say(row, "duplicate", "validate@1", 0, 0, told[:1])

    def repeats(self, rows: list[Row], block: Callable[[Row], Any]) -> None:
        told: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            if (
                row["status"] == "succeeded"
                and row["provider_transaction_id"]
                and row["record_id"] not in self.answers
            ):
                told[block(row), row["provider_transaction_id"], row["transaction_type"]].append(
                    row
                )
        for same in told.values():
            moneys: dict[Any, list[Row]] = defaultdict(list)
            for row in same:
                moneys[row["amount_vnd"], row["direction"]].append(row)
            for tellings in moneys.values():
                first, *again = sorted(tellings, key=self.rank)
                for row in again:
                    self.say(row, "duplicate", "validate@1", 0, 0, [first])
                if len(moneys) > 1:
                    self.say(first, "conflict", "validate@1", 0, len(moneys) - 1)
        for row in rows:
            if row["status"] != "succeeded":
                self.say(row, "not_applicable", "validate@1")

    def by_key(
        self, mine: Callable[[Row], Any], theirs: Callable[[Row], Any], rule: str, shared: set[Any]
    ) -> None:
        p_open = [r for r in self.open("p") if mine(r)]
        s_open = [r for r in self.open("s") if theirs(r)]
        torn = [
            r
            for r in self.books["p"] + self.books["s"]
            if r["account"] and self.answers.get(r["record_id"], [""])[0] == "conflict"
        ]
        claims = []
        for rows, key, others, other_key in (
            (p_open, mine, s_open, theirs),
            (s_open, theirs, p_open, mine),
        ):
            for row in rows:
                block = (key(row), account(row), kind(row))
                there = [r for r in others if (other_key(r), account(r), kind(r)) == block]
                here = [r for r in rows if (key(r), account(r), kind(r)) == block]
                book = self.books["s"] if rows is p_open else self.books["p"]
                clash = [
                    r for r in torn if r in book and (other_key(r), account(r), kind(r)) == block
                ]
                if rule == "provider_id@1" and clash:
                    self.note(row, rule, len(clash))
                if len(there) == len(here) == 1 and rows is p_open:
                    claims.append((row, there[0]))
                elif there and (len(there) > 1 or len(here) > 1):
                    self.note(row, rule, len(there))
        for p, s in claims:
            self.pair(p, s, rule)
            shared.add(account(p))

    def by_status(self) -> None:
        key = id_key
        for quiet, live in ("ps", "sp"):
            silent = [
                r
                for r in self.books[quiet]
                if r["account"]
                and r["provider_transaction_id"]
                and self.answers.get(r["record_id"], [""])[0] == "not_applicable"
            ]
            waiting = [r for r in self.open(live) if r["provider_transaction_id"]]
            for row in waiting:
                there = [r for r in silent if key(r) == key(row)]
                here = [r for r in waiting if key(r) == key(row)]
                if len(there) == len(here) == 1:
                    p, s = (there[0], row) if quiet == "p" else (row, there[0])
                    by = row["amount_vnd"] if quiet == "p" else -row["amount_vnd"]
                    self.pair(p, s, "status@1", by)

    def by_code(self, *, with_amount: bool) -> None:
        def key(row: Row) -> Any:
            return (account(row), kind(row), squeeze(row), row["amount_vnd"] if with_amount else 0)

        for row in (*self.open("p"), *self.open("s")):
            if several(row):
                self.note(row, "remark@1", 0)
        p_open = [r for r in self.open("p") if like_code(r)]
        s_open = [r for r in self.open("s") if like_code(r)]
        claims = []
        for p, s in product(p_open, s_open):
            if key(p) != key(s) or abs(p["business_date"] - s["business_date"]) > timedelta(days=7):
                continue
            if (
                sum(key(r) == key(p) for r in p_open) > 1
                or sum(key(r) == key(s) for r in s_open) > 1
            ):
                continue
            if p["amount_vnd"] == s["amount_vnd"] or (
                self.stands_once("p", p) and self.stands_once("s", s)
            ):
                claims.append((p, s))
        for p, s in claims:
            self.pair(p, s, "reference_amount@1" if with_amount else "reference@1")

    def by_repaired_request(self) -> None:
        def close(named: Row, mangled: Row) -> bool:
            same = [(account(r), kind(r), r["amount_vnd"]) for r in (named, mangled)]
            if same[0] != same[1] or not request(named) or request(mangled) or several(mangled):
                return False
            return bool(squeeze(mangled)) and changes(request(named) or "", squeeze(mangled)) <= 1

        pairs = [
            (p, s) for p, s in product(self.open("p"), self.open("s")) if close(p, s) or close(s, p)
        ]
        for p, s in pairs:
            alone = sum(p is other for other, _ in pairs) == sum(s is other for _, other in pairs)
            alone = alone and sum(p is other for other, _ in pairs) == 1
            if alone and abs(p["business_date"] - s["business_date"]) <= timedelta(days=7):
                self.pair(p, s, "code_repair@1")

    def by_repaired_vendor(self) -> None:
        found: dict[str, str] = {}
        for here, there in ("ps", "sp"):
            for row in self.open(there):
                if self.vendor(row) or several(row) or not squeeze(row):
                    continue
                codes = {
                    vendor(r)
                    for r in self.open(here)
                    if (account(r), kind(r), r["amount_vnd"])
                    == (account(row), kind(row), row["amount_vnd"])
                    and vendor(r)
                    and changes(vendor(r) or "", squeeze(row)) <= 1
                }
                if len(codes) == 1:
                    found[row["record_id"]] = codes.pop() or ""
        self.repaired.update(found)

    def stands_once(self, book: str, row: Row) -> bool:
        return (
            sum(
                (squeeze(r) == squeeze(row) if request(row) else r["reference"] == row["reference"])
                and account(r) == account(row)
                and r["status"] == "succeeded"
                and self.answers.get(r["record_id"], [""])[0] != "duplicate"
                for r in self.books[book]
            )
            == 1
        )

    def fits(self, p: Row, s: Row) -> bool:
        """Whether two open records may be one movement, by amount, ids and codes."""
        if (account(p), kind(p), p["amount_vnd"]) != (account(s), kind(s), s["amount_vnd"]):
            return False
        if (
            account(p) in self.shared_ids
            and p["provider_transaction_id"]
            and s["provider_transaction_id"]
        ):
            return False
        if account(p) in self.shared_banks and p["bank_reference"] and s["bank_reference"]:
            return False
        if account(p) in self.shared_originals and original(p) and original(s):
            return False
        if request(p) and request(s) and request(p) != request(s):
            return False
        codes = self.vendor(p), self.vendor(s)
        return not (all(codes) and codes[0] != codes[1])

    def vendor(self, row: Row) -> str | None:
        """The one vendor code in the reference, read or repaired."""
        return self.repaired.get(row["record_id"]) or vendor(row)

    def hint(self, row: Row) -> str | None:
        """What a reference says without naming a payment."""
        return None if several(row) else (self.vendor(row) or plain(row) or None)

    def near(self, p: Row, s: Row) -> bool:
        if p["occurred_at"] and s["occurred_at"]:
            return bool(abs(p["occurred_at"] - s["occurred_at"]) <= WINDOW)
        return bool(p["business_date"] == s["business_date"])

    def by_original(self, *, with_amount: bool) -> None:
        def key(row: Row) -> Any:
            amount = row["amount_vnd"] if with_amount else 0
            return account(row), kind(row), row["transaction_type"], original(row), amount

        told = [[r for r in self.books[b] if original(r)] for b in "ps"]
        if not all(told):
            return
        p_open, s_open = (
            [r for r in self.open(b) if original(r) and r["transaction_type"] in GIVE_BACK]
            for b in "ps"
        )
        for p, s in product(p_open, s_open):
            alone = sum(key(r) == key(p) for r in p_open) == sum(key(r) == key(p) for r in s_open)
            if key(p) == key(s) and alone and sum(key(r) == key(p) for r in p_open) == 1:
                self.pair(p, s, "original@1")
                self.shared_originals.add(account(p))

    def refuse_excess(self, book: list[Row]) -> None:
        def counts(row: Row) -> bool:
            told = self.answers[row["record_id"]][0] != "duplicate"
            return bool(told and row["account"])

        backs = [
            r
            for r in book
            if r["transaction_type"] in GIVE_BACK
            and original(r)
            and counts(r)
            and r["status"] == "succeeded"
        ]
        for row in book:
            if row["transaction_type"] in GIVE_BACK or not counts(row):
                continue
            name = account(row), row["provider_transaction_id"]
            others = [
                r
                for r in book
                if (account(r), r["provider_transaction_id"]) == name
                and r["transaction_type"] not in GIVE_BACK
                and counts(r)
            ]
            of = [r for r in backs if (account(r), original(r)) == name]
            given = sum(
                r["amount_vnd"] if r["direction"] != row["direction"] else -r["amount_vnd"]
                for r in of
            )
            if len(others) == 1 and given > row["amount_vnd"]:
                for r in of:
                    self.exceed(r)

    def exceed(self, row: Row) -> None:
        outcome, rule, by, alternatives, others = self.answers[row["record_id"]]
        if outcome == "matched":
            other = next(iter(others))
            odd = ("matched_with_difference", rule, by, alternatives)
            self.answers[row["record_id"]] = (*odd, others)
            self.answers[other] = (*odd, frozenset([row["record_id"]]))

    def by_fit(self, rule: str, group: Callable[[Row], Any]) -> None:
        p_open = [r for r in self.open("p") if group(r) and not several(r)]
        s_open = [r for r in self.open("s") if group(r) and not several(r)]

        def good(p: Row, s: Row) -> bool:
            return group(p) == group(s) and self.fits(p, s) and self.near(p, s)

        claims = [
            (p, s)
            for p, s in product(p_open, s_open)
            if good(p, s)
            and sum(good(p, other) for other in s_open) == 1
            and sum(good(other, s) for other in p_open) == 1
        ]
        for p, s in claims:
            self.pair(p, s, rule)

    def learn_clocks(self) -> None:
        votes: Counter[Any] = Counter()
        lines = {row["record_id"]: row for row in self.books["s"]}
        for p in self.books["p"]:
            outcome, *_, others = self.answers.get(p["record_id"], ("", frozenset()))
            if not p["account"] or outcome not in {"matched", "matched_with_difference"}:
                continue
            s = lines[next(iter(others))]
            if p["occurred_at"] and s["occurred_at"]:
                votes[account(p)] += 1 if self.near(p, s) else -1
        self.clocks = {block for block, vote in votes.items() if vote > 0}

    def by_class(self, rule: str, group: Callable[[Row], Any]) -> None:
        p_open = [r for r in self.open("p") if group(r) and not several(r)]
        s_open = [r for r in self.open("s") if group(r) and not several(r)]

        def candidate(p: Row, s: Row) -> bool:
            return bool(group(p) == group(s) and self.fits(p, s))

        def today(p: Row, s: Row) -> bool:
            same = candidate(p, s) and bool(p["business_date"] == s["business_date"])
            return same and (account(p) not in self.clocks or self.near(p, s))

        def elsewhere(p: Row, s: Row) -> bool:
            timed = bool(p["occurred_at"] and s["occurred_at"])
            other = p["business_date"] != s["business_date"]
            return timed and other and candidate(p, s) and self.near(p, s)

        fit_p = [p for p in p_open if any(today(p, s) for s in s_open)]
        fit_s = [s for s in s_open if any(today(p, s) for p in p_open)]
        cells: dict[Any, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
        for side, rows in ((0, fit_p), (1, fit_s)):
            for r in rows:
                cell = (account(r), kind(r), r["amount_vnd"], r["business_date"], group(r))
                cells[cell][side].append(r)
        good = []
        for day in cells.values():
            timed = all(r["occurred_at"] for rows in day for r in rows)
            by_clock = timed and account((*day[0], *day[1])[0]) in self.clocks
            for ps, ss in self.stretches(*day) if by_clock else [day]:
                fitting = candidate if by_clock else today
                if (
                    len(ps) == len(ss)
                    and all(fitting(p, s) for p, s in product(ps, ss))
                    and not any(elsewhere(p, s) for p, s in product(ps, s_open))
                    and not any(elsewhere(p, s) for p, s in product(p_open, ss))
                    and (not by_clock or self.in_step(ps, ss))
                ):
                    good.append((ps, ss))
        for ps, ss in good:
            for r in (*ps, *ss):
                self.say(r, "matched_in_class", rule, 0, 0, [*ps, *ss])

    def stretches(self, ps: list[Row], ss: list[Row]) -> list[tuple[list[Row], list[Row]]]:
        """Components of payments and lines that lie within the window of each other."""
        found: list[tuple[list[Row], list[Row]]] = []
        rest_p, rest_s = list(ps), list(ss)
        while rest_p:
            members: tuple[list[Row], list[Row]] = ([rest_p.pop()], [])
            grown = True
            while grown:
                more_s = [s for s in rest_s if any(self.near(p, s) for p in members[0])]
                rest_s = [s for s in rest_s if s not in more_s]
                members[1].extend(more_s)
                more_p = [p for p in rest_p if any(self.near(p, s) for s in members[1])]
                rest_p = [p for p in rest_p if p not in more_p]
                members[0].extend(more_p)
                grown = bool(more_s or more_p)
            found.append(members)
        return found

    def in_step(self, ps: list[Row], ss: list[Row]) -> bool:
        """Whether pairing in order of time keeps every pair within the window."""
        in_time = [sorted(rows, key=lambda r: r["occurred_at"]) for rows in (ps, ss)]
        return all(self.near(p, s) for p, s in zip(*in_time, strict=True))

    def told_alone(self) -> None:
        for row in (*self.open("p"), *self.open("s")):
            if row["record_id"] not in self.notes:
                self.say(row, "not_applicable", "profile@2")

    def residual(self) -> None:
        p_open, s_open = self.open("p"), self.open("s")
        for row in p_open:
            self.note_fits(row, [s for s in s_open if self.may_be(row, s)])
        for row in s_open:
            self.note_fits(row, [p for p in p_open if self.may_be(p, row)])
        last = max((r["business_date"] for r in self.books["s"]), default=None)
        for row in (*p_open, *s_open):
            if row["record_id"] in self.notes:
                rule, alternatives = self.notes[row["record_id"]]
                self.say(row, "ambiguous", rule, 0, alternatives)
        for row in self.open("s"):
            if row["transaction_type"] in CUSTOMER:
                self.say(row, "missing_in_payments", "residual@1")
            else:
                self.say(row, "not_applicable", "profile@2")
        for row in self.open("p"):
            behind = last is not None and row["business_date"] > last
            outcome = "pending_cut_off" if behind else "missing_in_statement"
            self.say(row, outcome, "residual@1")

    def may_be(self, p: Row, s: Row) -> bool:
        """Whether two records left over fit in their day or in time."""
        good = self.fits(p, s) and not several(p) and not several(s)
        if account(p) in self.clocks:
            return good and self.near(p, s)
        timed = p["occurred_at"] and s["occurred_at"] and self.near(p, s)
        return bool(good and (p["business_date"] == s["business_date"] or timed))

    def note_fits(self, row: Row, there: list[Row]) -> None:
        if there:
            self.note(row, "class@1", len(there))


def bare_key(row: Row) -> Any:
    """The provider's id, whatever the account."""
    return row["provider"], row["provider_transaction_id"]


def id_key(row: Row) -> Any:
    """The provider's id within an account and kind."""
    return account(row), kind(row), row["provider_transaction_id"]


def account(row: Row) -> Any:
    """Provider and account."""
    return row["provider"], row["account"]


def kind(row: Row) -> Any:
    """Direction, and the type of what a provider enters on its own."""
    own = row["transaction_type"] if row["transaction_type"] in OWN else ""
    return row["direction"], own


def plain(row: Row) -> str:
    """The reference without anything but letters and digits."""
    return "".join(c for c in (row["reference"] or "").upper() if c.isalnum())


def request(row: Row) -> str | None:
    """The one reference of a request in the reference."""
    found = find_request_references(row["reference"])
    return found[0] if len(found) == 1 and not several(row) else None


def original(row: Row) -> str | None:
    """The id of the payment that a record gives back."""
    return row.get("original_transaction_id")


def squeeze(row: Row) -> str:
    """What the reference names, if it names a request; else all of it but blanks and signs."""
    return request(row) or plain(row)


ALIKE = str.maketrans("OQDILJZSGBV", "00011125" + "68U")


def changes(code: str, remark: str) -> int:
    """The fewest characters to change, lose or put in until some stretch of a remark is a code."""
    code, remark = code.translate(ALIKE), remark.translate(ALIKE)
    before = [0] * (len(remark) + 1)
    for at, character in enumerate(code, start=1):
        here = [at]
        for place, other in enumerate(remark, start=1):
            swap = before[place - 1] + (character != other)
            here.append(min(before[place] + 1, here[-1] + 1, swap))
        before = here
    return min(before)


def vendor(row: Row) -> str | None:
    """The one vendor code in the reference."""
    codes = find_vendor_codes(row["reference"])
    return codes[0] if len(codes) == 1 else None


def several(row: Row) -> bool:
    """Whether the reference holds two codes, of vendors or of requests."""
    codes = find_vendor_codes(row["reference"])
    return len(codes) > 1 or len(find_request_references(row["reference"])) > 1


def like_code(row: Row) -> bool:
    """Whether the reference may be the code of one payment (the worlds write codes as one word)."""
    text = squeeze(row)
    return bool(request(row)) or (
        len(text) >= 4
        and any(c.isdigit() for c in text)
        and not find_vendor_codes(row["reference"])
    )
