"""English: sheets taken in."""

WORDS: dict[str, str] = {}
