"""Writes moffat-20mw-30min.csv: the PV power at the MV bus of moffat-20mw.toml, as pvess simulates it.

Run from the project's folder after `cargo build --release`.
"""

import csv
import subprocess
import tempfile
from pathlib import Path

here = Path(__file__).parent
with tempfile.TemporaryDirectory() as folder:
    out = Path(folder) / "run"
    subprocess.run(["target/release/pvess", "run", here / "moffat-20mw.toml", "--out", out, "--quiet"], check=True)
    with open(out / "timeseries.csv", newline="") as f, open(here / "moffat-20mw-30min.csv", "w", newline="") as g:
        writer = csv.writer(g, lineterminator="\n")
        writer.writerow(["time", "pv_mv_kw"])
        for row in csv.DictReader(f):
            writer.writerow([row["time"], f"{float(row['pv_mv_kw']):.1f}"])
