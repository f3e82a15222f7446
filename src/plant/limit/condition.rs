//! When a further limit holds: always, during an event, or while a price passes a threshold.

use super::value::Source;
use super::{LimitContext, LimitKind, NO_SIGNAL};
use crate::error::Findings;
use crate::inputs::{Files, Prices, SeriesColumn, SeriesPlan, load_one};
use crate::keys::{Keys, Origin};

/// When a further limit holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// Always.
    Standing,
    /// While an event series is above a threshold.
    Event { plan: SeriesPlan, above: f64 },
    /// While every threshold of a price is passed.
    Price { thresholds: Vec<Threshold>, at: Origin },
}

/// One threshold of a price, per kWh; a price that equals it does not pass it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Threshold {
    of: Of,
    side: Side,
    per_kwh: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Buy,
    Sell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

const EVENT: SeriesColumn = SeriesColumn {
    key: "column",
    doc: "column of the event, as a number (1 while it lasts, say)",
    default: Some("event"),
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
};

const THRESHOLDS: [(&str, &str, Of, Side); 4] = [
    ("sell_below", "holds while a kWh to the grid earns less than this", Of::Sell, Side::Below),
    ("sell_above", "holds while a kWh to the grid earns more than this", Of::Sell, Side::Above),
    ("buy_below", "holds while a kWh from the grid costs less than this", Of::Buy, Side::Below),
    ("buy_above", "holds while a kWh from the grid costs more than this", Of::Buy, Side::Above),
];

impl Condition {
    /// Reads `when` or `when_price`; always where neither is given. A fallback of `source` stands in for the event too.
    pub(super) fn read(k: &mut Keys<'_>, source: &Source) -> Self {
        let event = k.section("when", "holds only while an event series is above a threshold", |k| {
            let plan = SeriesPlan::read(k, &[EVENT]);
            let above = k.number("above", "the threshold that the event's mean over the step must be above").or(0.5);
            Self::Event { plan: source.with_fallback(plan), above }
        });
        let keys = THRESHOLDS.map(|(key, ..)| key);
        let price = k.section("when_price", "holds only while prices pass all these thresholds", |k| {
            let read =
                |(key, doc, of, side)| k.number(key, doc).optional().map(|per_kwh| Threshold { of, side, per_kwh });
            let thresholds: Vec<_> = THRESHOLDS.into_iter().filter_map(read).collect();
            (thresholds, keys.iter().any(|key| k.has(key)))
        });
        if let Some((_, false)) = price {
            k.reject("when_price", format!("has no threshold; give one or more of {}", keys.join(", ")));
        }
        let price = price.map(|(thresholds, _)| Self::Price { thresholds, at: Origin::of(k, "when_price") });
        if event.is_some() && price.is_some() {
            k.reject("when_price", "given beside `when`; give one of the two, or a further limit for each");
        }
        event.or(price).unwrap_or(Self::Standing)
    }

    pub(super) fn kind(&self) -> LimitKind {
        match self {
            Self::Standing => LimitKind::Standing,
            Self::Event { .. } => LimitKind::Event,
            Self::Price { .. } => LimitKind::Price,
        }
    }

    pub(super) fn series(&self) -> Option<&SeriesPlan> {
        if let Self::Event { plan, .. } = self { Some(plan) } else { None }
    }

    /// Where the condition asks for prices.
    pub(super) fn needs_prices(&self) -> Option<&Origin> {
        if let Self::Price { at, .. } = self { Some(at) } else { None }
    }

    /// Lifts the limit in every step in which the condition does not hold, and marks those in which that is unknown.
    pub(super) fn lift(
        &self,
        limit_w: &mut [f64],
        ctx: &LimitContext<'_>,
        files: &Files<'_>,
        findings: &Findings,
    ) -> Option<()> {
        match self {
            Self::Standing => {}
            Self::Event { plan, above } => {
                let events = load_one(plan, ctx.axis, files, findings)?;
                for (w, event) in limit_w.iter_mut().zip(events) {
                    if event.is_nan() {
                        *w = NO_SIGNAL;
                    } else if event <= *above {
                        *w = f64::INFINITY;
                    }
                }
            }
            Self::Price { thresholds, .. } => {
                let prices = ctx.prices?;
                for (i, w) in limit_w.iter_mut().enumerate() {
                    if !thresholds.iter().all(|threshold| threshold.is_passed(prices, i)) {
                        *w = f64::INFINITY;
                    }
                }
            }
        }
        Some(())
    }
}

impl Threshold {
    fn is_passed(self, prices: &Prices, i: usize) -> bool {
        let per_kwh = match self.of {
            Of::Buy => prices.buy_per_kwh[i],
            Of::Sell => prices.sell_per_kwh[i],
        };
        match self.side {
            Side::Below => per_kwh < self.per_kwh,
            Side::Above => per_kwh > self.per_kwh,
        }
    }
}
