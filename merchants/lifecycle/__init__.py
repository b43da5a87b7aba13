"""The lifecycle of a vendor: pure rules, and what brings the stored states in line with the facts."""
