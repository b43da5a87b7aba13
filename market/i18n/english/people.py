"""English: a vendor's file, merges, hand-overs."""

WORDS: dict[str, str] = {}
