"""What stands beside the tests of kinds."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
