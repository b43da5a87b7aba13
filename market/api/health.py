"""Whether the service can do its work: the database answers and has its tables."""

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from market.security.sessions import Reading

router = APIRouter()


@router.get("/healthz")
def healthz(session: Reading) -> JSONResponse:
    """Answer 200 when the database does, else 503; tells nothing else."""
    try:
        session.execute(sa.text("SELECT version_num FROM alembic_version")).one()
    except sa.exc.SQLAlchemyError:
        return JSONResponse({"status": "database does not answer"}, status_code=503)
    return JSONResponse({"status": "ok"})
