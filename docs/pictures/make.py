"""Draws the days of the pages in docs/strategies and writes the tables in them, both from runs of the example plants.

    python docs/pictures/make.py                      # draw and write
    python docs/pictures/make.py --check              # compare with what is there, write nothing
    python docs/pictures/make.py peak-shaving         # only some pages

Run from the project's folder after `cargo build --release`. Only the Python standard library is used. A page holds its table between the lines
`<!-- day -->` and `<!-- /day -->`.
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PAGES = HERE.parent / "strategies"
PROGRAM = HERE.parent.parent / "target" / "release" / "pvess"

# Colors of middle lightness: they stand out on white and on black.
PV, LOAD, DEMAND, BATTERY, POI, LIMIT = "#c98a00", "#4f86d9", "#a45fd0", "#2f9e63", "#dd5148", "#7d8794"
SOC, BUY, SELL, TEXT = "#2f9e63", "#c0682f", "#2a94a0", "#7d8794"


def number(row, name):
    return float(row[name]) if row.get(name) else None


def demand(row):
    return number(row, "load_kw") + (number(row, "ev_kw") or 0.0)


def soc_pct(row):
    return 100.0 * number(row, "soc_kwh") / number(row, "capacity_kwh")


def import_limit(row):
    limit = number(row, "limit_import_kw")
    return None if limit is None else -limit


def column(name):
    return lambda row: number(row, name)


def cents(name):
    return lambda row: 100.0 * number(row, name)


def constant(value):
    return lambda row: value


# (name, color, width, dash, value of a row)
SITE_POWERS = [
    ("PV", PV, 2, "", column("pv_avail_kw")),
    ("load", LOAD, 1.2, "", column("load_kw")),
    ("load + vehicles asked for", DEMAND, 1, "2 2", lambda r: number(r, "load_kw") + number(r, "ev_request_kw")),
    ("load + vehicles", DEMAND, 2, "", demand),
]
BATTERY_AND_POI = [
    ("battery (discharge up)", BATTERY, 2, "", column("ess_mv_kw")),
    ("POI (export up, import down)", POI, 2, "", column("poi_kw")),
    ("limits", LIMIT, 1.2, "6 3", column("limit_export_kw")),
    ("", LIMIT, 1.2, "6 3", import_limit),
]
STORED = [
    ("state of charge", SOC, 2, "", soc_pct),
    ("minimum", LIMIT, 1.2, "6 3", constant(10.0)),
]
PRICES = [
    ("buy", BUY, 2, "", cents("buy_per_kwh")),
    ("sell", SELL, 2, "5 2", cents("sell_per_kwh")),
]
SITE_PANELS = [("kW", SITE_POWERS, 130), ("kW", BATTERY_AND_POI, 150), ("%", STORED, 80)]
PRICE_PANEL = [("ct/kWh", PRICES, 80)]

# (heading, decimals, value of a row)
SITE_COLUMNS = [
    ("PV", 1, column("pv_avail_kw")),
    ("load", 1, column("load_kw")),
    ("vehicles ask", 1, column("ev_request_kw")),
    ("vehicles get", 1, column("ev_kw")),
    ("battery", 1, column("ess_mv_kw")),
    ("curtailed", 1, column("curtailed_kw")),
    ("POI", 1, column("poi_kw")),
    ("SoC %", 1, soc_pct),
]
PRICE_COLUMNS = [("buy ct", 2, cents("buy_per_kwh")), ("sell ct", 2, cents("sell_per_kwh"))]


def threshold(kw):
    return [("kW", SITE_POWERS, 130), ("kW", [*BATTERY_AND_POI, ("threshold", TEXT, 1, "1 3", constant(-kw))], 150), SITE_PANELS[2]]


DAYS = {
    "grid-capacity-expansion": {
        "plant": "aachen-grid-capacity-expansion",
        "day": "2018-02-05",
        "title": "Grid capacity expansion, Monday 5 February 2018",
        "panels": SITE_PANELS,
        "columns": SITE_COLUMNS,
        "rows": "05:45 06:30 06:45 07:15 10:30 10:45 11:30 11:45 12:00 15:15 16:00 18:00 19:15 20:45 23:30 23:45",
    },
    "self-sufficiency": {
        "plant": "aachen-self-sufficiency",
        "day": "2018-05-14",
        "title": "Self-sufficiency behind a dynamic export limit, Monday 14 May 2018",
        "panels": SITE_PANELS,
        "columns": [*SITE_COLUMNS, ("export limit", 0, column("limit_export_kw"))],
        "rows": "04:45 07:00 08:00 08:15 08:30 08:45 09:00 09:15 09:30 11:15 11:30 12:00 12:15 12:45 13:00 14:15 15:30 17:15 17:45 20:00 20:15 20:30",
    },
    "self-sufficiency-zero-feed-in": {
        "plant": "aachen-self-sufficiency-zero-feed-in",
        "day": "2018-05-14",
        "title": "Self-sufficiency with zero feed-in, Monday 14 May 2018",
        "panels": SITE_PANELS,
        "columns": SITE_COLUMNS,
        "rows": "04:45 06:45 07:00 08:15 08:30 08:45 09:15 11:15 11:30 12:15 12:30 12:45 13:00 15:30 17:15 17:45",
    },
    "sell-to-grid": {
        "plant": "aachen-sell-to-grid",
        "day": "2018-09-25",
        "title": "Selling to the grid, Tuesday 25 September 2018",
        "panels": [*SITE_PANELS, *PRICE_PANEL],
        "columns": [
            *PRICE_COLUMNS,
            ("PV", 1, column("pv_avail_kw")),
            ("load + vehicles", 1, demand),
            ("plan: PV charge", 1, column("planned_pv_charge_kw")),
            ("grid charge", 1, column("planned_grid_charge_kw")),
            ("self-supply", 1, column("planned_self_supply_kw")),
            ("sale 1", 1, column("planned_sale_surplus_kw")),
            ("sale 2", 1, column("planned_sale_arbitrage_kw")),
            ("done: battery", 1, column("ess_mv_kw")),
            ("POI", 1, column("poi_kw")),
            ("SoC %", 1, soc_pct),
        ],
        "rows": "00:15 00:30 00:45 04:00 05:00 05:45 07:30 08:45 09:45 10:00 10:30 10:45 11:30 13:15 14:00 15:00 15:45 16:00 17:15 18:00 18:15 18:30 19:45 20:15 20:45 21:00 23:00",
    },
    "peak-shaving": {
        "plant": "aachen-peak-shaving",
        "day": "2018-11-21",
        "title": "Peak shaving at 100 kW, Wednesday 21 November 2018",
        "panels": threshold(100.0),
        "columns": SITE_COLUMNS,
        "rows": "05:45 06:00 07:30 07:45 10:15 10:30 11:15 13:45 14:30 16:45 17:00 17:15 17:30 18:00 18:15 18:45 21:30 22:45 23:45",
    },
    "pv-smoothing": {
        "plant": "aachen-pv-smoothing",
        "day": "2023-05-16",
        "title": "PV smoothing at 1 % a minute, 16 May 2023",
        "panels": [
            ("kW", [("PV", PV, 2, "", column("pv_avail_kw")), ("POI", POI, 2, "", column("poi_kw"))], 190),
            ("kW", [("battery (discharge up)", BATTERY, 2, "", column("ess_mv_kw"))], 110),
            ("%", [*STORED, ("target", TEXT, 1, "1 3", constant(50.0))], 80),
        ],
        "columns": [SITE_COLUMNS[0], *SITE_COLUMNS[4:]],
        "rows": "08:15 08:30 08:45 09:00 09:15 09:30 10:00 10:15 10:30 12:45 13:00 13:15 13:30 14:00 16:30 17:00",
    },
    "optimal": {
        "plant": "aachen-optimal",
        "day": "2018-09-25",
        "title": "Optimal dispatch, Tuesday 25 September 2018",
        "panels": [*SITE_PANELS, *PRICE_PANEL],
        "columns": [*PRICE_COLUMNS, *SITE_COLUMNS],
        "rows": "00:00 00:45 01:45 04:00 05:00 07:30 08:30 08:45 10:00 11:00 11:15 11:45 12:00 13:15 14:15 14:45 16:00 17:15 18:15 20:45 21:45 22:00",
    },
}

WIDTH, LEFT, RIGHT, TOP, GAP, BOTTOM = 860, 56, 24, 34, 40, 34


def run(plant, folder):
    """The rows of a plant's year."""
    out = pathlib.Path(folder) / plant
    subprocess.run([PROGRAM, "run", plant, "--out", out, "--quiet"], check=True)
    with open(out / "timeseries.csv", newline="") as f:
        return list(csv.DictReader(f))


def spacing(span):
    """A round distance between grid lines: about four in the span."""
    for size in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if span / size <= 5:
            return size
    return 1000


def panel(rows, unit, lines, top, height):
    values = [v for _, _, _, _, of in lines for row in rows if (v := of(row)) is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    # The draw of inverters at night needs no space of its own.
    low = 0.0 if low > -0.01 * high else low
    size = spacing(high - low)
    low, high = size * (low // size), size * -(-high // size)
    width = WIDTH - LEFT - RIGHT

    def y(value):
        return round(top + height * (high - value) / (high - low), 1)

    def x(step):
        return round(LEFT + width * step / len(rows), 1)

    out = [f'<g stroke="{TEXT}" stroke-opacity="0.35">']
    texts = []
    level = low
    while level <= high:
        weight = 1.2 if level == 0 and low < 0 else 0.6
        out.append(f'<path d="M{LEFT} {y(level)}H{WIDTH - RIGHT}" stroke-width="{weight}"/>')
        texts.append(f'<text x="{LEFT - 6}" y="{y(level) + 4}" text-anchor="end">{level:g}</text>')
        level += size
    for hour in range(0, 25, 3):
        at = round(LEFT + width * hour / 24, 1)
        out.append(f'<path d="M{at} {top}V{top + height}" stroke-width="0.6"/>')
    out += ["</g>", *texts, f'<text x="{LEFT - 6}" y="{top - 8}" text-anchor="end">{unit}</text>']
    at = LEFT
    for name, color, weight, dash, of in lines:
        path, last = "", None
        for step, row in enumerate(rows):
            value = of(row)
            if value is None:
                last = None
                continue
            path += f"M{x(step)} {y(value)}" if last is None else (f"V{y(value)}" if value != last else "")
            path += f"H{x(step + 1)}"
            last = value
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        out.append(f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{weight}"{dashes}/>')
        if name:
            out.append(f'<path d="M{at} {top - 12}h22" stroke="{color}" stroke-width="{weight}"{dashes}/>')
            out.append(f'<text x="{at + 27}" y="{top - 8}">{name}</text>')
            at += 45 + 6.6 * len(name)
    return out


def drawing(day, rows):
    out, top = [], TOP + 24
    for unit, lines, height in day["panels"]:
        out += panel(rows, unit, lines, top, height)
        top += height + GAP
    foot = top - GAP + 16
    width = WIDTH - LEFT - RIGHT
    for hour in range(0, 25, 3):
        out.append(f'<text x="{round(LEFT + width * hour / 24, 1)}" y="{foot}" text-anchor="middle">{hour}:00</text>')
    height = foot + BOTTOM - 16
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="{TEXT}">\n'
        f"<title>{day['title']}</title>\n"
        f'<text x="{LEFT}" y="20" font-size="15">{day["title"]}</text>\n'
        f'<text x="{WIDTH - RIGHT}" y="20" text-anchor="end">standard time; means of 15 min</text>\n'
    )
    return head + "\n".join(out) + "\n</svg>\n"


def table(day, rows):
    by_time = {row["time"][11:16]: row for row in rows}
    names = ["time", *(name for name, _, _ in day["columns"]), "reason"]
    out = ["| " + " | ".join(names) + " |", "|---" + "|---:" * len(day["columns"]) + "|---|"]
    for time in day["rows"].split():
        row = by_time[time]
        cells = [f"{value(row):.{digits}f}" for _, digits, value in day["columns"]]
        # Less than half of the last digit is zero, whatever its sign.
        cells = [cell.lstrip("-") if float(cell) == 0.0 else cell for cell in cells]
        out.append("| " + " | ".join([time, *cells, f"`{row['reason']}`"]) + " |")
    return "\n".join(out)


def page_with(text, body):
    before, rest = text.split("<!-- day -->\n", 1)
    after = rest.split("<!-- /day -->", 1)[1]
    return f"{before}<!-- day -->\n{body}\n<!-- /day -->{after}"


def put(target, text, check):
    """Writes a file, or only compares it; whether it is the same now."""
    if not check:
        target.write_text(text)
    same = target.exists() and target.read_text() == text
    print(f"{'ok  ' if same else 'DIFF'} {target.name} {len(text)} bytes")
    return same


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    chosen = [a for a in arguments if a != "--check"] or list(DAYS)
    same = True
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            day = DAYS[name]
            rows = [row for row in run(day["plant"], folder) if row["time"].startswith(day["day"])]
            same &= put(HERE / f"{name}.svg", drawing(day, rows), check)
            page = PAGES / f"{name}.md"
            same &= put(page, page_with(page.read_text(), table(day, rows)), check)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
