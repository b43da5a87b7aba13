"""Denominator surveys: planned, drawn, printed, answered, estimated; kept apart from transactions.

Nothing here reads a receipt, and nothing that reads receipts reads an answer. Who answers is a
stall on a day; no vendor is named. What was answered is never shown again: only estimates are, as
far as the tightest rule of disclosure allows.
"""
