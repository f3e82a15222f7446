"""Write an expected.csv next to the script that made it."""

from pathlib import Path

import numpy as np


def write_expected(script, inputs, outputs):
    """Write `inputs` then `outputs` (name -> column) with full float64 precision."""
    columns = {**inputs, **outputs}
    assert len(columns) == len(inputs) + len(outputs), "a name is both input and output"
    columns = {name: list(values) for name, values in columns.items()}
    (rows,) = {len(values) for values in columns.values()}
    lines = [",".join(columns)]
    for row in zip(*columns.values()):
        lines.append(",".join(cell(value) for value in row))
    path = Path(script).resolve().with_name("expected.csv")
    path.write_text("\n".join(lines) + "\n")
    print(f"{path.parent.name}: {rows} rows")


def cell(value):
    """Text of one value: text as it is, whole numbers plain, floats by repr."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return str(int(value))
    value = float(value)
    assert np.isfinite(value), value
    return repr(value)


def grid(**axes):
    """All combinations of the axes as flat float arrays, the last axis fastest."""
    flat = np.meshgrid(*[np.asarray(a, dtype=float) for a in axes.values()], indexing="ij")
    return {name: values.ravel() for name, values in zip(axes, flat)}


def stack(*parts):
    """Put tables (dicts of equally named columns) one under the other."""
    return {name: np.concatenate([np.atleast_1d(p[name]) for p in parts]) for name in parts[0]}


def keep(table, mask):
    """The rows of a table where the mask is true."""
    return {name: np.asarray(values)[mask] for name, values in table.items()}
