"""The vendor sheet: its columns, its template, and what its rows say."""
