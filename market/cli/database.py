"""``cho40 init``: bring the database to the newest version."""

import typer

from market.cli.context import reached


def init() -> None:
    """Tạo hoặc nâng cấp cơ sở dữ liệu. / Create or upgrade the one of CHO40_DATABASE_URL."""
    from sqlmodel import select

    from market.database import migrate, open_engine, reading
    from market.settings import Settings
    from market.tables import UserAccount

    settings = Settings()
    engine = open_engine(settings.url)
    shown = settings.url.rsplit("@", 1)[-1]
    with reached(engine, shown):
        pass  # alembic would answer with a page of its own insides
    migrate(engine)
    typer.echo(f"database ready: {shown}")
    with reading(engine) as session:
        if not session.exec(select(UserAccount.id).limit(1)).all():
            typer.echo(
                "chưa có ai / nobody may sign in yet: cho40 user add LOGIN --name … --role admin"
            )
    engine.dispose()
