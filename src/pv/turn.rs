//! Angles across the rows.

/// An angle by its sine and cosine, so that sums, differences and the sun's place need no trigonometry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// Its sine.
    pub sin: f64,
    /// Its cosine.
    pub cos: f64,
}

impl Turn {
    /// No turn: straight up.
    pub const NONE: Self = Self { sin: 0.0, cos: 1.0 };

    /// From an angle, rad.
    pub fn from_rad(rad: f64) -> Self {
        let (sin, cos) = rad.sin_cos();
        Self { sin, cos }
    }

    /// The turn from straight up to a direction of any length; none without a length.
    #[inline]
    pub fn towards(aside: f64, up: f64) -> Self {
        let length = (aside * aside + up * up).sqrt();
        if length > 0.0 { Self { sin: aside / length, cos: up / length } } else { Self::NONE }
    }

    /// From 0 to a right angle, by a cosine from 0 to 1.
    #[inline]
    pub fn from_cos(cos: f64) -> Self {
        Self { sin: ((1.0 - cos) * (1.0 + cos)).sqrt(), cos }
    }

    /// The angle, rad, -π to π.
    #[inline]
    pub fn rad(self) -> f64 {
        self.sin.atan2(self.cos)
    }

    /// What is left of this turn after another.
    #[inline]
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        let sin = self.sin * other.cos - self.cos * other.sin;
        Self { sin, cos: self.cos_between(other) }
    }

    /// Cosine of the angle between two turns.
    #[inline]
    pub fn cos_between(self, other: Self) -> f64 {
        self.cos * other.cos + self.sin * other.sin
    }

    /// The same angle to the side of another turn.
    #[inline]
    #[must_use]
    pub fn to_the_side_of(self, other: Self) -> Self {
        Self { sin: self.sin.copysign(other.sin), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_direction_of_no_length_is_straight_up() {
        assert_eq!(Turn::towards(0.0, 0.0), Turn::NONE);
        assert!((Turn::towards(-3.0, 3.0).rad().to_degrees() + 45.0).abs() < 1e-12);
    }

    #[test]
    fn to_the_side_of_a_turn_the_size_stays() {
        let (small, west, east) = (Turn::from_cos(0.5), Turn::from_rad(1.5), Turn::from_rad(-1.5));
        assert!((small.to_the_side_of(east).rad().to_degrees() + 60.0).abs() < 1e-12);
        assert!((small.to_the_side_of(west).rad().to_degrees() - 60.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn differences_are_those_of_the_angles(a in -1.5..1.5f64, b in -1.5..1.5f64) {
            let between = Turn::from_rad(a).minus(Turn::from_rad(b));
            prop_assert!((between.rad() - (a - b)).abs() < 1e-15 * 8.0);
            prop_assert!((between.cos - (a - b).cos()).abs() < 1e-15);
        }
    }
}
