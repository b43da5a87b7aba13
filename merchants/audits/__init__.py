"""Audits of posters: whom to look at, what a look came to, and what is done about wrong codes."""
