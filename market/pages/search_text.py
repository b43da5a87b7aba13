"""What people type to search for: how long it may be, and what is said when it is longer."""

from merchants.sentences import Sentence
from merchants.stalls.matching import TEXT_LENGTH_MAX


def search_fault(text: str) -> Sentence | None:
    """Return why a text is too long to search for; ``None`` = it is not."""
    if len(text) <= TEXT_LENGTH_MAX:
        return None
    return Sentence(
        "Chữ cần tìm dài {n} ký tự, tìm được tối đa {most}: ghi ngắn lại",
        n=len(text),
        most=TEXT_LENGTH_MAX,
    )
