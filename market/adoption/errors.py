"""What the measures refuse to tell, and why."""


class AdoptionError(ValueError):
    """A figure is asked for that the data, or the rules of disclosure, do not allow."""


class PeriodNotReadable(AdoptionError):
    """A label names no period from 2000 to 2999: ``2026-10``, ``2026-Q4`` and ``2026`` do."""

    def __init__(self, label: str) -> None:
        super().__init__(f"period {label!r} is none of 2026-10, 2026-Q4, 2026, from 2000 to 2999")
        self.label = label
