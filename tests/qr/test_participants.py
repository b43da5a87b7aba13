"""The table of banks and wallets: money follows it."""

import hashlib

import pytest

from qr.errors import ParticipantTableCorrupt, UnknownParticipant
from qr.participants import find_participant, participants, read_participants


@pytest.mark.parametrize(
    ("bin_", "short_name"),
    [
        ("970436", "Vietcombank"),
        ("970405", "Agribank"),
        ("971005", "ViettelMoney"),
        ("971025", "MoMo"),
        ("970441", "VIB"),
    ],
)
def test_a_bin_names_its_bank(bin_: str, short_name: str) -> None:
    assert participants()[bin_].short_name == short_name


def test_receive_only_and_unknown_are_told_apart() -> None:
    assert participants()["970436"].transfer_supported is True
    assert participants()["970406"].transfer_supported is False
    assert participants()["971032"].transfer_supported is None
    assert participants()["963388"].lookup_supported is False


def test_the_table_has_82_participants_and_cannot_be_changed() -> None:
    assert len(participants()) == 82
    with pytest.raises(TypeError):
        participants()["000000"] = participants()["970436"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "bin_"),
    [
        ("970436", "970436"),
        (" 970436 ", "970436"),
        ("VCB", "970436"),
        ("vietcombank", "970436"),
        ("Ngân hàng TMCP Ngoại Thương Việt Nam", "970436"),
        ("ngan hang tmcp ngoai thuong viet nam", "970436"),
        ("TMCP Ngoại thương Việt Nam", "970436"),
        ("Ngân hàng Agribank", "970405"),
        ("MB Bank", "970422"),
        ("Viettel Money", "971005"),
    ],
)
def test_a_bank_is_found_by_any_of_its_names(text: str, bin_: str) -> None:
    assert find_participant(text).bin == bin_


def test_a_misspelt_bank_is_refused_with_what_is_near() -> None:
    with pytest.raises(UnknownParticipant, match=r"'Vietcombak' is no listed .*Vietcombank"):
        find_participant("Vietcombak")


def test_a_name_of_two_participants_is_refused_with_both() -> None:
    with pytest.raises(UnknownParticipant, match=r"'MAFC' names more than one .*970468 .*977777"):
        find_participant("MAFC")


@pytest.mark.parametrize("text", ["", "Ngân hàng", "970437x", "🏦"])
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnknownParticipant):
        find_participant(text)


def test_a_changed_table_is_refused() -> None:
    content = b"bin,code\n970415,VCB\n"
    sha256 = hashlib.sha256(b"bin,code\n970436,VCB\n").hexdigest()

    with pytest.raises(ParticipantTableCorrupt, match=sha256):
        read_participants(content, expected_sha256=sha256)
