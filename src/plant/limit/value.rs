//! Where the value of a limit comes from: its keys, and its watts in every step.

use super::season::{Season, leaves_days_out, refuse_overlaps, season_of};
use super::unit::{Connection, Unit, refuse_unused};
use super::{LimitContext, NO_SIGNAL};
use crate::error::Findings;
use crate::inputs::{Files, Gaps, SeriesColumn, SeriesPlan, load_one};
use crate::keys::{Keys, Origin};
use crate::units::{KILO, fraction};

/// One limit's value over the year: a base, windows of days that override it, and what stands in for a missing signal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    base: Value,
    seasons: Vec<Season>,
    fallback_w: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    None,
    Flat(Flat),
    Monthly([f64; 12]),
    Table(Vec<[f64; 24]>),
    Series { plan: SeriesPlan, w_per_unit: f64 },
}

/// A value that is the same in every step.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Flat {
    /// A power, W.
    W(f64),
    /// A share of the PV power at STC.
    ShareOfDc { share: f64, at: Origin },
}

/// The keys of values in one unit.
struct UnitKeys {
    unit: Unit,
    constant: (&'static str, &'static str),
    monthly: (&'static str, &'static str),
    table: (&'static str, &'static str),
}

const UNITS: [UnitKeys; 3] = [
    UnitKeys {
        unit: Unit::Kw,
        constant: ("kw", "the same always, kW"),
        monthly: ("monthly_kw", "by month, kW"),
        table: ("table_kw", "by month and hour, kW: 12 rows of 24"),
    },
    UnitKeys {
        unit: Unit::Kva,
        constant: ("kva", "the same always, kVA"),
        monthly: ("monthly_kva", "by month, kVA"),
        table: ("table_kva", "by month and hour, kVA: 12 rows of 24"),
    },
    UnitKeys {
        unit: Unit::A,
        constant: ("a", "the same always, A per phase"),
        monthly: ("monthly_a", "by month, A per phase"),
        table: ("table_a", "by month and hour, A per phase: 12 rows of 24"),
    },
];

const SHARE: &str = "share_of_dc_pct";

/// The keys of which at most one gives the value of the whole year.
const KEYS: [&str; 11] =
    ["kw", "monthly_kw", "table_kw", "kva", "monthly_kva", "table_kva", "a", "monthly_a", "table_a", "file", SHARE];

const COLUMN: SeriesColumn = SeriesColumn {
    key: "column",
    doc: "column of the limit; default limit_kw",
    default: Some("limit_kw"),
    low: 0.0,
    high: f64::INFINITY,
};

impl Source {
    /// Reads the keys of a value; one is needed unless windows of days, further limits or those of later years stand beside
    /// it.
    pub(super) fn read(k: &mut Keys<'_>) -> Self {
        let connection = Connection::read(k);
        let mut used = vec![];
        let base = read_base(k, connection, &mut used);
        let seasons = read_seasons(k, connection, &mut used);
        refuse_unused(k, &used);
        let doc = "the limit that holds where the signal of a file is missing (an empty cell), kW";
        let fallback_w = k.number("fallback_kw", doc).at_least(0.0).optional().map(|kw| kw * KILO);
        if k.has("fallback_kw") && !k.has("file") && !k.has("when") {
            k.reject("fallback_kw", "there is no signal that could be missing; it stands in for a `file`");
        }
        let base = match base {
            Value::Series { plan, w_per_unit } => Value::Series { plan: with_gaps(plan, fallback_w), w_per_unit },
            other => other,
        };
        Self { base, seasons, fallback_w }
    }

    /// No value at all.
    pub(super) fn none() -> Self {
        Self { base: Value::None, seasons: vec![], fallback_w: None }
    }

    /// Whether nothing but windows of days gives the value, and they leave days of the year out.
    pub(super) fn is_partial(&self) -> bool {
        self.base == Value::None && !self.seasons.is_empty() && leaves_days_out(&self.seasons)
    }

    /// A signal that this source's fallback stands in for.
    pub(super) fn with_fallback(&self, plan: SeriesPlan) -> SeriesPlan {
        with_gaps(plan, self.fallback_w)
    }

    /// The series file of the value, if one gives it.
    pub(super) fn series(&self) -> Option<&SeriesPlan> {
        if let Value::Series { plan, .. } = &self.base { Some(plan) } else { None }
    }

    /// Where shares of the PV power at STC are written.
    pub(super) fn shares(&self) -> impl Iterator<Item = &Origin> {
        let base = if let Value::Flat(flat) = &self.base { Some(flat) } else { None };
        let flats = base.into_iter().chain(self.seasons.iter().map(Season::value));
        flats.filter_map(|flat| if let Flat::ShareOfDc { at, .. } = flat { Some(at) } else { None })
    }

    /// The value in every step, W; `outside_w` where no key gives one, [`NO_SIGNAL`] where the signal is missing.
    pub(super) fn load(
        &self,
        ctx: &LimitContext<'_>,
        outside_w: f64,
        files: &Files<'_>,
        findings: &Findings,
    ) -> Option<Vec<f64>> {
        let len = ctx.axis.len;
        let mut value_w: Vec<f64> = match &self.base {
            Value::None => vec![outside_w; len],
            Value::Flat(flat) => vec![flat.w(ctx.nominal_dc_w); len],
            Value::Monthly(w) => ctx.calendar.iter().map(|m| w[usize::from(m.month0)]).collect(),
            Value::Table(rows) => {
                ctx.calendar.iter().map(|m| rows[usize::from(m.month0)][usize::from(m.hour)]).collect()
            }
            Value::Series { plan, w_per_unit } => {
                load_one(plan, ctx.axis, files, findings)?.into_iter().map(|value| value * w_per_unit).collect()
            }
        };
        for (w, moment) in value_w.iter_mut().zip(ctx.calendar) {
            if let Some(season) = season_of(&self.seasons, *moment) {
                *w = season.value().w(ctx.nominal_dc_w);
            }
        }
        Some(value_w)
    }

    /// Puts the fallback in every step without a signal and marks it in `missing`.
    pub(super) fn fill(&self, value_w: &mut [f64], missing: &mut [bool]) {
        let fallback_w = self.fallback_w.unwrap_or(0.0);
        for (w, missing) in value_w.iter_mut().zip(missing) {
            if w.is_nan() {
                (*w, *missing) = (fallback_w, true);
            }
        }
    }
}

impl Flat {
    fn w(&self, nominal_dc_w: f64) -> f64 {
        match self {
            Self::W(w) => *w,
            Self::ShareOfDc { share, .. } => share * nominal_dc_w,
        }
    }
}

/// A missing signal is kept where something stands in for it, and refused with that remedy otherwise.
fn with_gaps(plan: SeriesPlan, fallback_w: Option<f64>) -> SeriesPlan {
    let refused = Gaps::Refused("give `fallback_kw`, the limit that holds where the signal is missing");
    plan.with_gaps(if fallback_w.is_some() { Gaps::Kept } else { refused })
}

/// Whether the table that is being read has the key of a value.
pub(super) fn has_value(k: &Keys<'_>) -> bool {
    k.has("season") || KEYS.iter().any(|key| k.has(key))
}

/// Notes more than one value of `keys`, or none where one is needed.
fn refuse_count(k: &Keys<'_>, keys: &[&'static str], may_be_none: bool) {
    let given: Vec<_> = keys.iter().filter(|key| k.has(key)).collect();
    match given.as_slice() {
        [] if !may_be_none => k.reject(keys[0], format!("missing; give one of {}", keys.join(", "))),
        [first, others @ ..] => {
            for other in others {
                k.reject(other, format!("given beside {first}; give one of {}", keys.join(", ")));
            }
        }
        [] => {}
    }
}

fn read_share(k: &mut Keys<'_>) -> Option<Flat> {
    let pct = k.number(SHARE, "share of the PV power at STC, %").within(0.0, 1000.0).optional();
    pct.map(|pct| Flat::ShareOfDc { share: fraction(pct), at: Origin::of(k, SHARE) })
}

fn read_base(k: &mut Keys<'_>, connection: Connection, used: &mut Vec<Unit>) -> Value {
    let mut value = None;
    for UnitKeys { unit, constant, monthly, table } in UNITS {
        let w = connection.w_per(unit);
        let flat = k.number(constant.0, constant.1).at_least(0.0).optional();
        let months = k.number(monthly.0, monthly.1).at_least(0.0).monthly();
        let rows = k.number(table.0, table.1).at_least(0.0).month_by_hour();
        value = value
            .or(flat.map(|flat| Value::Flat(Flat::W(flat * w))))
            .or(months.map(|months| Value::Monthly(months.map(|month| month * w))))
            .or(rows.map(|rows| Value::Table(rows.into_iter().map(|row| row.map(|hour| hour * w)).collect())));
        used.extend([constant.0, monthly.0, table.0].iter().any(|key| k.has(key)).then_some(unit));
    }
    let series = SeriesPlan::read_if_given(k, &[COLUMN]);
    let units = [("kw", Unit::Kw), ("kva", Unit::Kva), ("a", Unit::A)];
    let unit = k.choice("unit", "unit of the file's values; a is A per phase", &units, Unit::Kw);
    if k.has("file") {
        used.push(unit);
    } else if k.has("unit") {
        k.reject("unit", "is the unit of a file's values, and there is no `file`");
    }
    let share = read_share(k);
    refuse_count(k, &KEYS, ["season", "also", "by_year"].into_iter().any(|key| k.has(key)));
    value
        .or(series.map(|plan| Value::Series { plan, w_per_unit: connection.w_per(unit) }))
        .or(share.map(Value::Flat))
        .unwrap_or(Value::None)
}

fn read_seasons(k: &mut Keys<'_>, connection: Connection, used: &mut Vec<Unit>) -> Vec<Season> {
    let doc = "windows of days that come every year, in which another value holds";
    let read = |k: &mut Keys<'_>| {
        let mut value = None;
        for UnitKeys { unit, constant, .. } in UNITS {
            let flat = k.number(constant.0, constant.1).at_least(0.0).optional();
            value = value.or(flat.map(|flat| Flat::W(flat * connection.w_per(unit))));
            used.extend(k.has(constant.0).then_some(unit));
        }
        value = value.or(read_share(k));
        refuse_count(k, &["kw", "kva", "a", SHARE], false);
        Season::read(k, value.unwrap_or(Flat::W(NO_SIGNAL)))
    };
    let seasons: Vec<_> = k.sections("season", doc, read).into_iter().flatten().collect();
    refuse_overlaps(k, &seasons);
    seasons
}
