//! Where the plant stands.

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
