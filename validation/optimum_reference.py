"""The optimum of a site by HiGHS, for the optimum cases: a linear program, or a mixed-integer one.

Written from the equations of a site and in its own form: net import is one free variable and the bill is what lies
above two lines through zero, where pvess has import and export apart. With `exact` whole numbers decide between import and
export, and between charge and discharge, wherever prices would pay for both at once; so any prices are right.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, vstack

from table import write_expected

# What the sites have in common: a battery of 50 kW and 200 kWh that may charge from the grid, limits that do not bind,
# no demand charge. Each case says what is different.
SITE = {
    "step_h": 1.0,
    "import_limit_kw": 1000.0,
    "export_limit_kw": 1000.0,
    "charge_kw": 50.0,
    "discharge_kw": 50.0,
    "eta_charge": 0.95,
    "eta_discharge": 0.94,
    "floor_kwh": 20.0,
    "full_kwh": 200.0,
    "start_kwh": 100.0,
    "wear_per_kwh": 0.01,
    "shed_per_kwh": 5.0,
    "end_kwh": 100.0,
    "short_per_kwh": 5.0,
    "grid_charging": 1,
    "demand_charge_per_kw": 0.0,
    "interval_steps": 1,
}


def made_up(seed, days, per_hour, pv_kw, load_kw):
    """PV, demand, and a spot price of a made-up site, rounded; hours of the day and days beside them."""
    rng = np.random.default_rng(seed)
    steps = days * 24 * per_hour
    hour = (np.arange(steps) + 0.5) / per_hour % 24
    day = np.arange(steps) // (24 * per_hour)
    cloud = rng.uniform(0.2, 1.0, days)[day] * rng.uniform(0.7, 1.0, steps)
    sun = np.clip(np.sin(np.pi * (hour - 5.5) / 13), 0, None) ** 1.3 * cloud
    peaks = 0.6 * np.exp(-(((hour - 8) / 2) ** 2)) + np.exp(-(((hour - 18.5) / 2.5) ** 2))
    demand = load_kw * (0.2 + 0.8 * peaks * rng.uniform(0.6, 1.2, steps))
    spot = 0.09 + 0.06 * peaks + rng.normal(0, 0.015, steps) - 0.11 * sun
    return hour, day, np.round(pv_kw * sun, 3), np.round(demand, 3), np.round(spot, 4)


class Rows:
    """Rows of a sparse matrix with their two sides."""

    def __init__(self):
        self.i, self.j, self.v, self.low, self.high = [], [], [], [], []

    def add(self, columns, factors, low, high):
        """One row."""
        self.i += [len(self.low)] * len(columns)
        self.j += columns
        self.v += factors
        self.low.append(low)
        self.high.append(high)

    def matrix(self, columns):
        """All rows."""
        return coo_array((self.v, (self.i, self.j)), shape=(len(self.low), columns)).tocsr()


def program(series, p, exact):
    """Costs, bounds, rows and whole-number marks of a site's program."""
    n = len(series["pv_kw"])
    h = p["step_h"]
    pv, demand, buy, sell = (series[name] for name in ("pv_kw", "demand_kw", "buy_per_kwh", "sell_per_kwh"))
    names = ["bill", "net", "charge", "discharge", "curtailed", "shed", "stored", "importing", "charging"]
    at = {name: k * n + np.arange(n) for k, name in enumerate(names)}
    months = series.get("billing_month", np.zeros(n)).astype(int)
    peak = len(names) * n + np.arange(months.max() + 1)
    short = peak[-1] + 1
    low, high = np.zeros(short + 1), np.full(short + 1, np.inf)
    surplus = np.full(n, np.inf) if p["grid_charging"] else np.clip(pv - demand, 0, None)
    low[at["bill"]] = -np.inf
    low[at["net"]], high[at["net"]] = -p["export_limit_kw"], p["import_limit_kw"]
    high[at["charge"]], high[at["discharge"]] = np.minimum(p["charge_kw"], surplus), p["discharge_kw"]
    high[at["curtailed"]], high[at["shed"]] = pv, demand
    low[at["stored"]], high[at["stored"]] = p["floor_kwh"], p["full_kwh"]
    high[at["importing"]] = high[at["charging"]] = 1 if exact else 0
    cost = np.zeros(short + 1)
    cost[at["bill"]] = 1
    cost[at["discharge"]] = p["wear_per_kwh"] * h
    cost[at["shed"]] = p["shed_per_kwh"] * h
    cost[peak] = p["demand_charge_per_kw"]
    cost[short] = p["short_per_kwh"]
    rows = Rows()
    for t in range(n):
        v = {name: int(index[t]) for name, index in at.items()}
        rows.add(
            [v["net"], v["shed"], v["curtailed"], v["charge"], v["discharge"]],
            [1, 1, -1, -1, 1],
            demand[t] - pv[t],
            demand[t] - pv[t],
        )
        before = ([int(at["stored"][t - 1])], [-1]) if t else ([], [])
        start = 0 if t else p["start_kwh"]
        rows.add(
            [v["stored"], v["charge"], v["discharge"], *before[0]],
            [1, -p["eta_charge"] * h, h / p["eta_discharge"], *before[1]],
            start,
            start,
        )
        if exact and buy[t] < 0:
            charge_or_discharge(rows, v, p)
        if exact and sell[t] > buy[t]:
            import_or_export(rows, v, (buy[t] * h, sell[t] * h), pv[t] + p["discharge_kw"], demand[t] + p["charge_kw"])
        else:
            rows.add([v["bill"], v["net"]], [1, -buy[t] * h], 0, np.inf)
            rows.add([v["bill"], v["net"]], [1, -sell[t] * h], 0, np.inf)
    every = int(p["interval_steps"])
    for start in range(0, n, every):
        steps = list(range(start, min(start + every, n)))
        # Mean import of an interval; the cases with a demand charge never export.
        columns = [int(at["net"][t]) for t in steps] + [int(peak[months[start]])]
        if p["demand_charge_per_kw"] > 0:
            rows.add(columns, [1 / len(steps)] * len(steps) + [-1], -np.inf, 0)
    rows.add([int(at["stored"][-1]), int(short)], [1, 1], p["end_kwh"], np.inf)
    whole = np.zeros(short + 1)
    whole[at["importing"]] = whole[at["charging"]] = 1
    return cost, low, high, rows, whole


def import_or_export(rows, v, prices, export_kw, import_kw):
    """Import at its price or export at its own: bill = buy·net with net ≥ 0, or bill = sell·net with net ≤ 0."""
    apart = prices[1] - prices[0]
    rows.add([v["net"], v["importing"]], [1, -import_kw], -np.inf, 0)
    rows.add([v["net"], v["importing"]], [1, -export_kw], -export_kw, np.inf)
    rows.add([v["bill"], v["net"], v["importing"]], [1, -prices[0], -apart * export_kw], -apart * export_kw, np.inf)
    rows.add([v["bill"], v["net"], v["importing"]], [1, -prices[1], apart * import_kw], 0, np.inf)


def charge_or_discharge(rows, v, p):
    """Charge or discharge, not both."""
    rows.add([v["charge"], v["charging"]], [1, -p["charge_kw"]], -np.inf, 0)
    rows.add([v["discharge"], v["charging"]], [1, p["discharge_kw"]], -np.inf, p["discharge_kw"])


def optimum(series, p, exact=False):
    """Least cost of a site and the variables that have it."""
    cost, low, high, rows, whole = program(series, p, exact)
    matrix, lower, upper = rows.matrix(len(cost)), np.array(rows.low), np.array(rows.high)
    if exact:
        found = milp(
            cost,
            integrality=whole,
            bounds=Bounds(low, high),
            constraints=LinearConstraint(matrix, lower, upper),
            options={"mip_rel_gap": 1e-5},
        )
    else:
        same = lower == upper
        above, below = np.isfinite(lower) & ~same, np.isfinite(upper) & ~same
        found = linprog(
            cost,
            A_ub=vstack([matrix[below], -matrix[above]]),
            b_ub=np.concatenate([upper[below], -lower[above]]),
            A_eq=matrix[same],
            b_eq=lower[same],
            bounds=np.column_stack([low, high]),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
    assert found.status == 0, found.message
    return found.fun, found.x


def write_case(script, series, p, output, exact=False):
    """Solve a site and write its expected.csv, and its parameters as case.toml has them."""
    best, x = optimum(series, p, exact)
    n = len(series["pv_kw"])
    net, shed = x[n : 2 * n], x[5 * n : 6 * n]
    moved = x[3 * n : 4 * n].sum() * p["step_h"]
    print(f"{output} {best!r}, import to {net.max():.3f}, export to {-net.min():.3f}, shed {shed.sum():.3f}, discharged {moved:.1f}")
    for name, value in p.items():
        print(f"{name} = {value}")
    write_expected(script, series, {output: np.full(n, best)})
    return net, shed
