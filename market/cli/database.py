"""``cho40 init``: bring the database to the newest version."""

import typer


def init() -> None:
    """Create or upgrade the database named by CHO40_DATABASE_URL."""
    from sqlmodel import select

    from market.database import migrate, open_engine, reading
    from market.settings import Settings
    from market.tables import UserAccount

    settings = Settings()
    engine = open_engine(settings.url)
    migrate(engine)
    typer.echo(f"database ready: {settings.url.rsplit('@', 1)[-1]}")
    with reading(engine) as session:
        if not session.exec(select(UserAccount.id).limit(1)).all():
            typer.echo(
                "chưa có ai / nobody may sign in yet: cho40 user add LOGIN --name … --role admin"
            )
    engine.dispose()
