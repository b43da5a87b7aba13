"""Days closed in versions: what the engine decided, as facts, chained by hash and read back."""
