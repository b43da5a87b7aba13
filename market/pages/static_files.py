"""The stylesheet, fonts and pictures, with the time a browser may keep them."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from market.pages.rendering import STATIC

ONE_DAY = "public, max-age=86400"
FOR_GOOD = "public, max-age=31536000, immutable"


class VersionedFiles(StaticFiles):
    """Files that may be kept for good when their address names their content."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with its ``Cache-Control``."""
        answer = await super().get_response(path, scope)
        is_versioned = scope["query_string"].startswith(b"v=")
        answer.headers["Cache-Control"] = FOR_GOOD if is_versioned else ONE_DAY
        return answer
