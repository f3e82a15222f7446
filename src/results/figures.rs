//! Energies of the run, its months and its years, and the figures made from them.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::solar::Closure;
use crate::uncertainty::Assessment;
use crate::units::{KILO, MEGA};

use super::{Closing, VehicleSummary, Yardstick};

/// Ratings that figures refer to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Nameplate {
    /// PV at standard test conditions, W; `None` where PV is a series.
    pub pv_dc_w: Option<f64>,
    /// Rating of the PV inverters, W; of a series its highest power.
    pub pv_ac_w: f64,
    /// Battery nameplate, Wh; of a run that of its start.
    pub battery_wh: Option<f64>,
    /// The reference of the capacity factor, W: the largest export limit, or the PV inverters where there is none; of a run
    /// the mean over its years.
    pub capacity_w: f64,
}

impl Nameplate {
    /// The mean of `years` years of which this is that of all but the last. Ratings that stay the same stay so to the bit.
    fn with(self, last: &Self, years: usize) -> Self {
        let mean = |mean: f64, last: f64| mean + (last - mean) / years as f64;
        let battery_wh = self.battery_wh.zip(last.battery_wh).map(|(before, last)| mean(before, last));
        Self { battery_wh, capacity_w: mean(self.capacity_w, last.capacity_w), ..self }
    }
}

/// What is done to the battery over the years: energy added, how often it was replaced, and the nameplate then, of a run its
/// mean over the years.
const AUGMENTED: &str = "augmented_mwh";
const REPLACED: &str = "replaced";
const NAMEPLATE: &str = "battery_nameplate_mwh";

/// All figures that a run may have, in the order of the files.
const NAMES: [&str; 39] = [
    "pv_mv_mwh",
    "export_mwh",
    "import_mwh",
    "curtailed_mwh",
    "curtailed_without_storage_mwh",
    "export_without_storage_mwh",
    "charge_dc_mwh",
    "discharge_dc_mwh",
    "ess_loss_mwh",
    "ess_stored_change_mwh",
    "hv_loss_mwh",
    "availability_loss_mwh",
    "inverter_clipped_mwh",
    "load_mwh",
    "ev_served_mwh",
    "ev_served_without_storage_mwh",
    "import_above_limit_mwh",
    "export_not_firm_mwh",
    "phase_asymmetry_mwh",
    "limit_approximation_mwh",
    "balance_residual_mwh",
    "revenue",
    "cost",
    "bill",
    "bill_without_storage",
    "forecast_error_cost",
    "ramp_exceeded_h",
    "import_above_threshold_mwh",
    "nominal_mwh",
    "poa_kwh_per_m2",
    "demand_charge",
    AUGMENTED,
    REPLACED,
    "equivalent_cycles",
    "capacity_factor",
    "specific_yield_kwh_per_kwp",
    "performance_ratio",
    "final_capacity_mwh",
    NAMEPLATE,
];

/// Named figures of a period, in the order of the files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures([Option<f64>; NAMES.len()]);

impl Default for Figures {
    fn default() -> Self {
        Self([None; NAMES.len()])
    }
}

impl Figures {
    /// The names of all figures that a run may have, in the order of the files.
    pub fn names() -> Vec<&'static str> {
        NAMES.to_vec()
    }

    /// One figure by name, such as `export_mwh`.
    pub fn get(&self, name: &str) -> Option<f64> {
        NAMES.iter().position(|n| *n == name).and_then(|at| self.0[at])
    }

    /// All figures with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        NAMES.iter().zip(&self.0).filter_map(|(name, value)| value.map(|value| (*name, value)))
    }

    /// Adds to a figure, which begins at nothing.
    pub(super) fn add(&mut self, name: &'static str, value: f64) {
        let figure = self.of(name);
        *figure = Some(figure.map_or(value, |sum| sum + value));
    }

    fn set(&mut self, name: &'static str, value: f64) {
        *self.of(name) = Some(value);
    }

    fn of(&mut self, name: &'static str) -> &mut Option<f64> {
        let at = NAMES.iter().position(|n| *n == name);
        &mut self.0[at.expect("every figure is in the list of names")]
    }

    fn add_all(&mut self, other: &Self) {
        for (sum, value) in self.0.iter_mut().zip(other.0) {
            if let Some(value) = value {
                *sum = Some(sum.map_or(value, |sum| sum + value));
            }
        }
    }

    /// Ratios and states that follow from the sums of a period of `hours`, in so many years; the specific yield is that of
    /// one of them.
    fn derive(&mut self, nameplate: &Nameplate, hours: f64, years: usize) {
        let get = |name| self.get(name).unwrap_or(0.0);
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let cycles = nameplate.battery_wh.map_or(0.0, |wh| ratio(get("discharge_dc_mwh") * MEGA, wh));
        let capacity_factor = ratio(get("export_mwh") * MEGA, nameplate.capacity_w * hours);
        // A PV series has no array that these could refer to.
        let specific_yield =
            nameplate.pv_dc_w.map_or(f64::NAN, |dc_w| ratio(get("pv_mv_mwh") * MEGA, dc_w * years as f64));
        let performance_ratio = nameplate.pv_dc_w.map_or(f64::NAN, |_| ratio(get("pv_mv_mwh"), get("nominal_mwh")));
        self.set("equivalent_cycles", cycles);
        self.set("capacity_factor", capacity_factor);
        self.set("specific_yield_kwh_per_kwp", specific_yield);
        self.set("performance_ratio", performance_ratio);
    }
}

/// A map from name to number; a figure that is not finite is null.
impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// Figures of a run: in total, by month and by year.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Ratings the figures refer to.
    pub nameplate: Nameplate,
    /// Simulated hours.
    pub hours: f64,
    /// The whole run.
    pub total: Figures,
    /// Months 1 to 12, those the axis has, all years together.
    pub monthly: Vec<(u8, Figures)>,
    /// Every year of the run.
    pub years: Vec<Figures>,
    /// How well the irradiance components of the weather add up, where all three were given.
    pub closure: Option<Closure>,
    /// What came of the vehicles' wishes, if there are any.
    pub vehicles: Option<VehicleSummary>,
    /// The first year against the best the battery could have done, if that was asked for.
    pub yardstick: Option<Yardstick>,
    /// Mean of what the figures of each year refer to.
    mean_nameplate: Nameplate,
    /// How surely figures are reached, where the plant says what is uncertain.
    pub uncertainty: Option<Assessment>,
    month_hours: [f64; 12],
    /// Battery capacity in the month's last step so far, Wh.
    month_capacity_wh: [f64; 12],
}

impl Summary {
    pub(super) fn new(nameplate: Nameplate) -> Self {
        Self {
            nameplate,
            hours: 0.0,
            total: Figures::default(),
            monthly: vec![],
            years: vec![],
            closure: None,
            vehicles: None,
            yardstick: None,
            mean_nameplate: nameplate,
            uncertainty: None,
            month_hours: [0.0; 12],
            month_capacity_wh: [0.0; 12],
        }
    }

    /// Adds a year; the figures of it as a whole.
    pub(super) fn add(&mut self, closing: &Closing<'_>) -> &Figures {
        self.closure = closing.closure;
        for (month, hours) in closing.month_hours.iter().enumerate() {
            self.month_hours[month] += hours;
            if *hours > 0.0 {
                self.month_capacity_wh[month] = closing.month_capacity_wh[month];
            }
        }
        let mut whole = Figures::default();
        for (month0, figures) in closing.months.iter().enumerate() {
            let Some(figures) = figures else { continue };
            whole.add_all(figures);
            let month = month0 as u8 + 1;
            match self.monthly.iter_mut().find(|(m, _)| *m == month) {
                Some((_, sum)) => sum.add_all(figures),
                None => self.monthly.push((month, *figures)),
            }
        }
        self.monthly.sort_by_key(|(month, _)| *month);
        if let Some(renewal) = closing.renewal {
            whole.add(AUGMENTED, renewal.augmented_wh / MEGA);
            whole.add(REPLACED, f64::from(u8::from(renewal.replaced)));
        }
        self.total.add_all(&whole);
        whole.derive(&closing.nameplate, closing.hours, 1);
        self.hours += closing.hours;
        whole.set("final_capacity_mwh", closing.capacity_wh / MEGA);
        self.total.set("final_capacity_mwh", closing.capacity_wh / MEGA);
        if let Some(battery_wh) = closing.nameplate.battery_wh.filter(|_| closing.renewal.is_some()) {
            whole.set(NAMEPLATE, battery_wh / MEGA);
            self.total.set(NAMEPLATE, battery_wh / MEGA);
        }
        self.years.push(whole);
        self.mean_nameplate = self.mean_nameplate.with(&closing.nameplate, self.years.len());
        self.years.last().unwrap_or(&self.total)
    }

    pub(super) fn finish(&mut self) {
        let final_capacity = self.total.get("final_capacity_mwh").unwrap_or(0.0);
        self.total.derive(&self.mean_nameplate, self.hours, self.years.len());
        self.total.set("final_capacity_mwh", final_capacity);
        if let Some(battery_wh) = self.mean_nameplate.battery_wh.filter(|_| self.total.get(NAMEPLATE).is_some()) {
            self.total.set(NAMEPLATE, battery_wh / MEGA);
        }
        self.nameplate.capacity_w = self.mean_nameplate.capacity_w;
        for (month, figures) in &mut self.monthly {
            let month0 = usize::from(*month) - 1;
            figures.derive(&self.mean_nameplate, self.month_hours[month0], self.years.len());
            figures.set("final_capacity_mwh", self.month_capacity_wh[month0] / MEGA);
        }
    }
}

/// Total figures at the top, then ratings, `monthly` and `years`.
impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let numbered = |key: &str, number: usize, figures: &Figures| {
            let mut row = serde_json::Map::new();
            row.insert(key.to_owned(), number.into());
            row.extend(figures.iter().map(|(name, value)| (name.to_owned(), value.into())));
            row
        };
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.total.iter() {
            map.serialize_entry(name, &value)?;
        }
        map.serialize_entry("hours", &self.hours)?;
        map.serialize_entry("pv_dc_kw", &self.nameplate.pv_dc_w.map(|w| w / KILO))?;
        map.serialize_entry("pv_ac_kw", &(self.nameplate.pv_ac_w / KILO))?;
        map.serialize_entry("battery_mwh", &self.nameplate.battery_wh.map(|wh| wh / MEGA))?;
        map.serialize_entry("capacity_factor_reference_kw", &(self.nameplate.capacity_w / KILO))?;
        if let Some(closure) = &self.closure {
            let Closure { mean_w_m2, mean_absolute_w_m2, steps } = closure;
            let closure =
                serde_json::json!({ "mean_w_m2": mean_w_m2, "mean_absolute_w_m2": mean_absolute_w_m2, "steps": steps });
            map.serialize_entry("irradiance_closure", &closure)?;
        }
        if let Some(vehicles) = &self.vehicles {
            map.serialize_entry("ev", vehicles)?;
        }
        if let Some(yardstick) = &self.yardstick {
            map.serialize_entry("against_optimal", yardstick)?;
        }
        if let Some(uncertainty) = &self.uncertainty {
            map.serialize_entry("uncertainty", uncertainty)?;
        }
        let monthly: Vec<_> = self.monthly.iter().map(|(m, f)| numbered("month", usize::from(*m), f)).collect();
        map.serialize_entry("monthly", &monthly)?;
        let years: Vec<_> = self.years.iter().enumerate().map(|(i, f)| numbered("year", i + 1, f)).collect();
        map.serialize_entry("years", &years)?;
        map.end()
    }
}
