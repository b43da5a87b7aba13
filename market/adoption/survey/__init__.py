"""The survey of stall days: what the cashless share is a share of.

Receipts say what came in by QR and nothing about cash. So stalls are drawn, each for one open day,
and asked for cash and digital takings. Answers are kept apart from transactions: nothing in this
package reads facts, and no vendor is named. Source: domain.md 11.5.
"""
