"""English: consents, privacy requests, the vendor's own data."""

WORDS: dict[str, str] = {}
