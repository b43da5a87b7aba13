"""One provider's format per file: bytes in, records, rejects and control totals out."""
