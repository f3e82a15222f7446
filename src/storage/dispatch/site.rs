//! The objectives of a charging site: the battery beside vehicles, PV and load behind a grid connection.

use crate::error::Findings;
use crate::keys::Keys;
use crate::units::{KILO, fraction};

use super::hold::Hold;
use super::{Intent, PeakShaver, Reason, Taper, View, Wish};

pub(super) const EXPANSION: &str =
    "grid capacity expansion: discharge when vehicles and load near the import limit, charge while there is room";
pub(super) const SELF_SUFFICIENCY: &str =
    "store PV that is left over and serve vehicles and load with it; never charge from the grid";
pub(super) const ZERO_FEED_IN: &str =
    "the same with a small standing import, and PV curtailed so that nothing is exported";

/// What the battery of a site is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// More power for vehicles than the grid connection gives.
    GridCapacityExpansion,
    /// Own PV for own demand.
    SelfSufficiency,
    /// The same without any export.
    ZeroFeedIn,
}

/// A site objective with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The objective.
    pub objective: Objective,
    /// How discharge ends near the minimum state of charge.
    pub taper: Taper,
    /// Largest charge power at the storage inverter's AC side, W.
    pub max_charge_w: f64,
    /// Largest discharge power at the storage inverter's AC side, W.
    pub max_discharge_w: f64,
    /// A threshold on the mean import of a billing interval, below the import limit.
    pub peak: Option<PeakShaver>,
    standing: Share,
    reserve: Share,
    dead_band: Share,
}

/// A power that is given, or a share of the import limit but not less than a floor.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    given_w: Option<f64>,
    of_limit: f64,
    least_w: f64,
}

/// The least a car draws on three phases: 6 A · 3 · 230 V, rounded, W.
const LEAST_EV_W: f64 = 4_100.0;

impl Share {
    fn read(k: &mut Keys<'_>, key: &'static str, doc: &'static str, pct: f64, least_w: f64) -> Self {
        let given = k.number(key, doc).at_least(0.0).optional();
        Self { given_w: given.map(|kw| kw * KILO), of_limit: fraction(pct), least_w }
    }

    /// Beside an import limit; without one the floor stands.
    fn of(&self, import_limit_w: f64) -> f64 {
        let share_w = if import_limit_w.is_finite() { self.of_limit * import_limit_w } else { 0.0 };
        self.given_w.unwrap_or_else(|| share_w.max(self.least_w))
    }
}

impl Site {
    /// Reads the keys beside the strategy.
    pub fn read(k: &mut Keys<'_>, objective: Objective) -> Self {
        let taper = Taper::read(k);
        let rate = |k: &mut Keys<'_>, key, doc| {
            k.number(key, doc).at_least(0.0).optional().map_or(f64::INFINITY, |kw| kw * KILO)
        };
        let max_charge_w =
            rate(k, "max_charge_kw", "largest charge power at the storage inverter's AC side, kW; else its rating");
        let max_discharge_w = rate(
            k,
            "max_discharge_kw",
            "largest discharge power at the storage inverter's AC side, kW; else its rating",
        );
        let peak = k.section("peak_shaver", "a threshold on the import in billing intervals", PeakShaver::read);
        let unused = Share { given_w: Some(0.0), of_limit: 0.0, least_w: 0.0 };
        let expands = objective == Objective::GridCapacityExpansion;
        let reserve = if expands {
            let doc =
                "import kept free for the next vehicle, kW; default the larger of 4.1 kW and 5 % of the import limit";
            Share::read(k, "ev_reserve_kw", doc, 5.0, LEAST_EV_W)
        } else {
            unused
        };
        let dead_band = if expands {
            let doc = "charge only while the import is this far below its hold, kW; default the larger of 1 kW and 2 % of the limit";
            Share::read(k, "dead_band_kw", doc, 2.0, KILO)
        } else {
            unused
        };
        let standing = if objective == Objective::ZeroFeedIn {
            let doc = "import that is always kept, kW; default the larger of 0.5 kW and 1 % of the import limit";
            Share::read(k, "standing_import_kw", doc, 1.0, 0.5 * KILO)
        } else {
            unused
        };
        Self { objective, taper, max_charge_w, max_discharge_w, peak, standing, reserve, dead_band }
    }

    /// Warns of settings that leave the battery nothing to do beside an import limit and the inverter's rating, W.
    pub fn warn(&self, import_limit_w: f64, rated_w: f64, findings: &Findings) {
        let warn = |key: &str, w: f64, why: String| {
            findings.warn(format!("storage.dispatch.{key}: {} kW is {why}", w / KILO));
        };
        let limit = import_limit_w / KILO;
        let (reserve_w, standing_w) = (self.reserve.of(import_limit_w), self.standing.of(import_limit_w));
        if reserve_w >= import_limit_w {
            warn(
                "ev_reserve_kw",
                reserve_w,
                format!("no less than the import limit of {limit} kW; the grid never charges"),
            );
        }
        if standing_w >= import_limit_w {
            let why = format!("no less than the import limit of {limit} kW; the battery never serves load or vehicles");
            warn("standing_import_kw", standing_w, why);
        }
        let rated = rated_w / KILO;
        for (key, w) in [("max_charge_kw", self.max_charge_w), ("max_discharge_kw", self.max_discharge_w)] {
            if w.is_finite() && w > rated_w {
                warn(key, w, format!("more than the storage inverter's {rated} kW, which hold"));
            }
        }
    }

    pub(super) fn wish(&self, view: &View<'_>, from_grid: bool) -> Wish {
        match self.objective {
            Objective::GridCapacityExpansion => self.expand(view, from_grid),
            Objective::SelfSufficiency | Objective::ZeroFeedIn => self.supply(view),
        }
    }

    /// The import limit that the battery goes by, W.
    ///
    /// What a billing interval has left from its first steps is for vehicles and for what cannot be avoided; a battery that
    /// took it, too, would do in short steps what it does not do in long ones.
    fn limit_w(&self, view: &View<'_>) -> f64 {
        self.peak.map_or(f64::INFINITY, |shaver| shaver.threshold_w).min(view.import_limit_w)
    }

    /// Holds the import a reserve below its limit, and charges up to a dead band below that.
    fn expand(&self, view: &View<'_>, from_grid: bool) -> Wish {
        let limit_w = self.limit_w(view);
        if limit_w == f64::INFINITY {
            return Wish::idle(Reason::Idle);
        }
        // Below a reserve as large as the limit nothing is imported; nothing is exported for its sake either.
        let upper_w = (limit_w - self.reserve.of(limit_w)).max(0.0);
        let lower_w = upper_w - self.dead_band.of(limit_w);
        Hold { upper_w, lower_w, reason: Reason::HoldImport, from_grid }.wish(view)
    }

    /// Follows the demand: serves it down to the standing import, stores what PV has over.
    fn supply(&self, view: &View<'_>) -> Wish {
        let standing_w = self.standing.of(self.limit_w(view));
        let output_w = view.pv.before_limit_w;
        // On unevenly loaded phases the battery gives what the least loaded one takes, and takes what the fullest leaves;
        // whatever would be curtailed it takes, too.
        let (low_w, high_w) = (view.demand.at_export_w - standing_w, view.demand.at_import_w - standing_w);
        let (low_w, high_w) = (low_w.min(view.export_cap_w), high_w.min(view.export_cap_w));
        if output_w < low_w {
            Wish::new(Intent::Output { output_w: low_w }, Reason::SelfSupply)
        } else if output_w > high_w {
            Wish::new(Intent::Output { output_w: high_w }, Reason::PvCharge)
        } else {
            Wish::idle(Reason::Idle)
        }
    }
}
