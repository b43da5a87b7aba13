"""Whole markets at once: a sheet is planned, written, told of and undone."""
