"""Stalls, their zones, their floor plan, and how they are found."""
