//! PV given up, by cause, by month and by hour of the day.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::plant::LimitKind;
use crate::storage::Dispatch;
use crate::units::KILO;

use super::super::Year;
use super::TOLERANCE_W;

/// Why PV was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The export limit: an agreement, a schedule, an external signal.
    ExportLimit,
    /// A limit that holds during events.
    Event,
    /// A limit that holds at certain prices.
    Price,
    /// The site feeds nothing in.
    ZeroFeedIn,
    /// The operation held a rise of the output back, below what the limit allowed.
    Ramp,
    /// The operation switched PV off.
    PvOff,
    /// The PV inverters' rating, before the plant; no curtailment in the sense of the connection.
    InverterClipping,
}

const COUNT: usize = 7;

impl Cause {
    /// All of them, as in the tables; the last is not the connection's.
    pub const ALL: [Self; COUNT] = [
        Self::ExportLimit,
        Self::Event,
        Self::Price,
        Self::ZeroFeedIn,
        Self::Ramp,
        Self::PvOff,
        Self::InverterClipping,
    ];

    /// The word in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExportLimit => "export_limit",
            Self::Event => "event",
            Self::Price => "price",
            Self::ZeroFeedIn => "zero_feed_in",
            Self::Ramp => "ramp",
            Self::PvOff => "pv_switched_off",
            Self::InverterClipping => "inverter_clipping",
        }
    }

    fn of(kind: LimitKind) -> Self {
        match kind {
            LimitKind::Standing => Self::ExportLimit,
            LimitKind::Event => Self::Event,
            LimitKind::Price => Self::Price,
            LimitKind::ZeroFeedIn => Self::ZeroFeedIn,
        }
    }

    /// Whether a limit of the connection took it.
    fn is_limit(self) -> bool {
        matches!(self, Self::ExportLimit | Self::Event | Self::Price | Self::ZeroFeedIn)
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A value for every cause, in the order of [`Cause::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct ByCause([f64; COUNT]);

impl ByCause {
    /// What was given up in a step, W.
    ///
    /// The limit takes what lies above it, all of it in the name of the part that binds; what is held back below the
    /// limit is the operation's.
    fn in_step(year: &Year<'_>, i: usize) -> Self {
        let mut lost = Self::default();
        let off_w = year.storage.pv_off_w.get(i).copied().unwrap_or(0.0);
        let held_w = (year.second.curtailed_w[i] - off_w).max(0.0);
        let demand = year.demand(i);
        let beyond_w = year.second.before_limit_w[i] - year.grid.export_cap_w(i, &demand);
        let by_limit_w = beyond_w.clamp(0.0, held_w);
        lost.add(Cause::of(year.grid.export_kind(i, &demand)), by_limit_w);
        // Below its limits a plant is held by a ramp, or by prices at which an optimum exports nothing.
        let by_price = matches!(year.dispatch, Some(Dispatch::Optimal(_)));
        let by_operation = if by_price { Cause::Price } else { Cause::Ramp };
        lost.add(by_operation, held_w - by_limit_w);
        lost.add(Cause::PvOff, off_w);
        lost.add(Cause::InverterClipping, year.pv.inverter_clipped_w.get(i).copied().unwrap_or(0.0));
        lost
    }

    fn get(&self, cause: Cause) -> f64 {
        self.0[cause as usize]
    }

    fn add(&mut self, cause: Cause, value: f64) {
        self.0[cause as usize] += value;
    }

    fn add_all(&mut self, other: &Self, map: impl Fn(f64) -> f64) {
        for (sum, value) in self.0.iter_mut().zip(other.0) {
            *sum += map(value);
        }
    }

    /// All that is not clipped by the inverters.
    fn curtailed(&self) -> f64 {
        Cause::ALL.into_iter().filter(|cause| *cause != Cause::InverterClipping).map(|cause| self.get(cause)).sum()
    }

    fn by_limits(&self) -> f64 {
        Cause::ALL.into_iter().filter(|cause| cause.is_limit()).map(|cause| self.get(cause)).sum()
    }
}

/// A key `<cause>_kwh` for each.
impl Serialize for ByCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(COUNT))?;
        for cause in Cause::ALL {
            map.serialize_entry(&format!("{}_kwh", cause.as_str()), &self.get(cause))?;
        }
        map.end()
    }
}

/// PV given up over the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curtailment {
    /// PV on offer at the POI before any limit: after HV equipment and availability, battery idle, kWh.
    pub available_kwh: f64,
    /// Given up, without what the inverters clip, kWh.
    pub curtailed_kwh: f64,
    /// The same as a share of what was on offer, %.
    pub curtailed_pct: f64,
    /// The same at the selling price; none without prices.
    pub curtailed_worth: Option<f64>,
    /// What of it the battery was discharging in the same step at most, kWh.
    pub battery_discharge_kwh: f64,
    /// Every cause.
    pub by_cause: Vec<CauseFigures>,
    /// By month, 1 to 12, all years together; months of the axis.
    pub by_month: Vec<Slot>,
    /// By hour of the day, 0 to 23, standard time.
    pub by_hour: Vec<Slot>,
}

/// What one cause took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CauseFigures {
    /// The cause.
    pub cause: Cause,
    /// Energy, kWh.
    pub kwh: f64,
    /// Share of the PV on offer at the POI, %.
    pub pct_of_available: f64,
    /// Time in which it took something, h.
    pub hours: f64,
    /// The energy at the selling price of its step; none without prices.
    pub worth: Option<f64>,
}

/// PV given up in a month or in an hour of the day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Slot {
    /// Number of the month or hour.
    pub number: u8,
    /// On offer, kWh.
    pub available_kwh: f64,
    #[serde(flatten)]
    kwh: ByCause,
}

impl Slot {
    /// What a cause took, kWh.
    pub fn kwh(&self, cause: Cause) -> f64 {
        self.kwh.get(cause)
    }

    /// Given up without what the inverters clip, kWh.
    pub fn curtailed_kwh(&self) -> f64 {
        self.kwh.curtailed()
    }

    /// The same as a share of what was on offer, %; 0 where nothing was.
    pub fn curtailed_pct(&self) -> f64 {
        pct(self.curtailed_kwh(), self.available_kwh)
    }
}

fn pct(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { 0.0 }
}

/// PV given up while the run goes on; energies in kWh.
#[derive(Debug, Clone, PartialEq)]
pub struct Causes {
    months: [Option<Slot>; 12],
    hours: [Option<Slot>; 24],
    total: ByCause,
    lasting_h: ByCause,
    worth: ByCause,
    discharged_kwh: f64,
}

impl Default for Causes {
    fn default() -> Self {
        let none = ByCause::default();
        Self { months: [None; 12], hours: [None; 24], total: none, lasting_h: none, worth: none, discharged_kwh: 0.0 }
    }
}

impl Causes {
    /// Notes a year.
    pub fn add(&mut self, year: &Year<'_>) {
        let h = year.axis.step_h();
        for (i, moment) in year.calendar.iter().enumerate() {
            let lost_w = ByCause::in_step(year, i);
            let kwh = |w: f64| w * h / KILO;
            let available_kwh = kwh(year.first.before_limit_w[i].max(0.0));
            let slots = [
                (&mut self.months[..], moment.month0, moment.month0 + 1),
                (&mut self.hours[..], moment.hour, moment.hour),
            ];
            for (slots, index, number) in slots {
                let empty = Slot { number, available_kwh: 0.0, kwh: ByCause::default() };
                let slot = slots[usize::from(index)].get_or_insert(empty);
                slot.available_kwh += available_kwh;
                slot.kwh.add_all(&lost_w, kwh);
            }
            self.total.add_all(&lost_w, kwh);
            self.lasting_h.add_all(&lost_w, |w| if w > TOLERANCE_W { h } else { 0.0 });
            if let Some(prices) = year.prices {
                self.worth.add_all(&lost_w, |w| kwh(w) * prices.sell_per_kwh[i]);
            }
            self.discharged_kwh += kwh(lost_w.by_limits().min(year.storage.ac_w[i].max(0.0)));
        }
    }

    /// What limits of the connection took, kWh.
    pub(super) fn by_limits_kwh(&self) -> f64 {
        self.total.by_limits()
    }

    pub(super) fn close(self, has_prices: bool) -> Curtailment {
        let by_month: Vec<Slot> = self.months.into_iter().flatten().collect();
        let available_kwh = by_month.iter().map(|slot| slot.available_kwh).sum();
        let curtailed_kwh = self.total.curtailed();
        let figures = |cause: Cause| CauseFigures {
            cause,
            kwh: self.total.get(cause),
            pct_of_available: pct(self.total.get(cause), available_kwh),
            hours: self.lasting_h.get(cause),
            worth: has_prices.then(|| self.worth.get(cause)),
        };
        Curtailment {
            available_kwh,
            curtailed_kwh,
            curtailed_pct: pct(curtailed_kwh, available_kwh),
            curtailed_worth: has_prices.then(|| self.worth.curtailed()),
            battery_discharge_kwh: self.discharged_kwh,
            by_cause: Cause::ALL.map(figures).to_vec(),
            by_month,
            by_hour: self.hours.into_iter().flatten().collect(),
        }
    }
}
