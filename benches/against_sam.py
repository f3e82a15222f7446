"""One PV year of the same plant in SAM and in pvess, interleaved on the same machine.

Run from the project's folder after `cargo build --release`, with the packages of validation/requirements.txt:
`python benches/against_sam.py`. SAM is timed in process, model set up and weather file read; pvess as a process that
reads plant and weather, simulates and writes its results.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "validation"))
CASE = ROOT / "validation" / "sam_tracker"
ROUNDS = 15

from sam import Plant  # noqa: E402


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def pvess(out, *options):
    command = [ROOT / "target/release/pvess", "run", CASE / "plant.toml", "--out", out, "--quiet", *options]
    subprocess.run(command, check=True)


plant = Plant(CASE / "reference.py")
sam, process = [], []
with tempfile.TemporaryDirectory() as folder:
    model = plant.ready(plant.single_diode(), folder)
    for _ in range(ROUNDS):
        sam.append(timed(lambda: model.execute(0)))
        process.append(timed(lambda: pvess(Path(folder) / "out")))
ratios = [s / p for s, p in zip(sam, process)]
print(f"SAM in process      {statistics.median(sam) * 1e3:8.1f} ms")
print(f"pvess as a process  {statistics.median(process) * 1e3:8.1f} ms, all files written")
print(f"ratio               {statistics.median(ratios):8.1f} (median of {ROUNDS} pairs, {min(ratios):.1f} to {max(ratios):.1f})")
