"""Markets: registered, described, grouped into areas, placed in communes."""
