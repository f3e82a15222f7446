"""SAM's year of the plant in plant.toml."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import sam

sam.write(__file__)
