"""The same plant in SAM (PySAM) and in pvess, interleaved on the same machine: a PV year, a year with a battery behind an
export limit, and a sweep over batteries.

Run from the project's folder after `cargo build --release`, with the packages of validation/requirements.txt:
`python benches/against_pysam.py`. SAM is timed in process, model set up and weather file read; pvess as a process that
reads plant and weather, simulates and writes its results. SAM's battery is its detailed model with the dispatch of its
"PV battery, single owner" defaults, which is not that of pvess: the times are compared here, not the energies. Both sweeps
use two processes or threads; SAM runs a few designs of it, and its time is given for as many as pvess runs.
"""

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "validation"))
CASE = ROOT / "validation" / "sam_tracker"
PLANT = ROOT / "benches" / "storage_behind_limit.toml"
PVESS = ROOT / "target/release/pvess"
ROUNDS = 7
WORKERS = 2
# Batteries of the sweep: energies times powers.
ENERGIES, POWERS = 50, 20
SAM_DESIGNS = 4

import PySAM.BatteryTools as battery_tools  # noqa: E402
import PySAM.Pvsamv1 as pvsamv1  # noqa: E402

from sam import Plant, hours_without_minutes  # noqa: E402


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def with_battery(folder):
    """SAM's model of the plant with a battery and an interconnection limit of 4 MW."""
    plant = Plant(CASE / "reference.py")
    model = pvsamv1.default("PVBatterySingleOwner")
    weather = Path(folder) / "weather.csv"
    hours_without_minutes(plant.weather, weather)
    inputs = {
        **plant.inputs(),
        **plant.single_diode(),
        "solar_resource_file": str(weather),
        "en_batt": 1,
        "batt_replacement_option": 0,
        "enable_interconnection_limit": 1,
        "grid_interconnection_limit_kwac": 4000,
        "grid_curtailment": [1e38] * 8760,
    }
    for name, value in inputs.items():
        model.value(name, value)
    return model


def sam_year(model, energy_kwh):
    battery_tools.battery_model_sizing(model, 1500, energy_kwh, 500)
    model.execute(0)


def start_worker(folder):
    global MODEL
    MODEL = with_battery(tempfile.mkdtemp(dir=folder))


def work(energy_kwh):
    sam_year(MODEL, energy_kwh)


def pvess(*command):
    subprocess.run([PVESS, *command, "--quiet", "--force"], check=True)


def line(what, sam, ours):
    ratios = [s / p for s, p in zip(sam, ours)]
    times = f"{statistics.median(sam) * 1e3:12.1f} ms {statistics.median(ours) * 1e3:10.1f} ms"
    print(f"{what:<44}{times} {statistics.median(ratios):8.0f}   {min(ratios):.0f} to {max(ratios):.0f}")


def main():
    designs = ENERGIES * POWERS
    pv, years, sweeps = ([], []), ([], []), ([], [])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        plant = Plant(CASE / "reference.py")
        model = plant.ready(plant.single_diode(), folder)
        stored = with_battery(folder)
        with multiprocessing.get_context("spawn").Pool(WORKERS, start_worker, (folder,)) as pool:
            energies = [4000 + 500 * i for i in range(SAM_DESIGNS)]
            pool.map(work, energies, chunksize=1)
            for _ in range(ROUNDS):
                pv[0].append(timed(lambda: model.execute(0)))
                pv[1].append(timed(lambda: pvess("run", CASE / "plant.toml", "--out", out)))
                years[0].append(timed(lambda: sam_year(stored, 6000)))
                years[1].append(timed(lambda: pvess("run", PLANT, "--out", out)))
                few = timed(lambda: pool.map(work, energies, chunksize=1))
                sweeps[0].append(few * designs / SAM_DESIGNS)
                vary = [f"storage.nameplate_mwh=2:12:{ENERGIES}", f"storage.inverter.rated_mw=0.5:3:{POWERS}"]
                command = ["sweep", PLANT, "--vary", vary[0], "--vary", vary[1], "--threads", str(WORKERS)]
                sweeps[1].append(timed(lambda: pvess(*command, "--out", Path(folder) / "sweep.csv")))
    print(f"{'':<44}{'SAM':>12}    {'pvess':>10}       ratio   of {ROUNDS} pairs")
    line("PV year (SAM in process, pvess as a process)", *pv)
    line("PV and battery year (the same)", *years)
    line(f"{designs} batteries, two processes or threads", *sweeps)


if __name__ == "__main__":
    main()
