//! Weather on the run's axis, from any of the known file formats.

mod checks;
mod detect;
mod fill;
mod load;
mod plain;
mod raw;
mod sam;
#[cfg(test)]
mod tests;
mod tmy3;

pub use load::load_weather;
pub use plain::ColumnMap;

use super::stamp::{LABELS, Label};
use crate::keys::{Keys, Origin};
use crate::time::TimeAxis;

/// Weather of the run, one value per step, mean over the step. All vectors have the axis' length and finite values.
///
/// At least `ghi`, or `dni` and `dhi`, is given; irradiance is never negative.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// The run's axis.
    pub axis: TimeAxis,
    /// UTC second (since 1970) at which the sun is computed: the middle of the interval, on the row's own date. In a
    /// typical year months come from different years, so this may jump where the axis does not.
    pub mid_utc_s: Vec<i64>,
    /// Global horizontal irradiance, W/m².
    pub ghi_w_m2: Option<Vec<f64>>,
    /// Direct normal irradiance, W/m².
    pub dni_w_m2: Option<Vec<f64>>,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_m2: Option<Vec<f64>>,
    /// Air temperature, °C.
    pub temp_air_c: Vec<f64>,
    /// Wind speed, m/s.
    pub wind_speed_m_s: Vec<f64>,
    /// Air pressure, Pa, where the file has it.
    pub pressure_pa: Option<Vec<f64>>,
    /// Ground albedo, where the file has it.
    pub albedo: Option<Vec<f64>>,
    /// What every irradiance above is to be multiplied with.
    pub irradiance_factor: f64,
    /// Lowest air temperature of the steps with light, °C; of all steps where there is no light at all.
    pub coldest_daylight_c: f64,
}

impl Weather {
    fn with_coldest_daylight(self) -> Self {
        let lit = |i: usize| {
            let some = |v: &Option<Vec<f64>>| v.as_ref().is_some_and(|v| v[i] > 0.0);
            some(&self.ghi_w_m2) || some(&self.dni_w_m2) || some(&self.dhi_w_m2)
        };
        let coldest =
            |steps: &mut dyn Iterator<Item = usize>| steps.map(|i| self.temp_air_c[i]).fold(f64::INFINITY, f64::min);
        let by_day = coldest(&mut (0..self.axis.len).filter(|i| lit(*i)));
        let coldest_daylight_c = if by_day.is_finite() { by_day } else { coldest(&mut (0..self.axis.len)) };
        Self { coldest_daylight_c, ..self }
    }
}

/// A format of weather file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TMY3, hour-ending stamps from 01:00 to 24:00.
    Tmy3,
    /// NSRDB download (PSM3, PSM4).
    Nsrdb,
    /// SAM CSV.
    Sam,
    /// Plain CSV with a column map.
    Csv,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Tmy3 => "tmy3",
            Self::Nsrdb => "nsrdb",
            Self::Sam => "sam",
            Self::Csv => "csv",
        }
    }
}

/// What is done about missing rows and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// They are refused.
    None,
    /// Up to six hours are filled linearly and reported.
    Interpolate,
}

impl Fill {
    /// The longest gap that is filled, s.
    pub(super) fn longest_s(self) -> i64 {
        if self == Self::Interpolate { 6 * 3600 } else { 0 }
    }
}

/// The `[weather]` section.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherPlan {
    /// The file, relative to the plant file, or `pvess:` and the name of shipped data.
    pub file: String,
    /// Its format; none: told from its first lines.
    pub format: Option<Format>,
    /// What its stamps name; none: as the format has it.
    pub label: Option<Label>,
    /// The year by which the run is called, if not the first row's.
    pub label_year: Option<i16>,
    /// What is done about gaps.
    pub fill: Fill,
    /// Columns of a plain CSV file.
    pub columns: ColumnMap,
    /// What global, direct and diffuse irradiance are multiplied with.
    pub irradiance_factor: f64,
    at: Origin,
}

impl WeatherPlan {
    /// Reads the keys of `[weather]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let file = k.required_text("file", "weather file, relative to this one; or pvess:NAME for shipped data");
        let known = [Format::Tmy3, Format::Nsrdb, Format::Sam, Format::Csv].map(|f| (f.name(), Some(f)));
        let [tmy3, nsrdb, sam, csv] = known;
        let format = k.choice("format", "format of the file", &[("auto", None), tmy3, nsrdb, sam, csv], None);
        let label = read_label(k, "what a stamp names; default as the format has it, in plain CSV the start");
        let label_year = read_label_year(k);
        let fills = [("none", Fill::None), ("interpolate", Fill::Interpolate)];
        let fill = k.choice("fill", "what is done about missing rows and values, up to 6 h", &fills, Fill::None);
        let columns = k.section_or_default("columns", "columns of a plain CSV file", ColumnMap::read);
        let doc = "what global, direct and diffuse irradiance are multiplied with";
        let irradiance_factor = k.number("irradiance_factor", doc).within(0.0, 2.0).or(1.0);
        Self { file, format, label, label_year, fill, columns, irradiance_factor, at: Origin::of(k, "file") }
    }

    /// Whether another plan reads the same data; what they are multiplied with may differ.
    pub fn reads_as(&self, other: &Self) -> bool {
        *self == Self { irradiance_factor: self.irradiance_factor, ..other.clone() }
    }
}

/// Reads `label`; none where it is not given.
pub(super) fn read_label(k: &mut Keys<'_>, doc: &'static str) -> Option<Label> {
    let [start, middle, end] = LABELS.map(|(name, label)| (name, Some(label)));
    k.choice("label", doc, &[start, middle, end], None)
}

/// Reads `label_year`.
pub(super) fn read_label_year(k: &mut Keys<'_>) -> Option<i16> {
    let doc = "the year by which a typical year is called; default the first row's";
    k.number("label_year", doc).within(1900.0, 2200.0).whole().optional().map(|year| year as i16)
}
