//! The part of a limit that may change from one year of the run to another: its firm value and what is flexible above it.

use super::LimitYear;
use super::value::{Source, has_value};
use crate::keys::{Keys, Origin};
use crate::time::{FIRST_LATER_YEAR, MOST_YEARS, not_reached};

/// A firm part, and what is flexible on top of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Base {
    pub firm: Source,
    pub flexible: Option<Source>,
    pub at: Origin,
}

/// What holds from the start of a year on, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Later {
    pub from_year: u32,
    pub base: Base,
    from: Origin,
}

/// A limit on the axis, in the first year and from later ones on.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitYears {
    /// From the first year on.
    pub first: LimitYear,
    /// From these years on, rising; a year is counted from 1.
    pub later: Vec<(u32, LimitYear)>,
}

impl Base {
    /// Of no limit at all.
    pub(super) fn none(at: Origin) -> Self {
        Self { firm: Source::none(), flexible: None, at }
    }

    /// Reads the keys of a value and its `flexible` part.
    pub(super) fn read(k: &mut Keys<'_>, at: Origin) -> Self {
        let firm = Source::read(k);
        if firm.is_partial() {
            k.warn("season", "no limit holds outside the windows; give kw for the rest of the year");
        }
        let flexible = k.section("flexible", "a part that is not firm, on top of the firm one", Source::read);
        if k.has("flexible") && !has_value(k) {
            k.reject("flexible", "adds to a firm limit, and there is none; give kw = 0 where nothing is firm");
        }
        Self { firm, flexible, at }
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.firm).chain(&self.flexible)
    }
}

/// Reads what holds from later years on.
pub(super) fn read_later(k: &mut Keys<'_>) -> Vec<Later> {
    const KEY: &str = "by_year";
    let doc = "what holds instead from the start of a later year of the run on, the latest begun; in rising order";
    let later = k.sections(KEY, doc, |k| {
        let doc = "the first year in which it holds, counted from 1";
        let range = (f64::from(FIRST_LATER_YEAR), f64::from(MOST_YEARS));
        let from_year = k.number("from_year", doc).within(range.0, range.1).whole().required();
        let from = Origin::of(k, "from_year");
        let at = Origin { place: from.place.clone(), key: from.key.trim_end_matches(".from_year").to_owned() };
        // NaN, where it was refused, becomes 0.
        Later { from_year: from_year as u32, base: Base::read(k, at), from }
    });
    let known: Vec<u32> = later.iter().map(|later| later.from_year).filter(|year| *year > 0).collect();
    if let Some([before, behind]) = known.windows(2).find(|pair| pair[0] >= pair[1]) {
        k.reject(KEY, format!("year {behind} stands behind year {before}; the years must rise"));
    }
    later
}

impl Later {
    /// What to say where a run of so many years ends before it.
    pub(super) fn never_reached(&self, years: u32) -> Option<String> {
        not_reached(&self.from.key, &[self.from_year], years)
    }
}
