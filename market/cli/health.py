"""``cho40 health URL``: what a container's health check runs."""

import typer


def health(url: str, *, timeout_s: float = 4.0) -> None:
    """Hỏi xem máy chủ có chạy. / Exit 0 when URL answers 200 in time, else 1 and why."""
    import httpx

    try:
        answer = httpx.get(url, timeout=timeout_s)
    except httpx.HTTPError as failure:
        typer.echo(f"cho40: {url} does not answer: {failure}", err=True)
        raise typer.Exit(1) from failure
    if answer.status_code != httpx.codes.OK:
        typer.echo(f"cho40: {url} answers {answer.status_code}", err=True)
        raise typer.Exit(1)
