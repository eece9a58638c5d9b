"""`python -m transect`."""

import sys

from transect.cli import main

if __name__ == "__main__":
    sys.exit(main())
