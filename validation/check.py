"""Check that every case folder is complete, that its numbers parse and are finite, and that it has enough rows."""

import csv
import math
import sys
import tomllib
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILES = ["README.md", "case.toml", "expected.csv", "reference.py"]
FEWER_ROWS = {"spa_example": 1}  # all other function cases have at least 200
TEXT = {"time", "time_utc"}
# What a column is judged by, and the numbers that takes.
JUDGMENTS = {"tolerance": {"absolute", "relative"}, "annual": {"relative"}, "rmse": {"of_max"}}


def problems(folder):
    """What is wrong with one case."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        return [f"missing {name}" for name in missing]
    case = tomllib.loads((folder / "case.toml").read_text())
    with open(folder / "expected.csv", newline="") as file:
        header, *rows = csv.reader(file)
    found = []
    if len(set(header)) != len(header):
        found.append("a column name is used twice")
    if ("function" in case) == ("project" in case):
        found.append("needs either a function or a project")
    if "project" in case and not (folder / case["project"]).is_file():
        found.append(f"missing {case['project']}")
    judged = {name for section in JUDGMENTS for name in case.get(section, {})}
    outputs = [name for name in header if name in judged]
    if not outputs or header[len(header) - len(outputs):] != outputs or set(outputs) != judged:
        found.append("outputs are not the last columns, or a tolerance has no column")
    for section, numbers in JUDGMENTS.items():
        if any(set(t) != numbers for t in case.get(section, {}).values()):
            found.append(f"[{section}] takes {' and '.join(sorted(numbers))}")
    least = FEWER_ROWS.get(folder.name, 200) if "function" in case else 48
    if len(rows) < least:
        found.append(f"{len(rows)} rows, expected at least {least}")
    for line, row in enumerate(rows, 2):
        if len(row) != len(header):
            found.append(f"line {line}: {len(row)} cells for {len(header)} columns")
        for name, cell in zip(header, row):
            if name in TEXT:
                datetime.fromisoformat(cell)
            elif not math.isfinite(float(cell)):
                found.append(f"line {line}: {name} = {cell}")
    return found


def main():
    """Check all cases; exit status 1 if one has a problem."""
    bad = 0
    folders = sorted(p for p in HERE.iterdir() if p.is_dir() and not p.name.startswith(("_", ".")))
    for folder in folders:
        for problem in problems(folder):
            bad += 1
            print(f"{folder.name}: {problem}")
    print(f"{len(folders)} cases, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
