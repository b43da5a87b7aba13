"""The doors: terminal, web, database, clock and settings. Nothing below imports this package."""
