"""English: market settings, calendars, areas."""

WORDS: dict[str, str] = {}
