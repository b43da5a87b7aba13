"""English: acceptance points, approvals, displayed codes."""

WORDS: dict[str, str] = {}
