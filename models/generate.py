#!/usr/bin/env python3
"""Write modules/*.toml and inverters/*.toml from the CEC tables.

    python generate.py            # downloads the two pinned packages with pip
    python generate.py DIR        # uses packages already downloaded to DIR
    python generate.py --check      # compare with the files here, write nothing

The tables are libraries of SAM (System Advisor Model, BSD-3-Clause), which
compiles them from the equipment lists of the California Energy Commission.
Numbers are copied as text from the tables, never typed here. What is typed
here: table keys, file names, and the split of a key into maker and model.
Only the Python standard library is used.
"""

import csv
import decimal
import hashlib
import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
D = decimal.Decimal

# package file -> (pip arguments, sha256 of the package)
PACKAGES = {
    "pvlib-0.16.1.tar.gz": (
        ["pvlib==0.16.1", "--no-binary", ":all:"],
        "58c435f93be516bcedf53dc3a49b2079e9e00af373f5c052cb7cf8d2b973ce62",
    ),
    "bifacial_radiance-0.5.4-py2.py3-none-any.whl": (
        ["bifacial_radiance==0.5.4", "--only-binary", ":all:"],
        "77d26136b229f37e4e139d1c93858184593d3f0068cf36e8949b9ae5d2d9f2ce",
    ),
}

# table -> (package, path inside, how the table is named in the TOML)
TABLES = {
    "modules-2019": (
        "pvlib-0.16.1.tar.gz",
        "pvlib-0.16.1/pvlib/data/sam-library-cec-modules-2019-03-05.csv",
        "SAM CEC module library 2019-03-05, from pvlib 0.16.1",
    ),
    "modules-2023": (
        "bifacial_radiance-0.5.4-py2.py3-none-any.whl",
        "bifacial_radiance/data/CEC Modules.csv",
        "SAM CEC module library 2023.10.31, from bifacial_radiance 0.5.4",
    ),
    "inverters-2019": (
        "pvlib-0.16.1.tar.gz",
        "pvlib-0.16.1/pvlib/data/sam-library-cec-inverters-2019-03-05.csv",
        "SAM CEC inverter library 2019-03-05, from pvlib 0.16.1",
    ),
}

# file name, table, table key, maker, model, watts in the name, note
MODULES = [
    ("cs6x-310p", "modules-2019", "Canadian Solar Inc. CS6X-310P",
     "Canadian Solar", "CS6X-310P", 310,
     "The table gives a negative alpha_sc and a large negative adjust. The power coefficient is\n"
     "right, those of current and voltage are not: do not use this entry to size strings for cold."),
    ("cs6p-260p", "modules-2023", "CSI Solar Co. Ltd. CS6P-260P",
     "Canadian Solar", "CS6P-260P", 260, None),
    ("q-peak-duo-blk-ml-g10-400", "modules-2023", "Hanwha Q CELLS Q.PEAK DUO BLK ML-G10+ 400",
     "Hanwha Q CELLS", "Q.PEAK DUO BLK ML-G10+ 400", 400, None),
    ("cs3u-400ms", "modules-2023", "CSI Solar Co. Ltd. CS3U-400MS",
     "Canadian Solar", "CS3U-400MS", 400, None),
    ("rec450aa-72", "modules-2023", "REC Solar REC450AA 72",
     "REC Solar", "REC450AA 72", 450, None),
    ("lr5-72hbd-540m", "modules-2023", "LONGi Green Energy Technology Co. Ltd. LR5-72HBD-540M",
     "LONGi", "LR5-72HBD-540M", 540, None),
    ("cs6w-550mb-ag", "modules-2023", "CSI Solar Co. Ltd. CS6W-550MB-AG",
     "Canadian Solar", "CS6W-550MB-AG", 550, None),
    ("jam72s30-550-mr", "modules-2023", "JA Solar JAM72S30-550/MR",
     "JA Solar", "JAM72S30-550/MR", 550, None),
    ("tsm-670deg21c-20", "modules-2023", "Trina Solar TSM-670DEG21C.20",
     "Trina Solar", "TSM-670DEG21C.20", 670, None),
    ("cs7n-700tb-ag", "modules-2023", "CSI Solar Co. Ltd. CS7N-700TB-AG",
     "Canadian Solar", "CS7N-700TB-AG", 700, None),
    ("fs-6450a", "modules-2023", "First Solar Inc. FS-6450A",
     "First Solar", "FS-6450A", 450, None),
    ("fs-7540a-tr1", "modules-2023", "First Solar Inc. FS-7540A-TR1",
     "First Solar", "FS-7540A-TR1", 540, None),
]

# file name, table, table key, maker, model
INVERTERS = [
    ("enphase-s280-60-ll", "inverters-2019",
     "Enphase Energy Inc : S280-60-LL-x [240V]", "Enphase", "S280-60-LL-x"),
    ("sma-sb5-0-1sp-us-40", "inverters-2019",
     "SMA America: SB5.0-1SP-US-40 [240V]", "SMA", "SB5.0-1SP-US-40"),
    ("fronius-symo-24-0-3-480", "inverters-2019",
     "Fronius USA: Fronius Symo 24.0-3 480 [480V]", "Fronius", "Symo 24.0-3 480"),
    ("cps-sca60ktl-do-us-480", "inverters-2019",
     "Chint Power Systems America: CPS SCA60KTL-DO/US-480 [480V]",
     "Chint Power Systems", "CPS SCA60KTL-DO/US-480"),
    ("huawei-sun2000-100ktl-ush0", "inverters-2019",
     "Huawei Technologies Co - Ltd : SUN2000-100KTL-USH0 [800V]",
     "Huawei", "SUN2000-100KTL-USH0"),
    ("sungrow-sg125hv", "inverters-2019",
     "Sungrow Power Supply Co - Ltd : SG125HV [600V]", "Sungrow", "SG125HV"),
    ("solectria-sgi-500xtm", "inverters-2019",
     "Yaskawa Solectria Solar: SGI 500XTM [380V]", "Yaskawa Solectria", "SGI 500XTM"),
    ("sma-sc-2200-us", "inverters-2019",
     "SMA America: SC-2200-US [385V]", "SMA", "SC-2200-US"),
    ("sungrow-sg2500u", "inverters-2019",
     "Sungrow Power Supply Co - Ltd : SG2500U [550V]", "Sungrow", "SG2500U"),
    ("sma-sc-2750-ev-us", "inverters-2019",
     "SMA America: SC 2750-EV-US [600V]", "SMA", "SC 2750-EV-US"),
    ("pe-fs3000cu15", "inverters-2019",
     "Power Electronics: FS3000CU15 [690V]", "Power Electronics", "FS3000CU15"),
    ("tmeic-pvh-l3200gr", "inverters-2019",
     "TMEIC: PVH-L3200GR [600V]", "TMEIC", "PVH-L3200GR"),
]

# TOML key, table column
MODULE_NUMBERS = [
    ("area_m2", "A_c"), ("cells_in_series", "N_s"),
    ("i_sc_ref_a", "I_sc_ref"), ("v_oc_ref_v", "V_oc_ref"),
    ("i_mp_ref_a", "I_mp_ref"), ("v_mp_ref_v", "V_mp_ref"),
    ("alpha_sc_a_per_c", "alpha_sc"), ("beta_oc_v_per_c", "beta_oc"),
    ("gamma_pmp_pct_per_c", "gamma_r"),
    ("a_ref_v", "a_ref"), ("i_l_ref_a", "I_L_ref"), ("i_o_ref_a", "I_o_ref"),
    ("r_s_ohm", "R_s"), ("r_sh_ref_ohm", "R_sh_ref"), ("adjust_pct", "Adjust"),
    ("noct_c", "T_NOCT"),
]
INVERTER_NUMBERS = [
    ("ac_power_max_w", "Paco"), ("dc_power_max_w", "Pdco"),
    ("dc_voltage_nominal_v", "Vdco"), ("dc_power_startup_w", "Pso"),
    ("c0_per_w", "C0"), ("c1_per_v", "C1"), ("c2_per_v", "C2"), ("c3_per_v", "C3"),
    ("night_tare_w", "Pnt"),
    ("dc_voltage_max_v", "Vdcmax"), ("mppt_low_v", "Mppt_low"), ("mppt_high_v", "Mppt_high"),
    ("ac_voltage_v", "Vac"),
]


def number(text):
    """The table's digits as a TOML float."""
    float(text)
    text = text.strip().lower().removeprefix("+")
    mantissa, _, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + ("e" + exponent if exponent else "")


def toml_lines(pairs):
    out = []
    for key, value in pairs:
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, str) and key in STRINGS:
            value = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        out.append(f"{key} = {value}")
    return out


STRINGS = {"manufacturer", "model", "technology", "source", "dc_model", "ac_model"}


def module(row, table, key, maker, name, watts, note):
    power = D(row["I_mp_ref"]) * D(row["V_mp_ref"])
    f = {k: float(row[c]) for k, c in MODULE_NUMBERS}
    problems = []
    if abs(float(power) / watts - 1) > 0.02:
        problems.append(f"I_mp*V_mp is {power} W, name says {watts} W")
    if abs(float(power) - float(row["STC"])) > 0.01 * watts:
        problems.append(f"I_mp*V_mp is {power} W, STC column {row['STC']} W")
    if not f["v_mp_ref_v"] < f["v_oc_ref_v"] or not f["i_mp_ref_a"] < f["i_sc_ref_a"]:
        problems.append("maximum power point outside the curve")
    per_cell = f["v_oc_ref_v"] / f["cells_in_series"]
    if not 0.55 < per_cell < (0.95 if row["Technology"] in ("CdTe", "CIGS", "Thin Film") else 0.76):
        problems.append(f"open-circuit voltage per cell {per_cell:.3f} V: wrong N_s")
    if not 0.10 < float(power) / 1000 / f["area_m2"] < 0.245:
        problems.append("efficiency out of range: wrong area")
    if f["alpha_sc_a_per_c"] <= 0 and not note:
        problems.append("negative alpha_sc")
    if not f["beta_oc_v_per_c"] < 0 or not -0.6 < f["gamma_pmp_pct_per_c"] < -0.15:
        problems.append("odd temperature coefficient")
    if problems:
        sys.exit(f"{key}: " + "; ".join(problems))
    head = [
        f"# {TABLES[table][2]}.",
        f"# Table key: {key}",
        f"# power_stc_w is I_mp_ref * V_mp_ref; the table's STC column says {row['STC']} W.",
        "# The table has no bifaciality factor.",
    ]
    if note:
        head += ["# " + line for line in note.splitlines()]
    pairs = [
        ("manufacturer", maker), ("model", name), ("technology", row["Technology"]),
        ("source", f"{TABLES[table][2]}; {key}"),
        ("dc_model", "cec"),
        ("power_stc_w", number(str(power.normalize() if power != power.to_integral() else power))),
    ]
    for k, c in MODULE_NUMBERS:
        pairs.append((k, str(int(row[c])) if k == "cells_in_series" else number(row[c])))
    pairs.append(("bifacial", row["Bifacial"].strip() == "1"))
    return "\n".join(head + [""] + toml_lines(pairs)) + "\n"


def sandia(f, p_dc, v_dc):
    a = f["dc_power_max_w"] * (1 + f["c1_per_v"] * (v_dc - f["dc_voltage_nominal_v"]))
    b = f["dc_power_startup_w"] * (1 + f["c2_per_v"] * (v_dc - f["dc_voltage_nominal_v"]))
    c = f["c0_per_w"] * (1 + f["c3_per_v"] * (v_dc - f["dc_voltage_nominal_v"]))
    return (f["ac_power_max_w"] / (a - b) - c * (a - b)) * (p_dc - b) + c * (p_dc - b) ** 2


def inverter(row, table, key, maker, name):
    f = {k: float(row[c]) for k, c in INVERTER_NUMBERS}
    problems = []
    if not 0.9 < f["ac_power_max_w"] / f["dc_power_max_w"] < 0.995:
        problems.append("odd full-load efficiency")
    if not f["mppt_low_v"] < f["dc_voltage_nominal_v"] < f["mppt_high_v"] <= f["dc_voltage_max_v"]:
        problems.append("odd voltages")
    if f["ac_voltage_v"] <= 0:
        problems.append("no AC voltage")
    if not 0 < f["dc_power_startup_w"] < 0.02 * f["dc_power_max_w"] or f["night_tare_w"] < 0:
        problems.append("odd start-up power or night tare")
    for v in (f["mppt_low_v"], f["dc_voltage_nominal_v"], f["mppt_high_v"]):
        for share in (0.1, 0.2, 0.3, 0.5, 0.75, 1.0):
            eta = sandia(f, share * f["dc_power_max_w"], v) / (share * f["dc_power_max_w"])
            if not 0.85 < eta < 0.995:
                problems.append(f"efficiency {eta:.4f} at {v} V and {share} load")
    if problems:
        sys.exit(f"{key}: " + "; ".join(problems))
    head = [f"# {TABLES[table][2]}.", f"# Table key: {key}"]
    if f["dc_voltage_max_v"] == f["mppt_high_v"]:
        head.append("# The table sets Vdcmax to the upper MPPT voltage: the real input limit may be higher.")
    if abs(f["night_tare_w"] / f["ac_power_max_w"] - 0.0003) < 1e-6:
        head.append("# night_tare_w is the table's default of 0.03 % of the AC power, not a measurement.")
    pairs = [("manufacturer", maker), ("model", name), ("source", f"{TABLES[table][2]}; {key}"),
             ("ac_model", "sandia")]
    pairs += [(k, number(row[c])) for k, c in INVERTER_NUMBERS]
    return "\n".join(head + [""] + toml_lines(pairs)) + "\n"


def member(package, path):
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            return archive.read(path)
    with tarfile.open(package) as archive:
        return archive.extractfile(path).read()


def read_table(raw):
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    found = {}
    for row in rows[2:]:                      # two header rows: units, SAM names
        found.setdefault(row["Name"], row)
    return found


def main(args):
    check = "--check" in args
    dirs = [a for a in args if a != "--check"]
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(dirs[0] if dirs else tmp)
        for name, (pip_args, digest) in PACKAGES.items():
            if not dirs:
                subprocess.run(
                    [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                     "--dest", str(folder), *pip_args],
                    check=True,
                )
            got = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if got != digest:
                sys.exit(f"{name}: sha256 is {got}, expected {digest}")
        tables = {n: read_table(member(folder / p, path)) for n, (p, path, _) in TABLES.items()}
    files = {}
    for name, table, key, *rest in MODULES:
        files[f"modules/{name}.toml"] = module(tables[table][key], table, key, *rest)
    for name, table, key, *rest in INVERTERS:
        files[f"inverters/{name}.toml"] = inverter(tables[table][key], table, key, *rest)
    failed = False
    for name, text in files.items():
        target = HERE / name
        if check:
            same = target.exists() and target.read_text() == text
            failed |= not same
            print("ok  " if same else "DIFF", name)
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text)
            print("wrote", name)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
