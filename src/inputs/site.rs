//! Where the plant stands.

use crate::error::Findings;
use crate::keys::{Keys, Origin};

/// Location of the plant; its standard time is the axis'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// Latitude, degrees, north positive, -90 to 90.
    pub latitude_deg: f64,
    /// Longitude, degrees, east positive, -180 to 180.
    pub longitude_deg: f64,
    /// Elevation above sea level, m.
    pub elevation_m: f64,
}

/// The `[site]` section: what is not given comes from the weather file's header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SitePlan {
    /// Latitude, degrees, north positive.
    pub latitude_deg: Option<f64>,
    /// Longitude, degrees, east positive.
    pub longitude_deg: Option<f64>,
    /// Elevation above sea level, m.
    pub elevation_m: Option<f64>,
    /// Standard time minus UTC, h, east positive.
    pub utc_offset_h: Option<f64>,
    at: Origin,
}

/// What a weather file says of its place; what it leaves out is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Header {
    /// Latitude, degrees, north positive.
    pub latitude_deg: Option<f64>,
    /// Longitude, degrees, east positive.
    pub longitude_deg: Option<f64>,
    /// Elevation above sea level, m.
    pub elevation_m: Option<f64>,
    /// Clock of the stamps minus UTC, s.
    pub utc_offset_s: Option<i32>,
    /// Standard time of the place minus UTC, s, where the stamps are on another clock.
    pub local_offset_s: Option<i32>,
}

impl SitePlan {
    /// Reads the keys of `[site]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self {
            latitude_deg: k.number("latitude_deg", "latitude, degrees, north positive").within(-90.0, 90.0).optional(),
            longitude_deg: k
                .number("longitude_deg", "longitude, degrees, east positive")
                .within(-180.0, 180.0)
                .optional(),
            elevation_m: k.number("elevation_m", "elevation above sea level, m").within(-500.0, 9000.0).optional(),
            utc_offset_h: k
                .number("utc_offset_h", "standard time minus UTC, hours, east positive")
                .within(-12.0, 14.0)
                .optional(),
            at: Origin::of(k, ""),
        }
    }

    /// Standard time minus UTC as planned, s.
    pub(super) fn utc_offset_s(&self) -> Option<i32> {
        self.utc_offset_h.map(|h| (h * 3600.0).round() as i32)
    }

    /// The site from the plan and the weather file's header. A value that neither gives is noted, and NaN.
    pub(super) fn site(&self, file: &str, header: &Header, findings: &Findings) -> Site {
        let pick = |key: &str, planned: Option<f64>, found: Option<f64>| {
            if let (Some(planned), Some(found)) = (planned, found)
                && (planned - found).abs() > 0.5
                && key != "elevation_m"
            {
                findings.warn(format!("site.{key} is {planned}, but {file} is for {found}"));
            }
            planned.or(found).unwrap_or_else(|| {
                self.missing(key, file, findings);
                f64::NAN
            })
        };
        Site {
            latitude_deg: pick("latitude_deg", self.latitude_deg, header.latitude_deg),
            longitude_deg: pick("longitude_deg", self.longitude_deg, header.longitude_deg),
            elevation_m: pick("elevation_m", self.elevation_m, header.elevation_m),
        }
    }

    /// Notes a location key that neither the plan nor the weather file gives.
    pub(super) fn missing(&self, key: &str, file: &str, findings: &Findings) {
        let full_key = format!("site.{key}");
        self.at.problem(findings, &full_key, format!("missing; {file} does not tell it, so it is required"));
    }
}

impl Site {
    /// Warns of a clock more than three hours from the sun: the sign of the longitude or of the offset is wrong.
    pub(super) fn check_clock(&self, utc_offset_s: i32, findings: &Findings) {
        let (clock_h, sun_h) = (f64::from(utc_offset_s) / 3600.0, self.longitude_deg / 15.0);
        // The date line is a jump of the clock, not of the sun.
        let apart_h = (clock_h - sun_h + 12.0).rem_euclid(24.0) - 12.0;
        if apart_h.abs() > 3.0 {
            let longitude_deg = self.longitude_deg;
            findings.warn(format!(
                "site: longitude {longitude_deg} does not go with standard time {clock_h} h from UTC: \
                 both are positive to the east"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Door, Node};

    fn plan(text: &str, findings: &Findings) -> SitePlan {
        let node = Node::parse(text, "plant.toml").unwrap();
        Keys::read(&node, &Door { findings, shelf: &|_, _| Err(vec![]) }, SitePlan::read)
    }

    fn header() -> Header {
        Header { latitude_deg: Some(33.0), longitude_deg: Some(-112.0), elevation_m: Some(300.0), ..Header::default() }
    }

    #[test]
    fn the_plan_goes_before_the_header_and_a_difference_is_told() {
        let findings = Findings::default();
        let site = plan("latitude_deg = 34\nelevation_m = 310", &findings).site("w.csv", &header(), &findings);
        assert_eq!(site, Site { latitude_deg: 34.0, longitude_deg: -112.0, elevation_m: 310.0 });
        let ((), warnings) = findings.conclude(()).unwrap();
        assert_eq!(warnings, ["site.latitude_deg is 34, but w.csv is for 33"]);
    }

    #[test]
    fn what_nobody_tells_is_required() {
        let findings = Findings::default();
        plan("latitude_deg = 34\nlongitude_deg = 1", &findings).site("w.csv", &Header::default(), &findings);
        assert_eq!(
            findings.conclude(()).unwrap_err().to_string(),
            "plant.toml: site.elevation_m: missing; w.csv does not tell it, so it is required"
        );
    }

    #[test]
    fn the_ranges_are_kept() {
        let findings = Findings::default();
        plan("latitude_deg = 91\nlongitude_deg = -181\nelevation_m = 9001\nutc_offset_h = 15", &findings);
        assert_eq!(findings.conclude(()).unwrap_err().0.len(), 4);
    }

    #[test]
    fn a_clock_far_from_the_sun_is_warned_of() {
        let warned = |longitude_deg, offset_h: i32| {
            let findings = Findings::default();
            Site { latitude_deg: 0.0, longitude_deg, elevation_m: 0.0 }.check_clock(offset_h * 3600, &findings);
            !findings.conclude(()).unwrap().1.is_empty()
        };
        assert!(warned(112.0, -7) && warned(-112.0, 7) && warned(-112.0, 0));
        // Western China, the Pacific east and west of the date line, Spain.
        assert!(!warned(76.0, 8) && !warned(-172.0, 13) && !warned(179.0, 12) && !warned(-5.0, 1));
    }
}
