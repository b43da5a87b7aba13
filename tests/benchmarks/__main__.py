"""``make bench``: every benchmark in turn, each in a process of its own so that none warms another."""

import subprocess
import sys

BENCHMARKS = (
    "engine",
    "engine_search",
    "close_again",
    "bulk_ingest",
    "long_file",
    "files_to_closed_day",
    "webhooks",
    "poster_book",
    "simulation_score",
    "sheet_import",
    "pages",
    "request_streams",
    "adoption",
)


def main() -> int:
    """Run the named benchmarks, or all; exit 1 when one of them fails."""
    named = sys.argv[1:] or BENCHMARKS
    failed = []
    for name in named:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
