//! What values weather can have; all that is wrong is noted, column by column.

use super::super::faults::{Faults, counted};
use super::raw::{Column, PerQuantity, QUANTITIES, Quantity};

/// What a quantity may be.
struct Limits {
    low: f64,
    high: f64,
    unit: &'static str,
    /// What a value beyond the limits is likely to be.
    hint: &'static str,
}

/// Nights of measured irradiance dip a little below zero, by the pyranometer's own radiation to the sky.
const NIGHT_OFFSET_W_M2: f64 = -5.0;

impl Quantity {
    fn limits(self) -> Limits {
        let limits = |low, high, unit, hint| Limits { low, high, unit, hint };
        match self {
            Self::Ghi | Self::Dhi => limits(NIGHT_OFFSET_W_M2, 1600.0, " W/m²", ""),
            Self::Dni => limits(NIGHT_OFFSET_W_M2, 1415.0, " W/m²", ", and the sun outside the air gives no more"),
            Self::TempAir => limits(-90.0, 70.0, " °C", "; is it in kelvin or °F?"),
            Self::WindSpeed => limits(0.0, 100.0, " m/s", ""),
            Self::Pressure => limits(30_000.0, 115_000.0, " Pa", "; is it in mbar?"),
            Self::Albedo => limits(0.0, 1.0, "", "; is it in %?"),
        }
    }

    /// Whether a run can do without it.
    pub(super) fn is_extra(self) -> bool {
        matches!(self, Self::Pressure | Self::Albedo)
    }

    fn is_irradiance(self) -> bool {
        matches!(self, Self::Ghi | Self::Dni | Self::Dhi)
    }
}

/// Checks every column; small night offsets of irradiance become zero, columns without a value are taken out.
pub(super) fn check(columns: &mut PerQuantity<Column>, lines: &[u32], faults: &Faults<'_>) {
    if lines.is_empty() {
        return;
    }
    for (slot, quantity) in columns.iter_mut().zip(QUANTITIES) {
        let Some(column) = slot else { continue };
        let all = |what: fn(f64) -> bool| column.values.iter().copied().all(what);
        // Files write zeros where they have no albedo.
        if all(f64::is_nan) || (quantity == Quantity::Albedo && all(|v| v == 0.0)) {
            *slot = None;
            continue;
        }
        refuse_beyond_limits(column, quantity, lines, faults);
        if quantity.is_irradiance() {
            lift_night_offset(column, faults);
        }
    }
    refuse_too_few(columns, faults);
}

fn refuse_beyond_limits(column: &Column, quantity: Quantity, lines: &[u32], faults: &Faults<'_>) {
    let Limits { low, high, unit, hint } = quantity.limits();
    let beyond = |v: &f64| *v < low || *v > high;
    let Some(first) = column.values.iter().position(beyond) else { return };
    let more = column.values.iter().filter(|v| beyond(v)).count() - 1;
    let value = column.values[first];
    let tail = if more == 0 { String::new() } else { format!(" ({more} more such values follow)") };
    let message = format!("{value}{unit} is out of range; it must be from {low} to {high}{unit}{hint}{tail}");
    faults.note(lines[first], &column.name, message);
}

fn lift_night_offset(column: &mut Column, faults: &Faults<'_>) {
    let mut lifted = 0;
    for value in &mut column.values {
        if *value < 0.0 && *value >= NIGHT_OFFSET_W_M2 {
            *value = 0.0;
            lifted += 1;
        }
    }
    if lifted > 0 {
        let (values, name) = (counted(lifted, "value"), &column.name);
        faults.warn(&format!("{values} of `{name}` from {NIGHT_OFFSET_W_M2} to 0 W/m² set to 0"));
    }
}

fn refuse_too_few(columns: &PerQuantity<Column>, faults: &Faults<'_>) {
    let has = |quantity: Quantity| columns[quantity as usize].is_some();
    let enough = has(Quantity::Ghi) || (has(Quantity::Dni) && has(Quantity::Dhi));
    if !enough {
        let message = "irradiance is missing: a column of GHI, or of DNI and of DHI, is needed";
        faults.note(0, "", message);
    }
    if !has(Quantity::TempAir) {
        faults.note(0, "", "a column of air temperature is needed");
    }
}

/// Notes the missing values of a column that is needed, where they may not be filled.
pub(super) fn refuse_missing(columns: &PerQuantity<Column>, lines: &[u32], faults: &Faults<'_>) {
    for (column, quantity) in columns.iter().zip(QUANTITIES) {
        let Some(column) = column.as_ref().filter(|_| !quantity.is_extra()) else { continue };
        let Some(first) = column.values.iter().position(|v| v.is_nan()) else { continue };
        let count = column.values.iter().filter(|v| v.is_nan()).count();
        let all = if count == 1 { String::new() } else { format!(", the first of {count}") };
        let message = format!("the value is missing{all}; fill = \"interpolate\" fills up to 6 h");
        faults.note(lines[first], &column.name, message);
    }
}
