"""Amounts in Vietnamese words, as they stand beside every QR amount: nobody misreads a zero."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ", "tỷ tỷ")


def vnd_words(amount: int) -> str:
    """Return ``Tám mươi lăm nghìn đồng`` for 85.000; not for negative amounts.

    A group of thousands that is zero is passed over; the one after it then names its hundreds:
    1.005.000 is ``một triệu không trăm lẻ năm nghìn``.
    """
    if amount < 0:
        raise ValueError(f"{amount} đồng: no words for less than nothing")
    groups = []
    rest = amount
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    parts = []
    for place in reversed(range(len(groups))):
        if groups[place]:
            is_first = place == len(groups) - 1
            parts += [*_of_three(groups[place], is_first=is_first), _GROUPS[place]]
    words = " ".join(part for part in parts or [_DIGITS[0]] if part)
    return f"{words[0].upper()}{words[1:]} đồng"


def _of_three(group: int, *, is_first: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [] if is_first and not hundreds else [_DIGITS[hundreds], "trăm"]
    if tens == 0 and ones and words:
        words.append("lẻ")
    elif tens == 1:
        words.append("mười")
    elif tens:
        words += [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        words.append("mốt")
    elif ones == 5 and tens:
        words.append("lăm")
    elif ones:
        words.append(_DIGITS[ones])
    return words
