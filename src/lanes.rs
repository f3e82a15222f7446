//! Numbers of one plant, or of several side by side: physics written once serves both.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use wide::{CmpGe, CmpGt, CmpLt, f64x4};

/// How many plants stand side by side in [`Lanes`].
pub const LANES: usize = 4;

/// One number for each of several plants. Every operation does for each what it does for an `f64`, bit for
/// bit, but for the sign of zeros.
pub type Lanes = f64x4;

/// A number that physics computes with: an `f64`, or [`Lanes`] of them.
///
/// Comparisons give a mask, and a choice between two values by a mask stands where a branch would; `any` says whether a
/// branch is worth taking at all.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Whether something holds, for each plant.
    type Mask: Copy + Debug + PartialEq;
    /// How many plants it is for.
    const PLANTS: usize;

    /// The same number for every plant.
    fn of(x: f64) -> Self;
    /// The same truth for every plant.
    fn mask(holds: bool) -> Self::Mask;
    /// A number for each plant by its place; of a single plant that of the first.
    fn each(value: impl Fn(usize) -> f64) -> Self;
    /// The number of one of the plants.
    fn one(self, place: usize) -> f64;
    /// The greater one; of equal ones the other.
    #[must_use]
    fn or_more(self, other: Self) -> Self;
    /// The lesser one; of equal ones the other.
    #[must_use]
    fn or_less(self, other: Self) -> Self;
    /// Its size without the sign.
    #[must_use]
    fn size(self) -> Self;
    /// The square root.
    #[must_use]
    fn root(self) -> Self;
    /// Whether it is greater than the other.
    fn above(self, other: Self) -> Self::Mask;
    /// Whether it is less than the other.
    fn below(self, other: Self) -> Self::Mask;
    /// Whether it is not less than the other.
    fn at_least(self, other: Self) -> Self::Mask;
    /// `yes` where the mask holds, `no` where not.
    #[must_use]
    fn choose(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Whether both hold.
    fn both(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Whether one of them holds.
    fn either(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Whether it does not hold.
    fn not(mask: Self::Mask) -> Self::Mask;
    /// Whether it holds for any plant.
    fn any(mask: Self::Mask) -> bool;

    /// The value, or zero where that is more.
    #[inline]
    #[must_use]
    fn or_zero(self) -> Self {
        self.or_more(Self::of(0.0))
    }

    /// The value where the mask holds, zero where not.
    #[inline]
    #[must_use]
    fn only_where(self, mask: Self::Mask) -> Self {
        Self::choose(mask, self, Self::of(0.0))
    }

    /// A truth for each plant by its place.
    #[inline]
    fn which(holds: impl Fn(usize) -> bool) -> Self::Mask {
        Self::each(|place| f64::from(u8::from(holds(place)))).positive()
    }

    /// Whether it is greater than zero.
    #[inline]
    fn positive(self) -> Self::Mask {
        self.above(Self::of(0.0))
    }
}

impl Real for f64 {
    type Mask = bool;
    const PLANTS: usize = 1;

    #[inline]
    fn of(x: f64) -> Self {
        x
    }
    #[inline]
    fn mask(holds: bool) -> bool {
        holds
    }
    #[inline]
    fn each(value: impl Fn(usize) -> f64) -> Self {
        value(0)
    }
    #[inline]
    fn one(self, _place: usize) -> f64 {
        self
    }
    #[inline]
    fn or_more(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline]
    fn or_less(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    #[inline]
    fn size(self) -> Self {
        self.abs()
    }
    #[inline]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline]
    fn above(self, other: Self) -> bool {
        self > other
    }
    #[inline]
    fn below(self, other: Self) -> bool {
        self < other
    }
    #[inline]
    fn at_least(self, other: Self) -> bool {
        self >= other
    }
    #[inline]
    fn choose(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline]
    fn both(a: bool, b: bool) -> bool {
        a && b
    }
    #[inline]
    fn either(a: bool, b: bool) -> bool {
        a || b
    }
    #[inline]
    fn not(mask: bool) -> bool {
        !mask
    }
    #[inline]
    fn any(mask: bool) -> bool {
        mask
    }
}

impl Real for Lanes {
    type Mask = Self;
    const PLANTS: usize = LANES;

    #[inline]
    fn of(x: f64) -> Self {
        Self::splat(x)
    }
    #[inline]
    fn mask(holds: bool) -> Self {
        Self::splat(if holds { f64::from_bits(u64::MAX) } else { 0.0 })
    }
    #[inline]
    fn each(value: impl Fn(usize) -> f64) -> Self {
        Self::new(std::array::from_fn(value))
    }
    #[inline]
    fn one(self, place: usize) -> f64 {
        self.to_array()[place]
    }
    #[inline]
    fn or_more(self, other: Self) -> Self {
        self.fast_max(other)
    }
    #[inline]
    fn or_less(self, other: Self) -> Self {
        self.fast_min(other)
    }
    #[inline]
    fn size(self) -> Self {
        self.abs()
    }
    #[inline]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline]
    fn above(self, other: Self) -> Self {
        self.cmp_gt(other)
    }
    #[inline]
    fn below(self, other: Self) -> Self {
        self.cmp_lt(other)
    }
    #[inline]
    fn at_least(self, other: Self) -> Self {
        self.cmp_ge(other)
    }
    #[inline]
    fn choose(mask: Self, yes: Self, no: Self) -> Self {
        no ^ ((no ^ yes) & mask)
    }
    #[inline]
    fn both(a: Self, b: Self) -> Self {
        a & b
    }
    #[inline]
    fn either(a: Self, b: Self) -> Self {
        a | b
    }
    #[inline]
    fn not(mask: Self) -> Self {
        !mask
    }
    #[inline]
    fn any(mask: Self) -> bool {
        wide::f64x4::any(mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn lanes_compute_what_each_number_alone_does(
            a in proptest::array::uniform4(any::<f64>()), b in proptest::array::uniform4(any::<f64>()),
        ) {
            let (x, y) = (Lanes::new(a), Lanes::new(b));
            let same = |lanes: Lanes, alone: fn(f64, f64) -> f64| {
                (0..LANES).all(|i| {
                    let (one, other) = (lanes.to_array()[i], alone(a[i], b[i]));
                    one == other || (one.is_nan() && other.is_nan())
                })
            };
            prop_assert!(same(x + y, |a, b| a + b) && same(x - y, |a, b| a - b) && same(x * y, |a, b| a * b));
            prop_assert!(same(x / y, |a, b| a / b) && same(x.size().root(), |a, _| a.size().root()));
            prop_assert!(same(-x, |a, _| -a) && same(x.or_zero(), |a, _| a.or_zero()));
            prop_assert!(same(x.or_more(y), f64::or_more) && same(x.or_less(y), f64::or_less));
            let choices = [
                same(Lanes::choose(x.above(y), x, y), |a, b| if a > b { a } else { b }),
                same(Lanes::choose(x.below(y), x, y), |a, b| if a < b { a } else { b }),
                same(Lanes::choose(x.at_least(y), x, y), |a, b| if a >= b { a } else { b }),
                same(x.only_where(Lanes::not(x.positive())), |a, _| if a > 0.0 { 0.0 } else { a }),
            ];
            prop_assert_eq!(choices, [true; 4]);
            let (both, either) = (Lanes::both(x.positive(), y.positive()), Lanes::either(x.positive(), y.positive()));
            let masks = [
                same(x.only_where(both), |a, b| if a > 0.0 && b > 0.0 { a } else { 0.0 }),
                same(x.only_where(either), |a, b| if a > 0.0 || b > 0.0 { a } else { 0.0 }),
            ];
            prop_assert_eq!(masks, [true; 2]);
            prop_assert_eq!(Lanes::any(x.above(y)), (0..LANES).any(|i| a[i] > b[i]));
        }
    }

    #[test]
    fn masks_and_zeros_are_those_of_numbers() {
        let x = Lanes::each(|i| i as f64);
        assert_eq!(x.to_array(), [0.0, 1.0, 2.0, 3.0]);
        assert!(Lanes::any(Lanes::mask(true)) && !Lanes::any(Lanes::mask(false)));
        assert_eq!(x.only_where(Lanes::which(|place| place % 2 == 1)).to_array(), [0.0, 1.0, 0.0, 3.0]);
        assert!(f64::which(|place| place == 0) && !f64::which(|place| place == 1));
        assert_eq!((Lanes::choose(Lanes::mask(true), x, -x), Lanes::choose(Lanes::mask(false), x, -x)), (x, -x));
    }
}
