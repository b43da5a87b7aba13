"""The rows of the catalogue, by subject: supply, use, and what is studied over several periods."""
