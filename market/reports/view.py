"""The base of everything a report sends out."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Base of everything that goes out: no field beyond those named, none left to a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
