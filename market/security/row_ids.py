"""Numbers of rows as they come in an address: those a database can hold, nothing else."""

from typing import Annotated

from fastapi import Path

ROW_ID_MAX = 2**31 - 1
RowId = Annotated[int, Path(ge=1, le=ROW_ID_MAX)]
