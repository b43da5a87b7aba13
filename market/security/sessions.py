"""One transaction per request: what a route gets as its session."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

# ``app.state.reading`` and ``app.state.writing`` are the context managers of ``market.database``
# bound to the application's engine; the security layer does not know the database by itself.


def _reading_session(request: Request) -> Iterator[Session]:
    with request.app.state.reading() as session:
        yield session


def _writing_session(request: Request) -> Iterator[Session]:
    with request.app.state.writing() as session:
        yield session


Reading = Annotated[Session, Depends(_reading_session, scope="function")]
# With the default scope the commit would come after the answer: a failed commit told as 200.
Writing = Annotated[Session, Depends(_writing_session, scope="function")]
