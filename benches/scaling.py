"""How the time grows with steps, designs and threads, as Markdown tables: pvess as a process on this machine.

Run from the project's folder after `cargo build --release`: `python benches/scaling.py`. Times are medians of rounds in
which all columns take turns; memory is the most that the process held. Where valgrind is installed, instructions are
counted too (the same on every run), of one thread.
"""

import csv
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PVESS = ROOT / "target/release/pvess"
WEATHER = ROOT / "data/weather/daggett-ca-nsrdb-psm3-tmy.csv"
ROUNDS = 5
HOURS = 8760
SITE = "{ latitude_deg = 34.85, longitude_deg = -116.78, elevation_m = 561, utc_offset_h = -8 }"
STEPS_MIN = [60, 30, 15, 5, 1]
DESIGNS = {"storage": [100, 1000, 10_000], "array": [100, 1000]}
# How many values the first axis has for so many designs.
FIRST = {"storage": 50, "array": 10}


def axes_of(kind, first, second):
    """What is varied: units are whole, and so are strings."""
    if kind == "storage":
        return [f"storage.units=10:{9 + first}:{first}", f"storage.inverter.rated_mw=20:40:{second}"]
    return [f"pv.block.0.mount.max_angle_deg=40:60:{first}", f"pv.block.0.strings=401:{400 + second}:{second}"]


def run(*command):
    """Seconds and MB of a run."""
    start = time.perf_counter()
    process = subprocess.Popen([PVESS, *map(str, command), "--quiet", "--force"])
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def instructions(*command):
    """Instructions of a run in millions, where they can be counted."""
    if not shutil.which("valgrind"):
        return None
    callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", PVESS]
    words = [*callgrind, *map(str, command), "--quiet", "--force"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    (line,) = [line for line in done.stderr.splitlines() if "refs:" in line]
    return int(line.split("refs:")[1].strip().replace(",", "")) / 1e6


def weather_of(step_min, folder):
    """The demonstration plant's weather with every hour repeated in steps, as a plain CSV file."""
    with open(WEATHER, newline="") as file:
        rows = list(csv.reader(file))
    head, rows = rows[2], rows[3:]
    at = {name: head.index(name) for name in ["GHI", "DNI", "DHI", "Temperature", "Wind Speed"]}
    path = folder / f"weather-{step_min}.csv"
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["time", "ghi", "dni", "dhi", "temp_air", "wind_speed"])
        for hour, row in enumerate(rows):
            day = time.strftime("%Y-%m-%dT%H", time.gmtime(1609459200 + 3600 * hour))
            for minute in range(0, 60, step_min):
                out.writerow([f"{day}:{minute:02}:00-08:00", *(row[column] for column in at.values())])
    return path


def with_steps(step_min, folder):
    sets = {"weather.file": weather_of(step_min, folder), "weather.format": "csv", "site": SITE}
    return [word for key, value in sets.items() for word in ("--set", f"{key}={value}")]


def steps(folder):
    print("| step | steps in a year | figures only | all files written | memory | instructions per step |")
    print("|---|---|---|---|---|---|")
    for step_min in STEPS_MIN:
        sets, out = with_steps(step_min, folder), folder / "out"
        lean, full = ["run", *sets, "--out", out, "--steps", "none"], ["run", *sets, "--out", out]
        times = [(run(*lean), run(*full)) for _ in range(ROUNDS)]
        lean_s, full_s = (statistics.median(pair[i][0] for pair in times) for i in (0, 1))
        memory = max(pair[1][1] for pair in times)
        counted = instructions(*lean) if step_min > 5 else None
        per_step = "" if counted is None else f"{counted * 1e6 / (HOURS * 60 / step_min):.0f}"
        number = HOURS * 60 // step_min
        print(f"| {step_min} min | {number} | {lean_s:.3f} s | {full_s:.3f} s | {memory:.0f} MB | {per_step} |")


def designs(folder, kind, threads):
    print(f"\n| {kind} designs | " + " | ".join(f"{n} thread{'s' * (n > 1)}" for n in threads) + " | memory |")
    print("|---" * (len(threads) + 2) + "|")
    for count in DESIGNS[kind]:
        first = FIRST[kind]
        axes = axes_of(kind, first, count // first)
        words = ["sweep", folder / "plant.toml", *(w for axis in axes for w in ("--vary", axis)), "--out", folder / "s.csv"]
        times = [[run(*words, "--threads", n) for n in threads] for _ in range(ROUNDS)]
        cells = [f"{statistics.median(row[i][0] for row in times):.3f} s" for i in range(len(threads))]
        memory = max(mb for row in times for _, mb in row)
        print(f"| {count} | " + " | ".join(cells) + f" | {memory:.0f} MB |")


def main():
    threads = [n for n in (1, 2, 4, 8, 16) if n <= (os.cpu_count() or 1)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "models/plants/daggett-lgia-excess.toml", folder / "plant.toml")
        steps(folder)
        for kind in DESIGNS:
            designs(folder, kind, threads)


if __name__ == "__main__":
    main()
