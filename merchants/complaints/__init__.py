"""Complaints and wishes for refunds: raised by vendors, answered by the market. No money moves here."""
