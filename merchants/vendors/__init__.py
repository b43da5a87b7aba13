"""Vendors: their file, their stalls, records that are one person twice."""
