//! Limits at the grid connection: what the plant file says, and what holds in every step.

mod by_year;
mod condition;
mod season;
#[cfg(test)]
mod tests;
mod unit;
mod value;
mod year;

pub use by_year::LimitYears;
pub use year::{LimitKind, LimitYear, Margin, NoExport};

use crate::error::Findings;
use crate::inputs::{Files, Prices, SeriesPlan};
use crate::keys::{Keys, Origin};
use crate::time::{Moment, TimeAxis};
use crate::units::KILO;
use by_year::{Base, Later, read_later};
use condition::Condition;
use value::Source;
use year::{Part, most_restrictive};

/// A step whose signal is missing, until the fallback is put in its place.
const NO_SIGNAL: f64 = f64::NAN;

/// More limits at once than any connection has.
const MOST: usize = 100;

/// Name of the base among the parts of a limit.
const BASE: &str = "limit";

/// Which way the limited power flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the grid.
    Export,
    /// From the grid.
    Import,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Dynamic,
    Static,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Sum,
    PerPhase,
}

/// A limit on the power at the POI in one direction: a firm part, what is flexible above it, further limits, a margin. The
/// firm and the flexible part may change from year to year.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    base: Base,
    later: Vec<Later>,
    also: Vec<Also>,
    margin: Margin,
    mode: Mode,
    scope: Scope,
}

/// A further limit, which may hold at times only.
#[derive(Debug, Clone, PartialEq)]
struct Also {
    name: String,
    source: Source,
    condition: Condition,
}

/// What a limit stands on besides its own keys.
#[derive(Debug, Clone, Copy)]
pub struct LimitContext<'a> {
    /// The run's axis.
    pub axis: &'a TimeAxis,
    /// Calendar of every step.
    pub calendar: &'a [Moment],
    /// PV power at STC, W; 0 where PV is given as a series.
    pub nominal_dc_w: f64,
    /// Prices in every step, where they are given.
    pub prices: Option<&'a Prices>,
}

impl Direction {
    fn key(self) -> (&'static str, &'static str) {
        match self {
            Self::Export => ("export_limit", "largest power exported at the POI; none when left out"),
            Self::Import => ("import_limit", "largest power imported at the POI; none when left out"),
        }
    }
}

impl Limit {
    /// Reads one limit of `[plant]`; none when the table is left out.
    pub fn read(k: &mut Keys<'_>, direction: Direction) -> Self {
        let (key, doc) = direction.key();
        let at = Origin::of(k, key);
        let none = Self {
            base: Base::none(at.clone()),
            later: vec![],
            also: vec![],
            margin: Margin::W(0.0),
            mode: Mode::Dynamic,
            scope: Scope::Sum,
        };
        k.section(key, doc, |k| Self::read_keys(k, direction, at)).unwrap_or(none)
    }

    fn read_keys(k: &mut Keys<'_>, direction: Direction, at: Origin) -> Self {
        let base = Base::read(k, at);
        let later = read_later(k);
        let also = read_also(k);
        let margin = read_margin(k);
        let modes = [("dynamic", Mode::Dynamic), ("static", Mode::Static)];
        let doc = "dynamic caps the POI; static, for export only, caps the plant's AC output whatever the load is";
        let mode = k.choice("mode", doc, &modes, Mode::Dynamic);
        if mode == Mode::Static && direction == Direction::Import {
            k.reject("mode", "static is for the plant's output, and an import limit caps the POI; take it out");
        }
        let scopes = [("sum", Scope::Sum), ("per_phase", Scope::PerPhase)];
        let doc = "whether the limit holds for the sum of the phases or a third of it for each of them";
        let scope = k.choice("scope", doc, &scopes, Scope::Sum);
        Self { base, later, also, margin, mode, scope }
    }

    /// Whether the limit caps the plant's AC output whatever the load is, and not the POI.
    pub fn is_static(&self) -> bool {
        self.mode == Mode::Static
    }

    /// Whether each phase must keep a third of the limit, and not only their sum the whole.
    pub fn is_per_phase(&self) -> bool {
        self.scope == Scope::PerPhase
    }

    /// Every series file that the limit names.
    pub fn series_plans(&self) -> impl Iterator<Item = &SeriesPlan> {
        let conditions = self.also.iter().filter_map(|also| also.condition.series());
        self.sources().filter_map(Source::series).chain(conditions)
    }

    fn sources(&self) -> impl Iterator<Item = &Source> {
        let bases = std::iter::once(&self.base).chain(self.later.iter().map(|later| &later.base));
        bases.flat_map(Base::sources).chain(self.also.iter().map(|also| &also.source))
    }

    /// What holds only from years on that a run of so many does not reach, in words.
    pub fn never_reached(&self, years: u32) -> impl Iterator<Item = String> {
        self.later.iter().filter_map(move |later| later.never_reached(years))
    }

    /// Whether it is a share of the PV power at STC, in any year or at any time.
    pub fn follows_dc(&self) -> bool {
        self.sources().flat_map(Source::shares).next().is_some()
    }

    /// Notes what the limit asks for and the rest of the plant does not have: the PV power at STC, or prices.
    pub fn check(&self, (has_dc, has_prices): (bool, bool), findings: &Findings) {
        if !has_dc {
            let message = "needs the PV power at STC, which a PV series does not have; give kw";
            self.sources().flat_map(Source::shares).for_each(|at| at.refuse(findings, message));
        }
        if !has_prices {
            let message = "needs prices; give a [prices] table";
            let asking = self.also.iter().filter_map(|also| also.condition.needs_prices());
            asking.for_each(|at| at.refuse(findings, message));
        }
    }

    /// The limit in every step, in the first year and from later ones on.
    ///
    /// Month, day and hour are those of the step's start in standard time; a series holds as its mean over the step, and
    /// a step touched by a missing cell takes the fallback whole. Problems of the files are noted, and a warning of
    /// steps without a signal; nothing comes back where a file cannot be laid on the axis or prices are wanted and
    /// there are none.
    pub fn load(&self, ctx: &LimitContext<'_>, files: &Files<'_>, findings: &Findings) -> Option<LimitYears> {
        let inputs = Inputs { ctx, files, findings };
        // Every file is looked at, even where one before it has a problem.
        let bases = std::iter::once(&self.base).chain(self.later.iter().map(|later| &later.base));
        let bases: Vec<_> = bases.map(|base| inputs.base(base)).collect();
        let further: Vec<_> = self.also.iter().map(|also| inputs.also(also)).collect();
        let further = further.into_iter().collect::<Option<Vec<_>>>()?;
        let bases = bases.into_iter().collect::<Option<Vec<_>>>()?;
        let mut years = bases.into_iter().map(|base| self.in_force(base, &further, &inputs));
        let first = years.next()?;
        Some(LimitYears { first, later: self.later.iter().map(|later| later.from_year).zip(years).collect() })
    }

    /// The most restrictive of a base and the further limits, with a warning of steps without a signal.
    fn in_force(&self, base: OnAxis<'_>, further: &[(Part, Vec<bool>)], inputs: &Inputs<'_>) -> LimitYear {
        let OnAxis { base: Base { at, .. }, limit_w, firm_w, mut missing } = base;
        let mut parts = vec![Part { name: BASE.to_owned(), kind: LimitKind::Standing, limit_w }];
        for (part, unknown) in further {
            parts.push(part.clone());
            missing.iter_mut().zip(unknown).for_each(|(missing, unknown)| *missing |= unknown);
        }
        let year = most_restrictive(parts, &firm_w, self.margin, &missing);
        if let steps @ 1.. = year.fallback_steps {
            let (key, all) = (&at.key, inputs.ctx.axis.len);
            let message = format!("{key}: the signal is missing in {steps} of {all} steps; fallback_kw holds there");
            inputs.findings.warn(message);
        }
        year
    }
}

/// A base on the axis, and where its signal is missing.
struct OnAxis<'a> {
    base: &'a Base,
    limit_w: Vec<f64>,
    firm_w: Vec<f64>,
    missing: Vec<bool>,
}

/// What limits are loaded from.
struct Inputs<'a> {
    ctx: &'a LimitContext<'a>,
    files: &'a Files<'a>,
    findings: &'a Findings,
}

impl Inputs<'_> {
    fn base<'b>(&self, base: &'b Base) -> Option<OnAxis<'b>> {
        let mut missing = vec![false; self.ctx.axis.len];
        let firm_w = self.part(&base.firm, f64::INFINITY, &Condition::Standing, &mut missing);
        let flexible = base.flexible.as_ref();
        let flexible_w = flexible.map(|source| self.part(source, 0.0, &Condition::Standing, &mut missing));
        let firm_w = firm_w?;
        let limit_w = match flexible_w {
            Some(flexible_w) => firm_w.iter().zip(flexible_w?).map(|(firm, flexible)| firm + flexible).collect(),
            None => firm_w.clone(),
        };
        Some(OnAxis { base, limit_w, firm_w, missing })
    }

    fn also(&self, Also { name, source, condition }: &Also) -> Option<(Part, Vec<bool>)> {
        let mut missing = vec![false; self.ctx.axis.len];
        let limit_w = self.part(source, f64::INFINITY, condition, &mut missing)?;
        Some((Part { name: name.clone(), kind: condition.kind(), limit_w }, missing))
    }

    fn part(&self, source: &Source, outside_w: f64, condition: &Condition, missing: &mut [bool]) -> Option<Vec<f64>> {
        let Self { ctx, files, findings } = self;
        let mut limit_w = source.load(ctx, outside_w, files, findings);
        // The event's file is looked at even where the value's has a problem.
        let mut stand_in = vec![];
        condition.lift(limit_w.as_mut().unwrap_or(&mut stand_in), ctx, files, findings)?;
        source.fill(limit_w.as_mut()?, missing);
        limit_w
    }
}

fn read_also(k: &mut Keys<'_>) -> Vec<Also> {
    let doc = "further limits at the same time; the most restrictive holds in every step";
    let mut also = k.sections("also", doc, |k| {
        let name = k.required_text("name", "name of the limit, for reports");
        let source = Source::read(k);
        let condition = Condition::read(k, &source);
        Also { name, source, condition }
    });
    if also.len() > MOST {
        k.reject("also", format!("has {} limits; give {MOST} or fewer", also.len()));
        also.truncate(MOST);
    }
    for (i, Also { name, .. }) in also.iter().enumerate() {
        if name == BASE || also[..i].iter().any(|other| other.name == *name && !name.is_empty()) {
            k.reject("also", format!("two limits are called \"{name}\"; give each a name of its own"));
        }
    }
    also
}

fn read_margin(k: &mut Keys<'_>) -> Margin {
    let margin_w = k.number("margin_kw", "kept below the limit in force, kW").at_least(0.0).or(0.0) * KILO;
    let pct = k.number("margin_pct", "kept below the limit in force, % of it").within(0.0, 100.0).optional();
    if k.has("margin_kw") && k.has("margin_pct") {
        k.reject("margin_pct", "given beside margin_kw; give one of the two");
    }
    pct.map_or(Margin::W(margin_w), Margin::from_pct)
}
