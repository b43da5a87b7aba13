"""Proving what was stored and decided, sharing no code with what stored and decided it."""
