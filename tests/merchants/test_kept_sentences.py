"""Sentences kept in a column and read back: the same words, and the same in another language."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from merchants.kept_sentences import read_sentences, write_sentences
from merchants.masking import without_numbers
from merchants.remedies import of_column, remedied, remedied_whole, why_and_fix
from merchants.sentences import Sentence

TEXTS = st.text(max_size=30)
PLAIN = TEXTS.map(Sentence)
FILLED = st.builds(
    lambda n, text, on: Sentence("{n} ở “{text}” ngày {on:%d/%m/%Y}", n=n, text=text, on=on),
    st.integers(),
    TEXTS,
    st.dates(date(1990, 1, 1), date(2199, 1, 1)),
)
NESTED = st.builds(
    lambda one, two, many: Sentence("{one}; {two}: {many}", one=one, two=two, many=many),
    FILLED,
    PLAIN,
    st.lists(FILLED, max_size=3).map(tuple) | st.lists(FILLED, max_size=3),
)
SENTENCES = st.one_of(PLAIN, FILLED, NESTED).flatmap(
    lambda one: st.sampled_from([one, one.begun()])
)


@given(st.lists(SENTENCES, max_size=4))
def test_what_is_kept_is_read_back_to_the_letter(told: list[Sentence]) -> None:
    again = read_sentences(write_sentences(told))

    assert again == told
    assert [(each.template, dict(each.values), each.is_begun) for each in again] == [
        (each.template, dict(each.values), each.is_begun) for each in told
    ]


def test_what_is_filled_in_can_be_masked_on_the_way() -> None:
    told = remedied_whole(Sentence("Gọi {n}", n="0912345678"), "hỏi lại 0912345678")

    (kept,) = read_sentences(write_sentences([told], change=without_numbers))

    assert kept == "Gọi ···678. Hỏi lại ···678."
    assert kept.template == told.template


def test_why_and_what_to_do_are_two_sentences() -> None:
    cell = remedied(Sentence("ghi “{text}”", text="a: b"), "xoá")

    assert cell == "ghi “a: b”: xoá"
    assert why_and_fix(of_column("Họ tên", cell)) == ("Họ tên ghi “a: b”.", "Xoá.")
    assert why_and_fix(remedied_whole("Trùng dòng 3", "giữ một dòng")) == (
        "Trùng dòng 3.",
        "Giữ một dòng.",
    )
    assert why_and_fix("Một câu: một ý.") == ("Một câu: một ý.", None)
