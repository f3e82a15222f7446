"""An independent model of plant and storage in plain Python, scalar, for the storage cases.

It reads a plant file with a PV series at the MV bus and walks it step by step: PV alone through the grid equipment, the
charge and discharge limits, the dispatch wish, the battery, then PV and storage together through the same equipment.
Inside: watts, watt-hours, fractions; power is positive towards the grid.
"""

import csv
import math
import tomllib
from datetime import datetime
from pathlib import Path

from table import write_expected


# --- equipment -------------------------------------------------------------------------------------------------------


class Transformer:
    """No-load loss, and a winding loss that goes with the square of the output."""

    def __init__(self, rating_va, no_load, full_load):
        self.l0 = no_load * rating_va
        self.k = full_load / rating_va

    def reverse(self, p_out):
        """Input that gives this output."""
        return p_out + self.l0 + self.k * p_out**2

    def forward(self, p_in):
        """Output of this input."""
        left = p_in - self.l0
        return 2 * left / (1 + math.sqrt(1 + 4 * self.k * left))


class Lossless:
    """An absent transformer."""

    l0 = 0.0

    def reverse(self, p_out):
        return p_out

    def forward(self, p_in):
        return p_in


class Line:
    """Loss 3*I^2*R with the current of the power at its input."""

    def __init__(self, ohm, voltage_v, power_factor):
        self.c = 3 * ohm / (math.sqrt(3) * voltage_v * power_factor) ** 2

    def forward(self, p_in):
        return p_in - self.c * p_in**2

    def reverse(self, p_out):
        return 2 * p_out / (1 + math.sqrt(1 - 4 * self.c * p_out))


class Grid:
    """Equipment from the MV bus to the POI, then availability."""

    def __init__(self, chain, availability_loss):
        self.chain = chain
        self.a = availability_loss

    def after_hv(self, p_4):
        """Node 4 to node 5."""
        for element in self.chain:
            p_4 = element.forward(p_4)
        return p_4

    def after_availability(self, p_5):
        """Node 5 to node 6; an outage sells less, it does not shrink the night draw."""
        return p_5 * (1 - self.a) if p_5 > 0 else p_5

    def mv_for(self, p_6):
        """Node 6 back to node 4."""
        p = p_6 / (1 - self.a) if p_6 > 0 else p_6
        for element in reversed(self.chain):
            p = element.reverse(p)
        return p


# --- limits at the battery's DC terminals ----------------------------------------------------------------------------


def charge_limit(ess, start, cap):
    """From a power at the MV bus to the battery."""
    return max(min(cap, ess.transformer.forward(start)) * ess.eta, 0.0)


def documented_charge(ess, strategy, pv_mv, hv_loss, pv_poi, limit, fraction):
    """Charge limit by the documented calculation."""
    cap = ess.rated * (fraction if strategy == "custom" else 1.0)
    if pv_mv <= 0:
        return charge_limit(ess, 0.0, cap)
    if strategy == "lgia_excess":
        excess = max(pv_poi - limit, 0.0)
        return charge_limit(ess, excess + hv_loss * excess / pv_mv, cap)
    return charge_limit(ess, pv_mv, cap)


def documented_discharge(ess, grid, strategy, pv_poi, limit, fraction):
    """Discharge limit by the documented calculation."""
    if strategy == "custom":
        return fraction * ess.rated / ess.eta
    headroom = max(limit - pv_poi, 0.0)
    p_3_rated = ess.transformer.forward(ess.rated)
    loss = p_3_rated - grid.after_hv(p_3_rated)
    start = min(headroom, p_3_rated - loss)
    return ess.transformer.reverse(start + loss) / ess.eta


def exact_limits(ess, grid, pv_mv, limit, load):
    """Charge and discharge limits that land the second walk on the limit."""
    p_4 = grid.mv_for(limit + load)
    charge = charge_limit(ess, max(pv_mv - p_4, 0.0), ess.rated)
    p_3 = p_4 - pv_mv
    p_2 = ess.transformer.reverse(p_3) if p_3 > ess.transformer.forward(0.0) else 0.0
    return charge, min(p_2, ess.rated) / ess.eta


# --- dispatch and battery --------------------------------------------------------------------------------------------


def wish(strategy, pv_poi, limit, charge_w, target_hour, command):
    """What the strategy asks for: idle, charge or discharge."""
    if strategy == "custom":
        return command
    if strategy == "lgia_excess":
        return "charge" if pv_poi > limit else "discharge" if target_hour else "idle"
    if strategy == "energy_available":
        return "discharge" if target_hour else "charge" if charge_w > 0 else "idle"
    raise ValueError(strategy)


class Battery:
    """Stored energy, discharged energy and age."""

    def __init__(self, s):
        self.nameplate = s["nameplate_mwh"] * 1e6
        self.usable = self.nameplate * s["usable_factor"]
        self.eta0 = s["roundtrip_efficiency_pct"] / 100
        self.capacity_per_cycle = s["capacity_fade_pct_per_cycle"] / 100
        self.capacity_per_year = s["capacity_fade_pct_per_year"] / 100
        self.efficiency_per_cycle = s["efficiency_fade_pct_per_cycle"] / 100
        self.efficiency_per_year = s["efficiency_fade_pct_per_year"] / 100
        self.min_soc = s.get("min_soc_pct", 0.0) / 100
        self.energy = self.usable * s.get("initial_soc_pct", 100.0) / 100
        self.discharged = 0.0
        self.elapsed_h = 0.0

    def step(self, command, power, hours):
        """Advance one step; returns charge power, discharge power, capacity and efficiency used."""
        cycles, years = self.discharged / self.nameplate, self.elapsed_h / 8760
        capacity = self.usable * max(0.0, 1 - self.capacity_per_cycle * cycles - self.capacity_per_year * years)
        eta = self.eta0 * max(0.0, 1 - self.efficiency_per_cycle * cycles - self.efficiency_per_year * years)
        base = min(self.energy, capacity)
        charge = discharge = 0.0
        if command == "discharge":
            moved = max(min(power * hours, base - self.min_soc * capacity), 0.0)
            self.energy = base - moved
            self.discharged += moved
            discharge = moved / hours
        elif command == "charge":
            moved = max(min(power * hours * eta, capacity - base), 0.0)
            self.energy = base + moved
            charge = moved / (hours * eta)
        else:
            self.energy = base
        self.elapsed_h += hours
        return charge, discharge, capacity, eta


class Ess:
    """The way between battery and MV bus."""

    def __init__(self, s):
        self.rated = s["inverter"]["rated_mw"] * 1e6
        self.eta = s["inverter"]["efficiency_pct"] / 100
        self.transformer = transformer(s["transformer"]) if "transformer" in s else Lossless()
        self.idle_w = s.get("auxiliary_idle_kw", 0.0) * 1e3
        self.active_w = s.get("auxiliary_active_kw", 0.0) * 1e3

    def to_grid(self, charge, discharge):
        """Battery power to node 2 and node 3."""
        if discharge > 0:
            p_2 = discharge * self.eta
            return p_2, self.transformer.forward(p_2) - self.active_w
        if charge > 0:
            p_2 = charge / self.eta
            return -p_2, -self.transformer.reverse(p_2) - self.active_w
        return 0.0, -self.transformer.l0 - self.idle_w


# --- reading ---------------------------------------------------------------------------------------------------------


def transformer(t):
    """From the keys of a plant file."""
    return Transformer(t["rating_mva"] * 1e6, t["no_load_pct"] / 100, t["full_load_pct"] / 100)


def equipment(e):
    """One element of the chain."""
    if e["kind"] == "transformer":
        return transformer(e)
    ohm = e["resistance_ohm_per_km"] * e["length_km"] / e.get("conductors_per_phase", 1)
    return Line(ohm, e["voltage_kv"] * 1e3, e["power_factor"])


def read_csv(path):
    """Rows of a CSV file as dicts of text."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# --- the run ---------------------------------------------------------------------------------------------------------


def run(folder):
    """Time stamps and one dict of columns [kW, kWh] per step."""
    plan = tomllib.loads((folder / "plant.toml").read_text())
    grid = Grid([equipment(e) for e in plan["plant"]["equipment"]], plan["plant"]["availability_loss_pct"] / 100)
    ess, battery = Ess(plan["storage"]), Battery(plan["storage"])
    dispatch = plan["storage"]["dispatch"]
    strategy = dispatch["strategy"]
    limit = plan["plant"]["export_limit"]["kw"] * 1e3

    pv = read_csv(folder / plan["pv"]["file"])
    times = [row["time"] for row in pv]
    starts = [datetime.fromisoformat(t) for t in times]
    hours = (starts[1] - starts[0]).total_seconds() / 3600
    load = [0.0] * len(pv)
    if "load" in plan:
        load = [float(row[plan["load"]["column"]]) * 1e3 for row in read_csv(folder / plan["load"]["file"])]
    commands, fractions = [None] * len(pv), [None] * len(pv)
    if strategy == "custom":
        rows = read_csv(folder / dispatch["file"])
        commands = [row[dispatch["command_column"]] for row in rows]
        fractions = [float(row[dispatch["fraction_column"]]) for row in rows]

    out = []
    for step, start in enumerate(starts):
        pv_mv = float(pv[step][plan["pv"]["column"]]) * 1e3
        pv_hv = grid.after_hv(pv_mv)
        pv_avail = grid.after_availability(pv_hv)
        pv_poi = pv_avail - load[step]

        if dispatch["limits"] == "exact":
            assert strategy == "lgia_excess"
            charge_w, discharge_w = exact_limits(ess, grid, pv_mv, limit, load[step])
        else:
            charge_w = documented_charge(ess, strategy, pv_mv, pv_mv - pv_hv, pv_poi, limit, fractions[step])
            discharge_w = documented_discharge(ess, grid, strategy, pv_poi, limit, fractions[step])

        target_hour = start.hour in dispatch.get("discharge_hours", [])
        command = wish(strategy, pv_poi, limit, charge_w, target_hour, commands[step])
        power = {"charge": charge_w, "discharge": discharge_w, "idle": 0.0}[command]
        charge, discharge, capacity, eta = battery.step(command, power, hours)
        ess_ac, ess_mv = ess.to_grid(charge, discharge)

        combined = pv_mv + ess_mv
        after_hv = grid.after_hv(combined)
        before_limit = grid.after_availability(after_hv)
        curtailed = max(before_limit - load[step] - limit, 0.0)
        poi = before_limit - curtailed - load[step]
        row = {
            "pv_mv": pv_mv,
            "hv_loss": pv_mv - pv_hv,
            "combined_hv_loss": combined - after_hv,
            "pv_avail": pv_avail,
            "pv_only_poi": min(pv_poi, limit),
            "load": load[step],
            "charge_limit": charge_w,
            "discharge_limit": discharge_w,
            "charge_dc": charge,
            "discharge_dc": discharge,
            "soc": battery.energy,
            "capacity": capacity,
            "ess_ac": ess_ac,
            "ess_mv": ess_mv,
            "combined_mv": combined,
            "before_limit": before_limit,
            "curtailed": curtailed,
            "poi": poi,
            "export": max(poi, 0.0),
            "import": max(-poi, 0.0),
        }
        energies = ("soc", "capacity")
        row = {name + ("_kwh" if name in energies else "_kw"): value / 1e3 for name, value in row.items()}
        out.append({**row, "roundtrip_efficiency": eta, "wish": command})
    return times, out


def write_case(script):
    """Run the case in the script's folder, write its expected.csv, return the rows for the case's own checks."""
    worked_example()
    times, rows = run(Path(script).resolve().parent)
    outputs = {name: [row[name] for row in rows] for name in rows[0] if name != "wish"}
    write_expected(script, {"time": times}, outputs)
    return rows


# --- a plant worked out by hand, kept as a check of this file --------------------------------------------------------


def worked_example():
    """150 MVA transformer, availability 1 %, limit 100 MW, 25 MW storage at 98 % behind 30 MVA."""
    grid = Grid([Transformer(150e6, 0.001, 0.005)], 0.01)
    ess = Ess({
        "inverter": {"rated_mw": 25.0, "efficiency_pct": 98.0},
        "transformer": {"rating_mva": 30.0, "no_load_pct": 0.1, "full_load_pct": 0.6},
    })
    limit = 100e6

    def same(value, printed):
        assert f"{value:.6f}" == printed, (value, printed)

    pv_mv = 120e6
    pv_hv = grid.after_hv(pv_mv)
    pv_avail = grid.after_availability(pv_hv)
    same(pv_hv, "119374987.081973")
    same(pv_avail, "118181237.211153")
    excess = pv_avail - limit
    same(excess, "18181237.211153")
    start = excess + (pv_mv - pv_hv) * excess / pv_mv
    same(start, "18275933.112175")
    same(ess.transformer.forward(start), "18179831.854921")
    charge = documented_charge(ess, "lgia_excess", pv_mv, pv_mv - pv_hv, pv_avail, limit, None)
    same(charge, "17816235.217822")
    combined = pv_mv + ess.to_grid(charge, 0.0)[1]
    same(combined, "101724066.887825")
    same(grid.after_hv(combined), "101232466.478845")
    same(grid.after_availability(grid.after_hv(combined)), "100220141.814057")

    # Night: no PV, the hardware binds. Node 3 and the POI as in the printed table: storage alone at node 4.
    night = documented_discharge(ess, grid, "lgia_excess", grid.after_availability(grid.after_hv(0.0)), limit, None)
    same(night, "25510204.081633")
    p_3 = ess.to_grid(0.0, night)[1]
    same(p_3, "24846529.989496")
    same(grid.after_hv(p_3), "24676232.774032")
    same(grid.after_availability(grid.after_hv(p_3)), "24429470.446292")

    pv_mv = 90e6
    pv_avail = grid.after_availability(grid.after_hv(pv_mv))
    same(limit - pv_avail, "11313325.797344")
    discharge = documented_discharge(ess, grid, "lgia_excess", pv_avail, limit, None)
    same(discharge * ess.eta, "11539997.732308")
    same(discharge, "11775507.890111")
    combined = pv_mv + ess.to_grid(0.0, discharge)[1]
    same(grid.after_availability(grid.after_hv(combined)), "99983696.226749")


if __name__ == "__main__":
    worked_example()
    print("worked example: every printed digit")
