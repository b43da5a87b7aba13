"""What closes leave open: a queue worked by two people, every step in a chained log."""
