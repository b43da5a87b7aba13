"""Hand-written bank names, and numbers no bank gives."""

import pytest

from merchants.acceptance.banks import account_providers, judge_number, recognise_bank
from merchants.accounts import account_at, account_fingerprint, momo_store, stripe_account
from merchants.errors import BankNotRecognised
from merchants.kinds import AccountKind
from merchants.sealing import Sealer
from qr.participants import participants


@pytest.mark.parametrize(
    ("written", "bin_"),
    [
        ("Vietcombank", "970436"),
        ("970436", "970436"),
        ("VIETCOMBANK", "970436"),
        ("ngân hàng tmcp ngoại thương việt nam", "970436"),
        ("MB", "970422"),
    ],
)
def test_a_listed_name_is_taken_without_a_remark(written: str, bin_: str) -> None:
    participant, remark = recognise_bank(written)

    assert (participant.bin, remark) == (bin_, "")


@pytest.mark.parametrize(
    ("written", "bin_", "understood"),
    [
        ("Nông nghiệp", "970405", "Agribank"),
        ("ngân hàng ngoại thương việt nam", "970436", "Vietcombank"),
        ("NH Nông nghiệp", "970405", "Agribank"),
        ("Ngân hàng TMCP Quân đội", "970422", ""),
        ("LienVietPostBank", "970449", "LPBank"),
        ("Đông Á", "970406", "Vikki"),
    ],
)
def test_a_spoken_or_former_name_is_understood_and_told(
    written: str, bin_: str, understood: str
) -> None:
    participant, remark = recognise_bank(written)

    expected = f"Ngân hàng ghi “{written}”. Hiểu là {understood}." if understood else ""
    assert (participant.bin, remark) == (bin_, expected)


@pytest.mark.parametrize(
    ("written", "nearest"), [("Vietcombannk", "Vietcombank"), ("Agribang", "Agribank")]
)
def test_an_unknown_bank_is_refused_naming_the_nearest(written: str, nearest: str) -> None:
    with pytest.raises(BankNotRecognised) as refusal:
        recognise_bank(written)

    assert nearest in refusal.value.nearest


def test_even_a_bank_like_no_other_gets_a_nearest() -> None:
    with pytest.raises(BankNotRecognised) as refusal:
        recognise_bank("Sao Hỏa")

    assert refusal.value.nearest


def test_a_name_of_two_participants_asks_for_the_bin() -> None:
    with pytest.raises(BankNotRecognised) as refusal:
        recognise_bank("BNP")

    assert {name[:6] for name in refusal.value.nearest} == {"963666", "963668"}


@pytest.mark.parametrize(
    ("bin_", "number", "is_numeric", "fault"),
    [
        ("970405", "123456789012", False, "có 12 chữ số, Agribank cần 13"),
        ("970405", "12345678901234", False, "có 14 chữ số, Agribank cần 13"),
        ("970436", "491000123456", True, "Excel đã cắt số 0 ở đầu"),
        ("970436", "abc", False, "mới có 3 ký tự"),
        ("970405", "1", False, "mới có 1 ký tự"),
    ],
)
def test_a_number_its_bank_cannot_have_given_is_told(
    bin_: str, number: str, is_numeric: bool, fault: str
) -> None:
    assert fault in judge_number(participants()[bin_], number, is_numeric=is_numeric)[0]


@pytest.mark.parametrize(
    ("bin_", "number"),
    [("970405", "1234567890123"), ("970436", "1012345678"), ("970418", "CHOMAUA1")],
)
def test_other_numbers_are_left_alone(bin_: str, number: str) -> None:
    assert judge_number(participants()[bin_], number, is_numeric=False) == ("", "")


@pytest.mark.parametrize(
    ("bin_", "number", "told"),
    [
        ("970405", "8888", "···88 có 4"),
        ("970436", "1234567", "···67 có 7"),
        ("970405", "1234567890", "···7890 có 10"),
    ],
)
def test_an_unusual_number_is_to_be_compared_again(bin_: str, number: str, told: str) -> None:
    fault, remark = judge_number(participants()[bin_], number, is_numeric=False)

    assert fault == ""
    assert told in remark


def test_a_number_cell_is_remarked() -> None:
    fault, remark = judge_number(participants()["970418"], "12345678901234", is_numeric=True)

    assert fault == ""
    assert remark.startswith("Số tài khoản ···1234 là ô số")


def test_ledgers_keep_equal_numbers_apart() -> None:
    sealer = Sealer(("k",), "h")
    accounts = [
        account_at(participants()["970436"], "123"),
        account_at(participants()["970418"], "123"),
        momo_store("123"),
        stripe_account("123"),
    ]

    ledgers = [account.ledger for account in accounts]

    assert ledgers == ["bank_vcb", "970418", "momo", "stripe"]
    prints = {account_fingerprint(sealer, each.ledger, each.number) for each in accounts}
    assert len(prints) == 4
    assert account_fingerprint(sealer, "bank_vcb", "123") == sealer.fingerprint("bank_vcb|123")[:32]


@pytest.mark.parametrize(
    ("bin_", "kind"),
    [
        ("970436", AccountKind.BANK_ACCOUNT),
        ("546034", AccountKind.BANK_ACCOUNT),
        ("971005", AccountKind.MOBILE_MONEY),
        ("971025", AccountKind.E_WALLET),
    ],
)
def test_the_participant_tells_the_kind_of_account(bin_: str, kind: AccountKind) -> None:
    assert account_at(participants()[bin_], "1").kind is kind


def test_every_participant_has_a_kind() -> None:
    assert all(account_at(each, "1").kind for each in participants().values())


def test_the_banks_offered_begin_with_the_common_ones_and_go_on_by_name() -> None:
    names = [each.short_name for each in account_providers()]

    assert names[:4] == ["Agribank", "VietinBank", "BIDV", "Vietcombank"]
    rest = [name.casefold() for name in names[9:]]
    assert rest == sorted(rest)
    assert len(set(names)) == len(names)


def test_what_keeps_no_account_of_a_vendor_is_not_offered() -> None:
    offered = {each.bin for each in account_providers()}
    left_out = {each.short_name for bin_, each in participants().items() if bin_ not in offered}

    assert {"MAFC", "MAFC (card BIN)", "(unknown wallet/digital)", "CIMB (SBV BIN)"} <= left_out
    assert {"Vietcredit", "Shinhan Finance", "Mcredit"} <= left_out
    assert not any("(" in each.short_name for each in account_providers())
    assert {"970405", "971005", "971025", "999888", "422589"} <= offered
    assert len(offered) + len(left_out) == len(participants())


@pytest.mark.parametrize("written", ["unknown wallet", "MAFCC", "???", "card BIN"])
def test_what_is_not_offered_is_not_suggested_either(written: str) -> None:
    with pytest.raises(BankNotRecognised) as refusal:
        recognise_bank(written)

    offered = {each.short_name for each in account_providers()}
    assert set(refusal.value.nearest) <= offered
    assert refusal.value.nearest
