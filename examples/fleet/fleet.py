"""Roll out a fleet of scale sets: `python fleet.py up|preview|refresh|destroy|status|secret`, see README.md."""

import sys

from rollout.cli import main

if __name__ == "__main__":
    sys.exit(main())
