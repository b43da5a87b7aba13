"""``cho40 init``: bring the database to the newest version."""

import typer


def init() -> None:
    """Create or upgrade the database named by CHO40_DATABASE_URL."""
    from market.database import migrate, open_engine
    from market.settings import Settings

    settings = Settings()
    migrate(open_engine(settings.url))
    typer.echo(f"database ready: {settings.url.rsplit('@', 1)[-1]}")
