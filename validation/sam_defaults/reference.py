"""SAM's year of the plant in plant.toml; also prints what SAM's CEC performance model gives for it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import sam

plant = sam.write(__file__)
cec = plant.run(plant.cec())
print(f"CEC performance model: DC {cec['dc_net'].sum():.0f} kWh, AC {cec['gen'].sum():.0f} kWh")
