//! Unit factors: the engineer's units at the door, SI inside.

/// Kilo: kW to W, kWh to Wh, kV to V.
pub const KILO: f64 = 1e3;
/// Mega: MW to W, MWh to Wh, MVA to VA.
pub const MEGA: f64 = 1e6;
/// Thousands of feet in a kilometer.
pub const KFT_PER_KM: f64 = 3.28084;
/// Zero degrees Celsius in kelvin.
pub const ZERO_CELSIUS_K: f64 = 273.15;
/// Hours in the 365-day year by which calendar fade and degradation count.
pub const HOURS_PER_YEAR: f64 = 8760.0;
/// Hours in a mean month, by which self-discharge counts.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// A percentage as a fraction.
#[inline]
pub fn fraction(pct: f64) -> f64 {
    pct / 100.0
}
