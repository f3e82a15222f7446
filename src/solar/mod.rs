//! Room 2: sun and sky. From the weather and the place to the sun's position and all three irradiance components.

mod decomposition;
mod point;
mod transposition;

pub use decomposition::{Components, Decomposition};
pub use point::{SkyPoint, Surface};
pub use transposition::{SkyDiffuse, Transposition, ground_reflected_w_m2};

use crate::inputs::{Site, Weather};
use crate::keys::Keys;

/// What the plant file may choose in this room: its `[solar]` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    /// How beam and diffuse are found when only the global irradiance is given.
    pub decomposition: Decomposition,
    /// How diffuse irradiance is brought onto a plane.
    pub transposition: Transposition,
}

impl Plan {
    /// Reads the keys of `[solar]`; each has a default.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let decomposition = "beam and diffuse irradiance from the global one, where the weather has no other";
        let transposition = "diffuse irradiance of the sky on the plane of the modules";
        Self {
            decomposition: k.choice("decomposition", decomposition, Decomposition::NAMES, Decomposition::default()),
            transposition: k.choice("transposition", transposition, Transposition::NAMES, Transposition::default()),
        }
    }
}

/// How far the measured components of a weather file are from adding up: `GHI − (DHI + DNI·cos z)` over the steps with
/// the sun up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closure {
    /// Mean, W/m²: positive where the global value is the larger.
    pub mean_w_m2: f64,
    /// Mean of the absolute difference, W/m².
    pub mean_absolute_w_m2: f64,
    /// Number of steps with the sun up.
    pub steps: usize,
}

/// Sun and sky of the run, one value per step. All values are finite, by night too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sky {
    /// Apparent zenith of the sun (with refraction), degrees; 90 and above the sun is down.
    pub zenith_deg: Vec<f64>,
    /// Azimuth of the sun, degrees clockwise from north, 0 to 360.
    pub azimuth_deg: Vec<f64>,
    /// Global horizontal irradiance, W/m².
    pub ghi_w_m2: Vec<f64>,
    /// Direct normal irradiance, W/m²; 0 while the sun is down.
    pub dni_w_m2: Vec<f64>,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_m2: Vec<f64>,
    /// Direct normal irradiance above the atmosphere, W/m².
    pub dni_extra_w_m2: Vec<f64>,
    /// Relative air mass; that of the horizon while the sun is down.
    pub airmass_relative: Vec<f64>,
    /// How well given components add up, when all three were given.
    pub closure: Option<Closure>,
    sun: Vec<[f64; 3]>,
}

/// Sun and sky of every step of the weather.
pub fn sky(_weather: &Weather, _site: &Site, _plan: &Plan) -> Sky {
    Sky::default()
}

impl Sky {
    /// The sky of step `i`.
    #[inline]
    pub fn point(&self, i: usize) -> SkyPoint {
        SkyPoint {
            zenith_deg: self.zenith_deg[i],
            azimuth_deg: self.azimuth_deg[i],
            cos_zenith: self.sun[i][2],
            ghi_w_m2: self.ghi_w_m2[i],
            dni_w_m2: self.dni_w_m2[i],
            dhi_w_m2: self.dhi_w_m2[i],
            dni_extra_w_m2: self.dni_extra_w_m2[i],
            airmass_relative: self.airmass_relative[i],
            sun: self.sun[i],
        }
    }
}

impl FromIterator<SkyPoint> for Sky {
    /// The points as steps of a run, without a closure.
    fn from_iter<I: IntoIterator<Item = SkyPoint>>(points: I) -> Self {
        let mut sky = Self::default();
        for point in points {
            sky.zenith_deg.push(point.zenith_deg);
            sky.azimuth_deg.push(point.azimuth_deg);
            sky.ghi_w_m2.push(point.ghi_w_m2);
            sky.dni_w_m2.push(point.dni_w_m2);
            sky.dhi_w_m2.push(point.dhi_w_m2);
            sky.dni_extra_w_m2.push(point.dni_extra_w_m2);
            sky.airmass_relative.push(point.airmass_relative);
            sky.sun.push(point.sun);
        }
        sky
    }
}
