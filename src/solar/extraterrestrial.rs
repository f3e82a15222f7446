//! Irradiance above the atmosphere.

use std::f64::consts::TAU;
use std::ops::Range;

use jiff::Span;
use jiff::civil::{Date, date};

/// Mean irradiance at the mean distance of the sun, W/m².
const SOLAR_CONSTANT_W_M2: f64 = 1366.1;
const DAY_S: i64 = 86_400;

/// Direct normal irradiance above the atmosphere on a day of the year from 1 to 366, W/m², by the changing distance of
/// the sun. Day and night alike. Spencer's series [1] in the day angle `B = 2π·(day − 1)/365`:
///
/// `1366.1·(1.00011 + 0.034221·cos B + 0.00128·sin B + 0.000719·cos 2B + 0.000077·sin 2B)`
///
/// [1] Spencer, J. W. (1971). Fourier series representation of the position of the sun. Search 2 (5), 172.
pub fn dni_extra_w_m2(day_of_year: f64) -> f64 {
    let day_angle = TAU * (day_of_year - 1.0) / 365.0;
    let (sin, cos) = day_angle.sin_cos();
    let (sin_twice, cos_twice) = (2.0 * day_angle).sin_cos();
    SOLAR_CONSTANT_W_M2 * (1.000_11 + 0.034_221 * cos + 0.001_28 * sin + 0.000_719 * cos_twice + 0.000_077 * sin_twice)
}

/// Irradiance above the atmosphere, worked out once a day.
#[derive(Default)]
pub(super) struct Today {
    seconds: Range<i64>,
    dni_extra_w_m2: f64,
}

impl Today {
    /// On the day of a second of standard time since 1970.
    #[inline]
    pub(super) fn dni_extra_w_m2(&mut self, standard_s: i64) -> f64 {
        if !self.seconds.contains(&standard_s) {
            let day = standard_s.div_euclid(DAY_S);
            let dni_extra_w_m2 = dni_extra_w_m2(f64::from(day_of_year(day)));
            *self = Self { seconds: day * DAY_S..(day + 1) * DAY_S, dni_extra_w_m2 };
        }
        self.dni_extra_w_m2
    }
}

/// Day of the year, from 1, of a day counted from 1970.
fn day_of_year(day: i64) -> i16 {
    let since = Span::new().try_days(day);
    since.and_then(|since| date(1970, 1, 1).checked_add(since)).map_or(1, Date::day_of_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pvlib_s_values_are_met_and_the_sun_is_strongest_in_january() {
        for (day_of_year, expected_w_m2) in [
            (1.0, 1_413.981_805),
            (4.0, 1_414.015_352_924_895_5),
            (172.0, 1_321.623_592_571_413_6),
            (366.0, 1_413.981_805),
        ] {
            assert!((dni_extra_w_m2(day_of_year) - expected_w_m2).abs() < 1e-9, "{day_of_year}");
        }
    }

    #[test]
    fn the_day_of_the_year_knows_leap_years_and_the_years_before_1970() {
        // 2020-12-31 is day 18627 and the 366th of its year; 1969-12-31 is day -1 and the 365th.
        let mut today = Today::default();
        assert_eq!(today.dni_extra_w_m2(18_628 * DAY_S - 1), dni_extra_w_m2(366.0));
        assert_eq!(today.dni_extra_w_m2(18_628 * DAY_S), dni_extra_w_m2(1.0));
        assert_eq!(today.dni_extra_w_m2(-1), dni_extra_w_m2(365.0));
        assert_eq!(day_of_year(i64::MAX), 1);
    }
}
