"""`python -m ranker` is `ranker`."""

from __future__ import annotations

from ranker.cli import main

if __name__ == "__main__":
    main()
