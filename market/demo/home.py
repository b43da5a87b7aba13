"""Where the demonstration lives: a folder of its own, emptied before each run."""

import shutil
from pathlib import Path

from market.settings import Settings

FOLDER = "demo"
DATABASE = "cho40.sqlite3"


def demo_settings(settings: Settings, *, stripe_account: str) -> Settings:
    """Return the settings of the demonstration: SQLite in a folder of its own, nothing else moved."""
    return settings.model_copy(
        update={
            "data_dir": settings.data_dir / FOLDER,
            "database_url": "",
            "stripe_account": stripe_account,
        }
    )


def clear_home(folder: Path) -> None:
    """Remove what an earlier demonstration left, and nothing else that may lie in ``folder``.

    The folder's name and the names in it are the demonstration's own: whatever the settings say,
    no other database can be hit.
    """
    assert folder.name == FOLDER, folder
    folder.mkdir(parents=True, exist_ok=True)
    for database in folder.glob(f"{DATABASE}*"):
        if database.name in {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"}:
            database.unlink()
    raw = folder / "raw"
    if raw.is_dir() and not raw.is_symlink():
        shutil.rmtree(raw)
