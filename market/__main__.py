"""``python -m market`` is ``cho40``."""

from market.cli import main

if __name__ == "__main__":
    main()
