"""English: targets, waves, model cards, teams, visits."""

WORDS: dict[str, str] = {}
