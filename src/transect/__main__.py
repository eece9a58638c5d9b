"""`python -m transect`."""

import sys

from transect.cli import main

sys.exit(main())
