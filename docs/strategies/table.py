"""Runs every strategy on the example sites and writes the tables in README.md of this folder.

    python docs/strategies/table.py             # run and write
    python docs/strategies/table.py --check     # compare with what is there, write nothing

Run from the project's folder after `cargo build --release`; takes about three minutes. Only the Python standard library is used. A table stands between
the lines `<!-- table NAME -->` and `<!-- /table -->`.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).resolve().parent / "README.md"
PROGRAM = PAGE.parent.parent.parent / "target" / "release" / "pvess"

# Name of the table: the plant whose site it is.
SITES = {
    "retail": "aachen-grid-capacity-expansion",
    "envelope": "aachen-self-sufficiency",
    "no-export": "aachen-self-sufficiency-zero-feed-in",
    "wholesale": "aachen-sell-to-grid",
    "demand-charge": "aachen-peak-shaving",
}
SELL = 'strategy="sell_to_grid",min_price_difference_per_kwh='
STRATEGIES = [
    ("idle battery", 'strategy="none"'),
    ("`grid_capacity_expansion`", 'strategy="grid_capacity_expansion"'),
    ("`self_sufficiency`", 'strategy="self_sufficiency"'),
    ("`self_sufficiency_zero_feed_in`", 'strategy="self_sufficiency_zero_feed_in"'),
    ("`peak_shaving`, 100 kW", 'strategy="peak_shaving",threshold_kw=100'),
    ("`sell_to_grid`", SELL + "0.01,arbitrage=true"),
    ("`optimal`", 'strategy="optimal"'),
]


def figures(plant, dispatch, folder):
    """The summary of a run, held against the optimum."""
    out = pathlib.Path(folder) / "run"
    change = f"storage.dispatch={{{dispatch}}}"
    command = [PROGRAM, "run", plant, "--set", change, "--steps", "none", "--against-optimal", "--quiet", "--out", out]
    subprocess.run(command, check=True)
    return json.loads((out / "summary.json").read_text())


def row(name, summary):
    captured = summary["against_optimal"]["captured_pct"]
    ev = summary["ev"]
    # Less than half of the last digit is zero, whatever its sign.
    share = "" if captured is None else f"{captured:.1f}"
    cells = [
        name,
        f"{summary['bill']:.0f}",
        "0.0" if share == "-0.0" else share,
        f"{summary['equivalent_cycles']:.0f}",
        f"{ev['served_pct']:.2f}",
        f"{ev['sessions'] - ev['sessions_fully_served']}",
        f"{summary['curtailed_mwh']:.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


HEAD = """| strategy | bill, EUR | share of the optimum, % | full cycles | vehicle energy served, % | sessions not full | curtailed, MWh |
|---|---:|---:|---:|---:|---:|---:|"""


def main():
    before = page = PAGE.read_text()
    with tempfile.TemporaryDirectory() as folder:
        for site, plant in SITES.items():
            rows = [row(name, figures(plant, dispatch, folder)) for name, dispatch in STRATEGIES]
            mark = f"<!-- table {site} -->\n"
            head, rest = page.split(mark, 1)
            page = f"{head}{mark}{HEAD}\n" + "\n".join(rows) + "\n<!-- /table -->" + rest.split("<!-- /table -->", 1)[1]
            print(site, *rows, sep="\n")
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page)
        return
    print("ok" if page == before else "DIFF")
    sys.exit(0 if page == before else 1)


if __name__ == "__main__":
    main()
