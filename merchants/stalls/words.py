"""How people write the state of a stall."""

from merchants.kinds import StallState
from qr.text import fold_to_ascii

STALL_STATE_WORDS: dict[StallState, tuple[str, ...]] = {
    StallState.OCCUPIED: (
        "Đang bán", "Đang kinh doanh", "Đang hoạt động", "Đang sử dụng", "Đang thuê",
        "Có người bán", "Có người", "Hoạt động", "Đã thuê",
    ),
    StallState.VACANT: ("Trống", "Bỏ trống", "Còn trống", "Đang trống", "Chưa có người", "Chưa thuê"),
    StallState.CLOSED: (
        "Đóng", "Đã đóng", "Đóng cửa", "Tạm đóng", "Nghỉ", "Tạm nghỉ", "Nghỉ bán", "Ngừng bán",
        "Ngừng kinh doanh", "Tạm ngừng",
    ),
    StallState.PLANNED: ("Dự kiến", "Quy hoạch", "Sắp mở"),
}  # fmt: skip
"""The words for each state; the first is the one we write ourselves."""


def read_stall_state(text: str) -> StallState | None:
    """Return the state a text means, marks and case aside; ``None`` when it means none."""
    return _STATE_OF_WORD.get(plain_word(text))


def plain_word(text: str) -> str:
    """Return a word without marks, dots, case and double spaces, to compare it with others."""
    return " ".join(fold_to_ascii(text).replace(".", " ").split())


_STATE_OF_WORD = {
    plain_word(text): state
    for state, words in STALL_STATE_WORDS.items()
    for text in (*words, state.value)
}
