"""The engine: books in, one outcome per record and leg out. Pure; it knows no database."""
