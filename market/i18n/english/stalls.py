"""English: the list of stalls, search, onboarding."""

WORDS: dict[str, str] = {}
