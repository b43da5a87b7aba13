"""An instant that a caller tells: aware, and of years in which markets and machines keep time."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

FIRST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
LAST = datetime.fromisoformat("2200-01-01T00:00:00+00:00")
ToldAt = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
