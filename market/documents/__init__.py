"""Documents for people to read and keep: set with Typst, fonts embedded, the same bytes each time."""
