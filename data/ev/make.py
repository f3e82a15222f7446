"""Writes aachen-sessions-2018.csv: charging sessions, made up by `pvess new --site --seed 1`.

    python data/ev/make.py             # write the file
    python data/ev/make.py --check     # compare with the file here, write nothing

Run from the project's folder after `cargo build --release`.
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True  # everything in this folder is built into the program
from rebuild import put  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    site = pathlib.Path(folder) / "site"
    subprocess.run(["target/release/pvess", "new", "--site", "--seed", "1", site], check=True, stdout=subprocess.DEVNULL)
    same = put(HERE / "aachen-sessions-2018.csv", (site / "ev_sessions.csv").read_bytes(), "--check" in sys.argv[1:])
sys.exit(0 if same else 1)
