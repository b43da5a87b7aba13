"""What comes through the doors: raw bytes kept first, then read, then in the ledger or kept aside."""
