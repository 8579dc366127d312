"""What a packaged Personal AI starts with: the same one door as `python -m personal_ai`."""

import sys

from personal_ai.__main__ import main

sys.exit(main())
