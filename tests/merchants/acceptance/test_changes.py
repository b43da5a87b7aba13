"""A vendor's account changes by four eyes: proposed, confirmed by the vendor, decided by another."""

import itertools
import shutil
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.database import open_engine, reading, writing
from merchants.acceptance.approval import PosterFate, Verdict
from merchants.acceptance.change_rules import (
    OPEN_STATES,
    PIN_IS_NEW,
    ChangeStanding,
    after_confirming,
    after_deciding,
    after_withdrawing,
)
from merchants.acceptance.changes import confirm_account, decide_account
from merchants.acceptance.entry import (
    MOMO_STORE,
    STRIPE_ACCOUNT,
    Contract,
    read_contract,
    read_proposed_account,
)
from merchants.acceptance.lists import (
    ContractState,
    changes_of_vendor,
    contract_state,
    count_changes,
    find_change,
    open_changes,
    vendor_accounts,
)
from merchants.acceptance.point_states import TRANSITIONS, point_state
from merchants.acceptance.upkeep import derive_point_states, expired_contracts, set_contract
from merchants.actors import COMMAND, SYSTEM, Actor
from merchants.errors import (
    AcceptancePointNotFound,
    AccountAlreadyOpen,
    AccountChangeNotFound,
    AccountChangeOpen,
    AlreadyDecided,
    ConfirmationRefused,
    EntryRefused,
    MerchantsError,
    NotConfirmedYet,
    ProposerHeldTheKey,
    SecondPersonNeeded,
    VendorNotFound,
    WithdrawalRefused,
)
from merchants.kinds import (
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    Confirmation,
    EventAction,
    NameMatch,
    PosterState,
    VendorState,
)
from merchants.posters.issue import issue_posters, record_installations
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, AccountChange, Poster
from tests.merchants.acceptance.accounts_world import (
    CLERK,
    EVIDENCE,
    HELPER,
    MANAGER,
    NEW_NUMBER,
    PRINT_KEY,
    Accounts,
    entry,
)
from tests.merchants.conftest import Register, fill
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row


@pytest.fixture
def accounts(register: Register) -> Accounts:
    """A vendor with one account at a stall, on both kinds of database."""
    register.take(row())
    return Accounts(register)


@pytest.fixture
def sqlite_accounts(sqlite_register: Register) -> Accounts:
    """The same, for what does not depend on the kind of database."""
    sqlite_register.take(row())
    return Accounts(sqlite_register)


def with_poster(accounts: Accounts) -> Poster:
    """Give the vendor's stall a hanging poster."""
    register = accounts.register
    with writing(register.engine) as session:
        issue_posters(
            session, "MA", sealer=register.sealer, now=register.now, verification_key=PRINT_KEY
        )
        return record_installations(session, "MA", {"A001": date(2026, 11, 21)}, now=register.now)[
            0
        ]


# --- the way through ---


def test_a_confirmed_and_approved_account_takes_the_place_of_the_old_one(
    accounts: Accounts,
) -> None:
    old = accounts.register.one(AcceptancePoint)
    proposal = accounts.propose(replaces_id=old.id, reason="Đổi ngân hàng")
    accounts.confirm(proposal.change.id or 0)

    approval = accounts.decide(proposal.change.id or 0)

    ended, opened = accounts.register.all(AcceptancePoint)
    assert (ended.state, ended.valid_to) == (AcceptancePointState.CLOSED, date(2026, 11, 21))
    assert (opened.state, opened.valid_from, opened.valid_to) == (
        AcceptancePointState.VERIFIED,
        date(2026, 11, 21),
        None,
    )
    assert accounts.register.sealer.open(opened.account_sealed) == NEW_NUMBER
    assert opened.name_match is NameMatch.NORMALISED
    assert approval.point is not None
    assert (approval.point.id, approval.change.state) == (opened.id, AccountChangeState.APPROVED)
    subject = f"account_change:{proposal.change.id}"
    assert accounts.events(subject) == [
        ("account_proposed", "staff:1"),
        ("account_confirmed", f"vendor:{accounts.code}"),
        ("account_decided", "staff:2"),
    ]
    assert accounts.events(f"account:{ended.id}")[-1] == ("account_closed", "staff:2")
    assert accounts.events(f"account:{opened.id}") == [("account_added", "staff:2")]


def test_one_more_account_leaves_the_first_open(accounts: Accounts) -> None:
    change = accounts.propose().change
    accounts.confirm(change.id or 0)

    accounts.decide(change.id or 0)

    assert [point.valid_to for point in accounts.register.all(AcceptancePoint)] == [None, None]


def test_posters_of_the_old_account_are_replaced_by_posters_of_the_new(accounts: Accounts) -> None:
    hung = with_poster(accounts)
    old = accounts.register.one(AcceptancePoint)
    change = accounts.propose(replaces_id=old.id).change
    accounts.confirm(change.id or 0)

    approval = accounts.decide(change.id or 0)

    before, after = accounts.register.all(Poster)
    assert (before.serial, before.state) == (hung.serial, PosterState.REPLACED)
    assert after.state is PosterState.GENERATED
    assert approval.point is not None
    assert after.acceptance_point_id == approval.point.id
    assert NEW_NUMBER in accounts.register.sealer.open(after.payload_sealed)
    assert (approval.posters_ended, approval.posters_issued) == ([hung.serial], [after.serial])
    assert accounts.vendor().state is VendorState.POSTER_ISSUED


def test_posters_are_only_revoked_when_that_is_asked(accounts: Accounts) -> None:
    with_poster(accounts)
    change = accounts.propose(replaces_id=accounts.register.one(AcceptancePoint).id).change
    accounts.confirm(change.id or 0)

    approval = accounts.decide(change.id or 0, posters=PosterFate.REVOKE)

    assert accounts.register.one(Poster).state is PosterState.REVOKED
    assert (approval.posters_issued, approval.not_replaced) == ([], {})
    assert accounts.vendor().state is VendorState.NAME_MATCHED


def test_a_poster_that_may_not_be_replaced_is_revoked_and_said_why(accounts: Accounts) -> None:
    with_poster(accounts)
    change = accounts.propose(
        replaces_id=accounts.register.one(AcceptancePoint).id, holder_name="TRAN VAN BINH"
    ).change
    accounts.confirm(change.id or 0)

    approval = accounts.decide(change.id or 0)

    assert accounts.register.one(Poster).state is PosterState.REVOKED
    assert "TRAN VAN BINH" in approval.not_replaced["A001"]
    assert accounts.vendor().state is VendorState.ACCOUNT_LINKED


def test_the_same_account_under_another_holder_is_a_correction(accounts: Accounts) -> None:
    accounts.register.take(row(stall="A002", name="Trần Văn Bình", phone="0987654321",
                               account="1012345678", holder="TRAN VAN BIN"))  # fmt: skip
    wrong = accounts.register.all(AcceptancePoint)[1]
    assert wrong.name_match is NameMatch.MISMATCH
    bin_code = accounts.vendor("Trần Văn Bình").code or ""
    change = accounts.propose(
        vendor_code=bin_code, replaces_id=wrong.id, bank="Vietcombank", number="1012345678",
        holder_name="TRAN VAN BINH",
    ).change  # fmt: skip
    with writing(accounts.register.engine) as session:
        owner = Actor(kind="vendor", name=bin_code)
        now = accounts.register.now
        confirm_account(session, bin_code, change.id or 0, Confirmation.PIN, actor=owner, now=now)
        approval = decide_account(
            session, bin_code, change.id or 0, Verdict(approve=True),
            keys=accounts.keys, actor=MANAGER, now=now,
        )  # fmt: skip

    corrected = accounts.register.all(AcceptancePoint)[1]
    assert (corrected.id, corrected.valid_to) == (wrong.id, None)
    assert (corrected.holder_name, corrected.name_match) == ("TRAN VAN BINH", NameMatch.NORMALISED)
    assert corrected.state is AcceptancePointState.VERIFIED
    assert approval.ended is None


# --- what is refused ---


def test_nothing_is_approved_before_the_vendor_has_confirmed(accounts: Accounts) -> None:
    change = accounts.propose().change

    with pytest.raises(NotConfirmedYet):
        accounts.decide(change.id or 0)

    assert len(accounts.register.all(AcceptancePoint)) == 1


@pytest.mark.parametrize("approve", [True, False])
def test_who_proposed_does_not_decide(sqlite_accounts: Accounts, approve: bool) -> None:
    change = sqlite_accounts.propose(CLERK).change
    sqlite_accounts.confirm(change.id or 0)

    with pytest.raises(SecondPersonNeeded):
        sqlite_accounts.decide(change.id or 0, CLERK, approve=approve, note="Lý do")


def test_who_recorded_the_vendors_word_does_not_decide(sqlite_accounts: Accounts) -> None:
    change = sqlite_accounts.propose(CLERK).change
    sqlite_accounts.confirm(change.id or 0, Confirmation.SIGNATURE, HELPER)

    with pytest.raises(SecondPersonNeeded, match="recorded the vendor's word"):
        sqlite_accounts.decide(change.id or 0, HELPER)


@pytest.mark.parametrize("actor", [COMMAND, SYSTEM, Actor(kind="staff")])
def test_nobody_without_a_name_decides(sqlite_accounts: Accounts, actor: Actor) -> None:
    change = sqlite_accounts.propose().change
    sqlite_accounts.confirm(change.id or 0)

    with pytest.raises(SecondPersonNeeded):
        sqlite_accounts.decide(change.id or 0, actor)


def test_the_vendor_never_decides_about_their_own_account(sqlite_accounts: Accounts) -> None:
    change = sqlite_accounts.propose().change
    sqlite_accounts.confirm(change.id or 0)

    with pytest.raises(SecondPersonNeeded):
        sqlite_accounts.decide(change.id or 0, sqlite_accounts.owner)


@pytest.mark.parametrize("actor", [CLERK, COMMAND, Actor(kind="vendor", name="000009G")])
def test_only_the_vendor_confirms_with_the_pin(sqlite_accounts: Accounts, actor: Actor) -> None:
    change = sqlite_accounts.propose().change

    with pytest.raises(ConfirmationRefused):
        sqlite_accounts.confirm(change.id or 0, Confirmation.PIN, actor)


@pytest.mark.parametrize(("evidence", "witness"), [("", "Lò Thị Mai"), (EVIDENCE, "")])
def test_a_signature_needs_its_proof_and_its_witness(
    sqlite_accounts: Accounts, evidence: str, witness: str
) -> None:
    change = sqlite_accounts.propose().change
    register = sqlite_accounts.register

    with writing(register.engine) as session, pytest.raises(ConfirmationRefused):
        confirm_account(
            session, sqlite_accounts.code, change.id or 0, Confirmation.SPOKEN,
            evidence_sha256=evidence, witness=witness, actor=HELPER, now=register.now,
        )  # fmt: skip


def test_a_vendor_has_one_proposal_at_a_time(accounts: Accounts) -> None:
    first = accounts.propose().change

    with pytest.raises(AccountChangeOpen) as refused:
        accounts.propose(number="111122223333")

    assert refused.value.change_id == first.id


def test_an_account_the_vendor_has_already_is_not_proposed_again(accounts: Accounts) -> None:
    with pytest.raises(AccountAlreadyOpen):
        accounts.propose(bank="Vietcombank", number="0123456789012")


def test_an_account_of_another_vendor_is_said(accounts: Accounts) -> None:
    accounts.register.take(
        row(stall="A002", name="Trần Văn Bình", phone="0987654321", bank="MB Bank",
            account=NEW_NUMBER, holder="TRAN VAN BINH")
    )  # fmt: skip

    assert accounts.propose().sharing == 1


def test_an_ended_or_foreign_account_is_not_replaced(accounts: Accounts) -> None:
    with pytest.raises(AcceptancePointNotFound):
        accounts.propose(replaces_id=999)


def test_a_rejection_needs_a_reason_and_leaves_the_accounts_alone(accounts: Accounts) -> None:
    change = accounts.propose().change
    with pytest.raises(EntryRefused):
        accounts.decide(change.id or 0, approve=False)

    accounts.decide(change.id or 0, approve=False, note="Tên không khớp")

    assert accounts.register.one(AccountChange).state is AccountChangeState.REJECTED
    assert len(accounts.register.all(AcceptancePoint)) == 1
    accounts.propose()  # and the next may come


def test_a_decided_proposal_takes_no_further_step(accounts: Accounts) -> None:
    change = accounts.propose().change
    accounts.confirm(change.id or 0)
    accounts.decide(change.id or 0)

    for step in (accounts.confirm, accounts.decide, accounts.withdraw):
        with pytest.raises(AlreadyDecided) as refused:
            step(change.id or 0)
        assert refused.value.state == "approved"


def test_who_proposed_or_the_vendor_takes_a_proposal_back(sqlite_accounts: Accounts) -> None:
    first = sqlite_accounts.propose().change
    with pytest.raises(WithdrawalRefused):
        sqlite_accounts.withdraw(first.id or 0, MANAGER)
    sqlite_accounts.withdraw(first.id or 0, CLERK)
    second = sqlite_accounts.propose().change

    sqlite_accounts.withdraw(second.id or 0, sqlite_accounts.owner, "Tôi không đề nghị")

    states = [change.state for change in sqlite_accounts.register.all(AccountChange)]
    assert states == [AccountChangeState.WITHDRAWN] * 2


@pytest.mark.parametrize("key", [EventAction.LINK_ISSUED, EventAction.PIN_RESET])
def test_the_pin_proves_nothing_to_a_proposer_who_gave_out_the_way_to_it(
    accounts: Accounts, key: EventAction
) -> None:
    change_id = accounts.propose(HELPER).change.id or 0
    accounts.note(key, HELPER)

    with pytest.raises(ProposerHeldTheKey):
        accounts.confirm(change_id, Confirmation.PIN)

    assert accounts.all_changes()[0].state is AccountChangeState.PROPOSED
    assert accounts.confirm(change_id, Confirmation.SIGNATURE, CLERK).confirmed_at is not None


@pytest.mark.parametrize(
    ("issuer", "ago"), [(CLERK, timedelta()), (HELPER, PIN_IS_NEW + timedelta(days=1))]
)
def test_a_link_of_somebody_else_or_of_long_ago_leaves_the_pin_its_word(
    sqlite_accounts: Accounts, issuer: Actor, ago: timedelta
) -> None:
    change_id = sqlite_accounts.propose(HELPER).change.id or 0
    sqlite_accounts.note(EventAction.LINK_ISSUED, issuer, ago=ago)

    assert sqlite_accounts.confirm(change_id).state is AccountChangeState.CONFIRMED


def test_confirming_again_keeps_the_first_word(sqlite_accounts: Accounts) -> None:
    change = sqlite_accounts.propose().change
    first = sqlite_accounts.confirm(change.id or 0)

    again = sqlite_accounts.confirm(change.id or 0, Confirmation.SIGNATURE)

    assert (again.confirmed_how, again.confirmed_by) == (Confirmation.PIN, first.confirmed_by)


def test_a_vendors_own_confirmation_is_their_first_own_act(sqlite_accounts: Accounts) -> None:
    change = sqlite_accounts.propose().change

    sqlite_accounts.confirm(change.id or 0)

    assert sqlite_accounts.vendor().first_self_action_at == sqlite_accounts.register.now


def test_a_proposal_of_another_vendor_is_not_found(accounts: Accounts) -> None:
    accounts.register.take(row(stall="A002", name="Trần Văn Bình", phone="0987654321",
                               account="", bank="", holder=""))  # fmt: skip
    other = accounts.propose(vendor_code=accounts.vendor("Trần Văn Bình").code).change

    with pytest.raises(AccountChangeNotFound):
        accounts.confirm(other.id or 0)
    with pytest.raises(VendorNotFound):
        accounts.propose(vendor_code="ZZZZZZ")


# --- two at once ---


def test_of_two_approvers_at_once_the_second_is_told(accounts: Accounts) -> None:
    change = accounts.propose(replaces_id=accounts.register.one(AcceptancePoint).id).change
    accounts.confirm(change.id or 0)
    told: list[str] = []
    together = threading.Barrier(2)

    def approve(name: str) -> None:
        together.wait()
        try:
            accounts.decide(change.id or 0, Actor(kind="staff", name=name))
            told.append("approved")
        except AlreadyDecided as refusal:
            told.append(refusal.state)

    threads = [threading.Thread(target=approve, args=[name]) for name in ("2", "4")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert told == ["approved", "approved"]
    assert len(accounts.register.all(AcceptancePoint)) == 2
    assert len([e for e in accounts.events() if e[0] == "account_decided"]) == 1


def test_of_two_proposals_at_once_one_is_refused(accounts: Accounts) -> None:
    told: list[str] = []
    together = threading.Barrier(2)

    def propose(number: str) -> None:
        together.wait()
        try:
            accounts.propose(number=number)
            told.append("proposed")
        except AccountChangeOpen:
            told.append("refused")

    threads = [threading.Thread(target=propose, args=[n]) for n in ("111122223333", "444455556666")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(told) == ["proposed", "refused"]


# --- never without the vendor and a second person, whatever people try ---

PEOPLE = [CLERK, MANAGER, HELPER, COMMAND, SYSTEM, Actor(kind="staff")]
steps = st.lists(
    st.tuples(
        st.sampled_from(["confirm", "sign", "approve", "reject", "withdraw"]),
        st.integers(0, len(PEOPLE)),  # the last one is the vendor
    ),
    max_size=8,
)


@given(st.sampled_from(PEOPLE[:4]), steps)
def test_the_rules_never_approve_alone(proposer: Actor, tried: list[tuple[str, int]]) -> None:
    people = [*PEOPLE, Actor(kind="vendor", name="V")]
    change = ChangeStanding(
        id=1, vendor_code="V", state=AccountChangeState.PROPOSED, proposed_by=str(proposer)
    )
    word: tuple[str, str] | None = None
    decider: Actor | None = None
    for step, place in tried:
        actor = people[place]
        try:
            state, change, word, decider = _take(change, step, actor, word, decider)
        except MerchantsError:
            continue
        change = ChangeStanding(
            id=1, vendor_code="V", state=state, proposed_by=change.proposed_by,
            confirmed_by=word[1] if word else "",
        )  # fmt: skip

    if change.state is AccountChangeState.APPROVED:
        assert word is not None
        assert decider is not None
        assert decider.kind == "staff"
        assert decider.name
        assert str(decider) not in {change.proposed_by, word[1]}
        assert word[0] == "sign" or word[1] == "vendor:V"


def _take(
    change: ChangeStanding,
    step: str,
    actor: Actor,
    word: tuple[str, str] | None,
    decider: Actor | None,
) -> tuple[AccountChangeState, ChangeStanding, tuple[str, str] | None, Actor | None]:
    if step in {"confirm", "sign"}:
        how = Confirmation.PIN if step == "confirm" else Confirmation.SIGNATURE
        state = after_confirming(change, how, actor=actor, has_evidence=True, has_witness=True)
        return state, change, word or (step, str(actor)), decider
    if step == "withdraw":
        return after_withdrawing(change, actor=actor), change, word, decider
    return after_deciding(change, approve=step == "approve", actor=actor), change, word, actor


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, sealer: Sealer) -> Callable[[], Accounts]:
    """Give a register with one vendor, as often as asked."""
    numbers = itertools.count()

    def make() -> Accounts:
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copy(sqlite_template, path)
        register = fill(open_engine(f"sqlite:///{path}"), sealer)
        register.take(row())
        return Accounts(register)

    return make


@settings(max_examples=25)
@given(st.sampled_from(PEOPLE[:3]), steps)
def test_the_register_never_opens_an_account_alone(
    fresh: Callable[[], Accounts], proposer: Actor, tried: list[tuple[str, int]]
) -> None:
    accounts = fresh()
    people = [*PEOPLE, accounts.owner]
    change_id = accounts.propose(proposer).change.id or 0
    for step, place in tried:
        actor = people[place]
        try:
            match step:
                case "confirm":
                    accounts.confirm(change_id, Confirmation.PIN, actor)
                case "sign":
                    accounts.confirm(change_id, Confirmation.SIGNATURE, actor)
                case "withdraw":
                    accounts.withdraw(change_id, actor)
                case _:
                    accounts.decide(change_id, actor, approve=step == "approve", note="Vì thế")
        except MerchantsError:
            continue

    change = accounts.register.one(AccountChange)
    points = accounts.register.all(AcceptancePoint)
    assert len(points) == (2 if change.state is AccountChangeState.APPROVED else 1)
    if change.state is AccountChangeState.APPROVED:
        assert change.confirmed_at is not None
        assert change.decided_by not in {change.proposed_by, change.confirmed_by, ""}
        assert change.decided_by.startswith("staff:")
    accounts.register.engine.dispose()


# --- the states of an account ---

facts = st.tuples(st.sampled_from(NameMatch), st.booleans(), st.booleans())


@given(st.sampled_from(AcceptancePointState), facts)
def test_an_accounts_state_only_takes_steps_of_its_table(
    current: AcceptancePointState, given_facts: tuple[NameMatch, bool, bool]
) -> None:
    match, must_migrate, has_hung = given_facts

    following = point_state(current, match=match, must_migrate=must_migrate, has_hung=has_hung)

    assert following is current or following in TRANSITIONS[current]
    again = point_state(following, match=match, must_migrate=must_migrate, has_hung=has_hung)
    assert again is following


def test_a_closed_account_stays_closed() -> None:
    state = AcceptancePointState.CLOSED

    assert point_state(state, match=NameMatch.EXACT, must_migrate=True, has_hung=True) is state


# --- contracts ---


@pytest.mark.parametrize(
    ("number", "begins", "until", "state"),
    [
        ("", None, None, ContractState.NONE),
        ("HD-1", None, None, ContractState.RUNNING),
        ("HD-1", date(2026, 12, 1), None, ContractState.NOT_YET),
        ("HD-1", date(2025, 1, 1), date(2026, 11, 20), ContractState.EXPIRED),
        ("HD-1", date(2025, 1, 1), date(2026, 11, 21), ContractState.RUNNING),
    ],
)
def test_how_a_contract_stands(
    number: str, begins: date | None, until: date | None, state: ContractState
) -> None:
    assert contract_state(number, begins, until, date(2026, 11, 21)) is state


def test_a_contract_is_written_and_listed_once_it_has_run_out(accounts: Accounts) -> None:
    point = accounts.register.one(AcceptancePoint)
    contract = Contract(number="HD-9", begins=date(2025, 1, 1), until=date(2026, 11, 30))
    with writing(accounts.register.engine) as session:
        set_contract(
            session, accounts.code, point.id or 0, contract, actor=CLERK, now=accounts.register.now
        )

    with reading(accounts.register.engine) as session:
        running = expired_contracts(session, "MA", date(2026, 11, 30))
        (run_out,) = expired_contracts(session, "MA", date(2026, 12, 1))
    assert running == []
    assert (run_out.contract_no, run_out.contract_to) == ("HD-9", date(2026, 11, 30))
    assert ("changed", "staff:1") in accounts.events(f"account:{point.id}")


def test_mobile_money_under_a_contract_is_a_merchants_account(sqlite_accounts: Accounts) -> None:
    change = sqlite_accounts.propose(bank="Viettel Money", number="0912345678").change
    sqlite_accounts.confirm(change.id or 0)
    point = sqlite_accounts.decide(change.id or 0).point
    assert point is not None
    assert (point.kind, point.acceptance_type) == (
        AccountKind.MOBILE_MONEY,
        AcceptanceType.TRANSFER_QR,
    )

    contract = Contract(number="VTM-1", begins=date(2026, 1, 1), until=None)
    with writing(sqlite_accounts.register.engine) as session:
        written = set_contract(
            session, sqlite_accounts.code, point.id or 0, contract,
            actor=CLERK, now=sqlite_accounts.register.now,
        )  # fmt: skip

    assert written.acceptance_type is AcceptanceType.MOBILE_MONEY_MERCHANT


# --- what is filled in ---


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"bank": ""}, "bank", "Chưa chọn"),
        ({"bank": "Vietcombak"}, "bank", "Vietcombank"),
        ({"number": ""}, "number", "Chưa ghi"),
        ({"bank": "Agribank", "number": "123456789012"}, "number", "có 12 chữ số, Agribank cần 13"),
        ({"number": "12-34"}, "number", "ký tự “-”"),
        ({"number": "1" * 20}, "number", "tối đa 19"),
        ({"holder_name": ""}, "holder_name", "Chưa ghi"),
        ({"holder_name": "A🙂"}, "holder_name", "🙂"),
        ({"contract_from": "01/01/2026"}, "contract_no", "Chưa ghi số hợp đồng"),
        ({"contract_no": "HD-1", "contract_from": "2026"}, "contract_from", "ngày/tháng/năm"),
        ({"bank": MOMO_STORE, "number": "cửa hàng"}, "number", "mã cửa hàng MoMo"),
        ({"bank": STRIPE_ACCOUNT, "number": "1"}, "number", "acct_"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_by_field(
    changes: dict[str, str], field: str, told: str
) -> None:
    filled = {"bank": "MB Bank", "number": NEW_NUMBER, "holder_name": "NGUYEN THI HUONG"} | changes

    with pytest.raises(EntryRefused) as refused:
        read_proposed_account(**filled)

    assert told in refused.value.faults[field]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(EntryRefused) as refused:
        read_proposed_account(bank="", number="", holder_name="")

    assert list(refused.value.faults) == ["bank", "number", "holder_name"]


def test_wallets_outside_vietqr_are_named_for_what_they_are() -> None:
    assert entry(bank=MOMO_STORE, number="MOMO-1").account.feed_provider == "momo"
    assert entry(bank=STRIPE_ACCOUNT, number="acct_1").account.feed_provider == "stripe"


def test_a_contract_ends_after_it_begins() -> None:
    with pytest.raises(EntryRefused) as refused:
        read_contract("HD-1", "02/01/2026", "01/01/2026")

    assert "contract_to" in refused.value.faults
    assert read_contract("", "", "") == Contract(number="", begins=None, until=None)


# --- lists ---


def test_the_queue_shows_both_sides_and_never_a_whole_number(accounts: Accounts) -> None:
    old = accounts.register.one(AcceptancePoint)
    change = accounts.propose(replaces_id=old.id, reason="Đổi ngân hàng").change

    with reading(accounts.register.engine) as session:
        page = open_changes(session, "MA", date(2026, 11, 21))
        found = find_change(session, "MA", change.id or 0, date(2026, 11, 21))

    assert page.entries == (found,)
    assert page.next_id is None
    assert found.replaces is not None
    assert (found.institution, found.tail) == ("MBBank", "6543")
    assert (found.replaces.institution, found.replaces.tail) == ("Vietcombank", "9012")
    assert found.stall_codes == ("A001",)
    assert NEW_NUMBER not in repr(found)
    with reading(accounts.register.engine) as session, pytest.raises(AccountChangeNotFound):
        find_change(session, "LG", change.id or 0, date(2026, 11, 21))


def test_the_queue_is_paged_and_asks_the_same_for_any_number(accounts: Accounts) -> None:
    register = accounts.register
    names = [f"Nguyễn Thị {letter}ương" for letter in "BCDGKL"]
    register.take(
        *[
            row(stall=f"B{n:03}", name=name, phone=f"09123456{n:02}", account=f"10123456{n:02}",
                holder="", codes="")
            for n, name in enumerate(names)
        ]
    )  # fmt: skip
    for n, name in enumerate(names):
        accounts.propose(vendor_code=accounts.vendor(name).code, number=f"1111222233{n:02}")
    day = date(2026, 11, 21)

    with reading(register.engine) as session, counted(register.engine) as of_two:
        first = open_changes(session, "MA", day, limit=2)
    with reading(register.engine) as session, counted(register.engine) as of_all:
        whole = open_changes(session, "MA", day)
        counts = count_changes(session, "MA")

    assert len(of_two) == len(of_all) - 2  # market and counts
    assert [len(first.entries), len(whole.entries)] == [2, 6]
    with reading(register.engine) as session:
        second = open_changes(session, "MA", day, limit=2, after=first.next_id)
        newest = open_changes(session, "MA", day, limit=1, newest_first=True)
    assert [entry.id for entry in second.entries] == [entry.id for entry in whole.entries[2:4]]
    assert newest.entries[0] == whole.entries[-1]
    assert counts[AccountChangeState.PROPOSED] == 6


def test_a_vendors_accounts_are_listed_with_their_posters(accounts: Accounts) -> None:
    poster = with_poster(accounts)
    change = accounts.propose().change

    with reading(accounts.register.engine) as session:
        (point,) = vendor_accounts(session, accounts.code, date(2026, 11, 21))
        waiting = changes_of_vendor(session, accounts.code, date(2026, 11, 21), states=OPEN_STATES)

    assert point.live_posters == (poster.serial,)
    assert point.state is AcceptancePointState.LIVE
    assert [each.id for each in waiting] == [change.id]


def test_states_follow_the_rule_on_the_day_it_begins(accounts: Accounts) -> None:
    accounts.register.now -= timedelta(days=300)  # before 1 March 2026
    accounts.register.take(
        row(stall="A002", name="Trần Văn Bình", phone="0987654321", account="1012345678",
            holder="TRAN VAN BINH", business="HKD Bình Rau", consented="", audited="")
    )  # fmt: skip
    before = accounts.register.all(AcceptancePoint)[1].state

    with writing(accounts.register.engine) as session:
        changed = derive_point_states(
            session, actor=SYSTEM, now=accounts.register.now + timedelta(days=300)
        )
    with writing(accounts.register.engine) as session:
        again = derive_point_states(
            session, actor=SYSTEM, now=accounts.register.now + timedelta(days=300)
        )

    after = accounts.register.all(AcceptancePoint)[1]
    assert (before, after.state) == (AcceptancePointState.VERIFIED, AcceptancePointState.TO_MIGRATE)
    assert (changed, again) == (1, 0)
    assert ("state_changed", "system") in accounts.events(f"account:{after.id}")
