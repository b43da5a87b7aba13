"""English: the manager's home."""

WORDS: dict[str, str] = {}
