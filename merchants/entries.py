"""Check what somebody filled in: every fault is found and told at once, by field."""

from datetime import date

from merchants.errors import EntryRefused
from merchants.files.csv_text import clean_text
from merchants.sentences import Sentence


class Faults:
    """The faults found so far; the first sentence about a field stays."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    @property
    def found(self) -> dict[str, str]:
        """Return the faults by field, in the order they were found."""
        return dict(self._found)

    def say(self, field: str, sentence: str) -> None:
        """Note a fault: one sentence in plain Vietnamese, what is wrong and what to do."""
        self._found.setdefault(field, sentence)

    def refuse_any(self) -> None:
        """Raise ``EntryRefused`` with all faults, if there is one."""
        if self._found:
            raise EntryRefused(self._found)

    def text(self, field: str, value: str, *, length_max: int, needed: str = "") -> str:
        """Return the text on one line in NFC.

        ``needed`` is the sentence said when nothing is left of it; empty = it may be.
        """
        text = clean_text(value)
        if needed and not text:
            self.say(field, needed)
        if len(text) > length_max:
            self.say(
                field,
                Sentence("Dài {n} chữ, ghi tối đa {most} chữ", n=len(text), most=length_max),
            )
        return text

    def span(self, field: str, first: date, last: date | None) -> None:
        """Note when a span of days ends before it begins; ``field`` is that of its end."""
        if last is not None and last < first:
            self.say(
                field,
                Sentence(
                    "Ngày cuối {last:%d/%m/%Y} trước ngày đầu {first:%d/%m/%Y}",
                    last=last,
                    first=first,
                ),
            )
