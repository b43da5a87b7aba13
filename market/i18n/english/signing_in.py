"""English: signing in, users, tokens."""

WORDS: dict[str, str] = {}
