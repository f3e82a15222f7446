//! Weather on the run's axis, from any of the known file formats.

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
}
