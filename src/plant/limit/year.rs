//! The limit in force in every step: several limits at once, of which the most restrictive holds.

use crate::units::fraction;

/// Why a limit holds when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// It always holds: an agreement, a schedule, an external signal.
    Standing,
    /// It holds during an event.
    Event,
    /// It holds while a price passes a threshold.
    Price,
    /// The site feeds nothing in.
    ZeroFeedIn,
}

impl LimitKind {
    /// The word in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standing => "limit",
            Self::Event => "event",
            Self::Price => "price",
            Self::ZeroFeedIn => "zero_feed_in",
        }
    }
}

/// A limit on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitYear {
    /// In force, margin deducted, W; never negative, infinite where there is none.
    pub limit_w: Vec<f64>,
    /// The firm part of it, margin deducted, W: never above the limit in force, and the same where nothing is flexible.
    pub firm_w: Vec<f64>,
    /// Which part binds: index into `names`; the first of those that are equal, and 0 where there is no limit.
    pub binding: Vec<u8>,
    /// `limit`, then the names of the further limits in the order of the plant file.
    pub names: Vec<String>,
    /// Why each part holds when it holds.
    pub kinds: Vec<LimitKind>,
    /// Steps in which a missing signal was stood in for.
    pub fallback_steps: usize,
    /// What is kept below the limit in force, as configured.
    pub margin: Margin,
}

/// A rule of the operation itself: steps in which nothing is exported. It acts at the POI whatever the mode of the limit.
#[derive(Debug, Clone, PartialEq)]
pub struct NoExport {
    /// Its name among the parts of the limit.
    pub name: &'static str,
    /// Why it holds when it holds.
    pub kind: LimitKind,
    /// Whether it holds, per step.
    pub steps: Vec<bool>,
}

impl NoExport {
    /// In every one of `len` steps.
    pub fn always(len: usize) -> Self {
        Self { name: "zero feed-in", kind: LimitKind::ZeroFeedIn, steps: vec![true; len] }
    }

    /// In the steps in which feeding in costs money.
    pub fn at_negative_prices(sell_per_kwh: &[f64]) -> Self {
        let steps = sell_per_kwh.iter().map(|sell| *sell < 0.0).collect();
        Self { name: "negative price", kind: LimitKind::Price, steps }
    }
}

impl LimitYear {
    /// A limit of one part that always holds.
    pub fn standing(limit_w: Vec<f64>) -> Self {
        let firm_w = limit_w.clone();
        let binding = vec![0; limit_w.len()];
        let (names, kinds) = (vec![super::BASE.to_owned()], vec![LimitKind::Standing]);
        Self { limit_w, firm_w, binding, names, kinds, fallback_steps: 0, margin: Margin::W(0.0) }
    }

    /// Lets a further part hold where it is the most restrictive: `part_w` gives its power by step, W.
    pub fn tighten(&mut self, name: &str, kind: LimitKind, part_w: impl Fn(usize) -> f64) {
        let number = self.names.len() as u8;
        for (i, limit_w) in self.limit_w.iter_mut().enumerate() {
            let part_w = part_w(i);
            if part_w < *limit_w {
                (*limit_w, self.binding[i]) = (part_w, number);
                self.firm_w[i] = self.firm_w[i].min(part_w);
            }
        }
        self.names.push(name.to_owned());
        self.kinds.push(kind);
    }

    /// Why the limit of a step holds.
    pub fn kind(&self, i: usize) -> LimitKind {
        self.kinds[usize::from(self.binding[i])]
    }

    /// The smallest limit of the axis, W; infinite where there is none.
    pub fn lowest_w(&self) -> f64 {
        self.limit_w.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// What is kept below the limit in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Margin {
    /// A power, W.
    W(f64),
    /// A share of the limit, 0 to 1.
    Share(f64),
}

impl Margin {
    pub(super) fn from_pct(pct: f64) -> Self {
        Self::Share(fraction(pct))
    }

    /// The limit less its margin: never negative, and infinite where there is no limit.
    fn below(self, limit_w: f64) -> f64 {
        match self {
            _ if limit_w == f64::INFINITY => limit_w,
            Self::W(w) => (limit_w - w).max(0.0),
            Self::Share(share) => limit_w * (1.0 - share),
        }
    }
}

/// One of several limits at once.
#[derive(Clone)]
pub(super) struct Part {
    pub name: String,
    pub kind: LimitKind,
    /// W; infinite where it does not hold.
    pub limit_w: Vec<f64>,
}

/// The most restrictive of `parts`, the first of which is the base; `firm_w` is the base's firm part.
pub(super) fn most_restrictive(parts: Vec<Part>, firm_w: &[f64], margin: Margin, missing: &[bool]) -> LimitYear {
    let mut limit_w = vec![f64::INFINITY; firm_w.len()];
    let mut binding = vec![0; firm_w.len()];
    for (part, number) in parts.iter().zip(0u8..) {
        for ((limit, binding), w) in limit_w.iter_mut().zip(&mut binding).zip(&part.limit_w) {
            if w < limit {
                (*limit, *binding) = (*w, number);
            }
        }
    }
    let firm_w = firm_w.iter().zip(&limit_w).map(|(firm, limit)| margin.below(firm.min(*limit))).collect();
    for limit in &mut limit_w {
        *limit = margin.below(*limit);
    }
    let (names, kinds) = parts.into_iter().map(|part| (part.name, part.kind)).unzip();
    let fallback_steps = missing.iter().filter(|missing| **missing).count();
    LimitYear { limit_w, firm_w, binding, names, kinds, fallback_steps, margin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part(name: &str, limit_w: &[f64]) -> Part {
        Part { name: name.to_owned(), kind: LimitKind::Standing, limit_w: limit_w.to_vec() }
    }

    #[test]
    fn the_lowest_part_binds_and_the_first_of_equals() {
        let inf = f64::INFINITY;
        let parts = vec![part("limit", &[9.0, 9.0, inf]), part("a", &[9.0, 4.0, inf]), part("b", &[inf, 3.0, inf])];
        let year = most_restrictive(parts, &[9.0, 9.0, inf], Margin::W(1.0), &[false, true, false]);
        assert_eq!((year.limit_w, year.binding), (vec![8.0, 2.0, inf], vec![0, 2, 0]));
        assert_eq!((year.firm_w, year.fallback_steps, year.margin), (vec![8.0, 2.0, inf], 1, Margin::W(1.0)));
    }

    #[test]
    fn a_margin_in_percent_is_of_the_limit_in_force_and_no_limit_stays_none() {
        assert_eq!(Margin::from_pct(5.0).below(200.0), 190.0);
        assert_eq!(Margin::from_pct(100.0).below(f64::INFINITY), f64::INFINITY);
        assert_eq!(Margin::W(5.0).below(3.0), 0.0);
    }

    #[test]
    fn an_empty_axis_has_no_lowest_limit() {
        let year = most_restrictive(vec![part("limit", &[])], &[], Margin::W(0.0), &[]);
        assert_eq!(year.lowest_w(), f64::INFINITY);
    }

    fn limit_w() -> impl Strategy<Value = f64> {
        prop_oneof![4 => 0.0..1e9f64, 1 => Just(f64::INFINITY), 1 => Just(0.0)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn the_limit_in_force_is_never_above_any_of_its_parts_and_never_negative(
            steps in prop::collection::vec((limit_w(), 0.0..1e8f64, prop::collection::vec(limit_w(), 4)), 0..6),
            margin in prop_oneof![(0.0..1e8f64).prop_map(Margin::W), (0.0..=1.0f64).prop_map(Margin::Share)],
        ) {
            let firm_w: Vec<f64> = steps.iter().map(|s| s.0).collect();
            let base_w: Vec<f64> = steps.iter().map(|s| s.0 + s.1).collect();
            let mut parts = vec![part("limit", &base_w)];
            parts.extend((0..4).map(|j| part("also", &steps.iter().map(|s| s.2[j]).collect::<Vec<_>>())));
            let all: Vec<Vec<f64>> = parts.iter().map(|p| p.limit_w.clone()).collect();
            let year = most_restrictive(parts, &firm_w, margin, &vec![false; steps.len()]);
            for i in 0..steps.len() {
                let limit_w = year.limit_w[i];
                prop_assert!(limit_w >= 0.0 && all.iter().all(|w| limit_w <= w[i]));
                prop_assert!(year.firm_w[i] >= 0.0 && year.firm_w[i] <= limit_w && year.firm_w[i] <= firm_w[i]);
                prop_assert_eq!(limit_w, margin.below(all[usize::from(year.binding[i])][i]), "the part that binds gives it");
            }
        }
    }
}
