//! The figures that are sums over time: energies, money, hours.

use crate::lanes::Real;
use crate::plant::{EvNodes, GridNodes};
use crate::pv::PvYear;
use crate::storage::Dispatch;
use crate::time::{Moment, TimeAxis};
use crate::units::{KILO, MEGA};

use super::flows::{Billed, Flows};
use super::{Figures, Year};

/// Figures by month from 0 (January), those that an axis has.
pub type Months = [Option<Figures>; 12];

/// Sums of `K` powers by month.
pub(super) type Sums<const K: usize, N = f64> = [[N; K]; 12];

/// Figures that are sums of a power (or of currency per hour) over time: their names, and the powers of one step.
macro_rules! summed {
    ($(#[$doc:meta])* $names:ident, $powers:ident<$number:ident>($($arg:ident: $type:ty),*):
     $($name:literal => $power:expr,)*) => {
        $(#[$doc])*
        pub(super) const $names: &[&str] = &[$($name),*];

        #[inline]
        pub(super) fn $powers<$number: Real>($($arg: $type),*) -> [$number; $names.len()] {
            [$($power),*]
        }
    };
}

summed! {
    /// Energies of the plant with its storage, MWh.
    ENERGIES, energies_w<N>(f: &Flows<N>):
    "export_mwh" => f.export_w(),
    "import_mwh" => f.import_w(),
    "curtailed_mwh" => f.second.curtailed_w,
    "charge_dc_mwh" => f.charge_w,
    "discharge_dc_mwh" => f.discharge_w,
    "ess_loss_mwh" => f.storage_loss_w,
    "ess_stored_change_mwh" => f.stored_w,
    "hv_loss_mwh" => f.hv_loss_w(),
    "availability_loss_mwh" => f.availability_loss_w(),
    "load_mwh" => f.load_w,
    "ev_served_mwh" => f.ev_w,
    "import_above_limit_mwh" => f.overload_w,
    "export_not_firm_mwh" => f.not_firm_w,
    "phase_asymmetry_mwh" => f.asymmetry_w,
    "limit_approximation_mwh" => f.limit_approximation_w(),
    "balance_residual_mwh" => f.residual_w().size(),
}

summed! {
    /// Money that follows from energy, in the currency of the prices.
    MONEY, money_per_h<N>(b: &Billed<N>):
    "revenue" => b.poi_w.or_zero() / N::of(KILO) * b.sell_per_kwh,
    "cost" => (-b.poi_w).or_zero() / N::of(KILO) * b.buy_per_kwh,
    "bill" => b.cost(b.poi_w),
    "bill_without_storage" => b.cost(b.alone_poi_w),
    "forecast_error_cost" => b.cost(b.poi_w) - b.cost(b.perfect_poi_w),
}

/// What comes before the storage.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// PV from the array to the MV bus.
    pub pv: &'a PvYear,
    /// First walk: PV alone.
    pub first: &'a GridNodes,
    /// The vehicles in the first walk.
    pub ev: &'a EvNodes,
}

summed! {
    /// Energies of PV and vehicles without storage, MWh.
    ALONE, alone_w<N>(b: &Before<'_>, i: usize):
    "pv_mv_mwh" => N::of(b.first.mv_w[i]),
    "curtailed_without_storage_mwh" => N::of(b.first.curtailed_w[i]),
    "export_without_storage_mwh" => N::of(b.first.poi_w[i].max(0.0)),
    "inverter_clipped_mwh" => N::of(b.pv.inverter_clipped_w.get(i).copied().unwrap_or(0.0)),
    "ev_served_without_storage_mwh" => N::of(b.ev.served(i).total_w()),
}

summed! {
    /// What only a modeled array has: energy at nominal efficiency, MWh.
    NOMINAL, nominal_w<N>(pv: &PvYear, i: usize):
    "nominal_mwh" => N::of(pv.nominal_w[i]),
}

summed! {
    /// Irradiation of its first plane, kWh/m².
    IRRADIATION, irradiation_w_m2<N>(pv: &PvYear, i: usize):
    "poa_kwh_per_m2" => N::of(pv.poa_w_m2[i]),
}

summed! {
    /// Hours in which something holds.
    HOURS, hours_per_h<N>(y: &Year<'_>, i: usize):
    "ramp_exceeded_h" => N::of(f64::from(u8::from(y.exceeds_ramp(i)))),
}

summed! {
    /// What only a plant with a peak shaver has, MWh.
    PEAKS, peaks_w<N>(y: &Year<'_>, i: usize):
    "import_above_threshold_mwh" => N::of(y.above_threshold_w(i)),
}

/// The figures of a year before its storage, by month.
pub fn months_alone(axis: &TimeAxis, calendar: &[Moment], before: &Before<'_>) -> Months {
    let mut months: Months = [None; 12];
    for moment in calendar {
        months[usize::from(moment.month0)].get_or_insert_default();
    }
    let hours = axis.step_h();
    put(&mut months, ALONE, &by_month(calendar, |i| alone_w::<f64>(before, i)), hours / MEGA);
    // A PV series has neither sky nor array.
    if !before.pv.nominal_w.is_empty() {
        put(&mut months, NOMINAL, &by_month(calendar, |i| nominal_w::<f64>(before.pv, i)), hours / MEGA);
        put(&mut months, IRRADIATION, &by_month(calendar, |i| irradiation_w_m2::<f64>(before.pv, i)), hours / KILO);
    }
    months
}

/// The figures of a year by month.
pub(super) fn months(year: &Year<'_>) -> Months {
    let (calendar, hours) = (year.calendar, year.axis.step_h());
    let mut months = *year.alone;
    put(&mut months, ENERGIES, &by_month(calendar, |i| energies_w(&year.flows(i))), hours / MEGA);
    if let Some(prices) = year.prices {
        put(&mut months, MONEY, &by_month(calendar, |i| money_per_h(&year.billed(prices, i))), hours);
    }
    if year.ramp_w().is_some() {
        put(&mut months, HOURS, &by_month(calendar, |i| hours_per_h::<f64>(year, i)), hours);
    }
    if year.dispatch.and_then(Dispatch::shaver).is_some() {
        put(&mut months, PEAKS, &by_month(calendar, |i| peaks_w::<f64>(year, i)), hours / MEGA);
    }
    months
}

/// Sums powers by the months they fall in.
fn by_month<const K: usize>(calendar: &[Moment], powers: impl Fn(usize) -> [f64; K]) -> Sums<K> {
    let mut sums = [[0.0; K]; 12];
    for (i, moment) in calendar.iter().enumerate() {
        add(&mut sums[usize::from(moment.month0)], &powers(i));
    }
    sums
}

#[inline]
fn add<const K: usize, N: Real>(sums: &mut [N; K], powers: &[N; K]) {
    for (sum, power) in sums.iter_mut().zip(powers) {
        *sum = *sum + *power;
    }
}

/// Puts sums among the figures of the months they belong to.
fn put<const K: usize>(months: &mut Months, names: &[&'static str], sums: &Sums<K>, factor: f64) {
    for (figures, sums) in months.iter_mut().zip(sums) {
        let Some(figures) = figures else { continue };
        for (name, sum) in names.iter().zip(sums) {
            figures.add(name, sum * factor);
        }
    }
}

/// The sums of one of the plants.
fn one<const K: usize, N: Real>(sums: &Sums<K, N>, place: usize) -> Sums<K> {
    sums.map(|sums| sums.map(|sum| sum.one(place)))
}

/// Sums of a year with storage, step by step, of one plant or several side by side.
#[derive(Debug, Clone)]
pub struct Tally<N> {
    energies: Sums<{ ENERGIES.len() }, N>,
    money: Option<Sums<{ MONEY.len() }, N>>,
}

impl<N: Real> Tally<N> {
    /// Nothing yet; with money where there are prices.
    pub fn new(with_money: bool) -> Self {
        Self {
            energies: [[N::of(0.0); ENERGIES.len()]; 12],
            money: with_money.then(|| [[N::of(0.0); MONEY.len()]; 12]),
        }
    }

    /// Adds a step in a month from 0 (January).
    #[inline]
    pub fn add(&mut self, month0: usize, flows: &Flows<N>) {
        add(&mut self.energies[month0], &energies_w(flows));
    }

    /// Adds what a step costs, where there are prices.
    #[inline]
    pub fn bill(&mut self, month0: usize, billed: impl FnOnce() -> Billed<N>) {
        if let Some(money) = &mut self.money {
            add(&mut money[month0], &money_per_h(&billed()));
        }
    }

    /// The figures of one of the plants, by month; `alone` are those before its storage.
    pub fn months(&self, place: usize, alone: &Months, step_h: f64) -> Months {
        let mut months = *alone;
        put(&mut months, ENERGIES, &one(&self.energies, place), step_h / MEGA);
        if let Some(money) = &self.money {
            put(&mut months, MONEY, &one(money, place), step_h);
        }
        months
    }
}
