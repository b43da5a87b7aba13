"""What the measures refuse to tell, and why."""


class AdoptionError(ValueError):
    """A figure is asked for that the data, or the rules of disclosure, do not allow."""
