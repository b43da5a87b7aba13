"""What lets a vendor prove, from a small file alone, that her payment is in a closed day."""
