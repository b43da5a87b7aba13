"""What every reader needs: bytes to text, tables, amounts, days, and the refusals of bad input."""
