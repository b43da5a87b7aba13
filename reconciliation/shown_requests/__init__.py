"""The book of requests: the exact amounts vendors showed as a code, and what became of each."""
