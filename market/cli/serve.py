"""``cho40 serve``: the web application on this machine."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Địa chỉ nghe. / Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Cổng. / Port.")] = 8000,
    proxy_headers: Annotated[
        bool,
        typer.Option(
            "--proxy-headers/--no-proxy-headers",
            help="Tin tiêu đề X-Forwarded-* của proxy đứng trước. / Trust the proxy's headers.",
        ),
    ] = False,
) -> None:
    """Mở các trang, API và cổng nhận thông báo. / Serve pages, API and webhooks."""
    import uvicorn

    from market.app import create_app
    from market.collector import leave_out_of_rounds
    from market.settings import Settings

    app = create_app(Settings())
    # What is loaded now stays as long as the service: large pages need not look through it again.
    leave_out_of_rounds()
    # No access log: a signed link is a key, and its address would stand in it.
    uvicorn.run(
        app,
        host=host,
        port=port,
        proxy_headers=proxy_headers,
        access_log=False,
        server_header=False,
        # Pages that wait for news would otherwise keep a server that is told to stop for minutes.
        timeout_graceful_shutdown=5,
    )
