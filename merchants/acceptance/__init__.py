"""Acceptance points: accounts proposed, confirmed and approved; codes displayed at stalls."""
