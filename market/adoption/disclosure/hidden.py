"""Why a cell is not shown."""

from enum import StrEnum


class Hidden(StrEnum):
    """Why a cell is not shown; the values are Eurostat-like flags."""

    NO = ""
    PRIMARY = "c"
    """Too few vendors stand behind the figure, or one of them nearly alone."""
    SECONDARY = "s"
    """Shown, it would give away another cell by subtraction from the total."""
    UNCOVERED = "u"
    """The data behind it cover too little of what is received, or nobody audited how much they cover: no
    secret, only no figure."""
    WAITING = "w"
    """The period is not published: told day by day, it would tell what each day adds."""
