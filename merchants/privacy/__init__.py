"""Consents, requests, clocks, forgetting: what people may ask of the register."""
