//! Exceedance in closed form: a normal distribution around the expected energy, of any single year and of several years' mean.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, json};

use super::component::together;
use super::{Component, Sample, normal_quantile};

/// Figures that may have exceedance values, with their names and units for a reader.
pub const FIGURES: &[(&str, &str, &str)] = &[
    ("pv_mv_mwh", "PV at the MV bus", "MWh"),
    ("export_mwh", "Export", "MWh"),
    ("export_without_storage_mwh", "Export without storage", "MWh"),
    ("revenue", "Revenue", ""),
];

/// What an exceedance value is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Any single year.
    Year,
    /// The mean of the years of the horizon.
    Horizon,
    /// The years of the weather set as they are, by rank.
    Set,
}

/// One exceedance value among the figures of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, such as `export_p90_mwh` or `export_p90_horizon_mwh`.
    pub name: String,
    figure: &'static str,
    span: Span,
    level_pct: f64,
}

impl Column {
    pub(super) fn new(figure: &'static str, span: Span, level_pct: f64) -> Self {
        let level = level_name(level_pct);
        let of = match span {
            Span::Year => "",
            Span::Horizon => "_horizon",
            Span::Set => "_weather_set",
        };
        let name = match figure.strip_suffix("_mwh") {
            Some(stem) => format!("{stem}_{level}{of}_mwh"),
            None => format!("{figure}_{level}{of}"),
        };
        Self { name, figure, span, level_pct }
    }

    /// Whether a name is that of an exceedance value of some level.
    pub fn is_name(name: &str) -> bool {
        let of = |figure: &str| name.strip_prefix(figure.strip_suffix("_mwh").unwrap_or(figure));
        FIGURES.iter().any(|(figure, ..)| of(figure).is_some_and(|rest| rest.starts_with("_p")))
    }
}

/// `p90`; a level that is no whole number as `p99_5`.
pub fn level_name(level_pct: f64) -> String {
    format!("p{level_pct}").replace('.', "_")
}

/// How surely a figure is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Exceedance {
    /// The figure's name.
    pub figure: &'static str,
    /// What is expected in a year: the run, or the mean of the weather set.
    pub expected: f64,
    /// Standard deviation for the sake of the components, in the figure's unit.
    pub systematic: f64,
    /// Standard deviation from year to year, in the figure's unit.
    pub inter_annual: f64,
    /// The figure in each year of the weather set, in its order; empty without one.
    pub set_values: Vec<f64>,
    horizon_years: u32,
    set: Option<Sample>,
}

impl Exceedance {
    /// Of a figure that a run gives, or that the years of a set give; `inter_annual_pct` counts without a set.
    pub(super) fn new(
        figure: &'static str,
        (run, set_values): (f64, Vec<f64>),
        (systematic_pct, inter_annual_pct): (f64, f64),
        horizon_years: u32,
    ) -> Self {
        let set = (!set_values.is_empty()).then(|| Sample::new(set_values.iter().copied()));
        let expected = set.as_ref().map_or(run, Sample::mean);
        let of_expected = |pct: f64| expected.abs() * pct / 100.0;
        let inter_annual = set.as_ref().map_or_else(|| of_expected(inter_annual_pct), Sample::sd);
        let systematic = of_expected(systematic_pct);
        Self { figure, expected, systematic, inter_annual, set_values, horizon_years, set }
    }

    /// Standard deviation, in the figure's unit: `√(systematic² + inter-annual²/n)` of the mean of n years.
    pub fn sd(&self, span: Span) -> f64 {
        match span {
            Span::Year => together([self.systematic, self.inter_annual]),
            Span::Horizon => together([self.systematic, self.inter_annual / f64::from(self.horizon_years).sqrt()]),
            Span::Set => self.set.as_ref().map_or(f64::NAN, Sample::sd),
        }
    }

    /// The value that is exceeded with a probability of `level_pct`: `expected − z·sd`, or by rank of the set. None without
    /// a set, and where the figure is no number.
    pub fn value(&self, span: Span, level_pct: f64) -> Option<f64> {
        let value = match span {
            Span::Set => self.set.as_ref()?.exceeded(level_pct),
            _ => self.expected - normal_quantile(level_pct / 100.0) * self.sd(span),
        };
        value.is_finite().then_some(value)
    }

    /// A standard deviation as a share of what is expected, %; 0 where nothing is.
    pub fn pct(&self, sd: f64) -> f64 {
        if self.expected == 0.0 { 0.0 } else { 100.0 * sd / self.expected.abs() }
    }

    fn json(&self, levels_pct: &[f64]) -> serde_json::Value {
        let values = |span| -> Map<String, serde_json::Value> {
            levels_pct.iter().map(|level| (level_name(*level), self.value(span, *level).into())).collect()
        };
        let of = |span| {
            let mut map = Map::new();
            map.insert("sd_pct".to_owned(), self.pct(self.sd(span)).into());
            map.extend(values(span));
            map
        };
        let mut figure = json!({
            "expected": self.expected,
            "expected_from": if self.set.is_some() { "mean of the weather set" } else { "run" },
            "systematic_pct": self.pct(self.systematic),
            "inter_annual_pct": self.pct(self.inter_annual),
            "one_year": of(Span::Year),
            "horizon": of(Span::Horizon),
        });
        if let Some(set) = &self.set {
            let mut by_rank = of(Span::Set);
            by_rank.insert("years".to_owned(), set.count().into());
            by_rank.insert("values".to_owned(), self.set_values.clone().into());
            figure["weather_set"] = by_rank.into();
        }
        figure
    }
}

/// The uncertainty of a run in closed form.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The systematic components.
    pub components: Vec<Component>,
    /// All components together, %.
    pub systematic_pct: f64,
    /// Years over which the mean is taken.
    pub horizon_years: u32,
    /// Years that were simulated; a year's figures are their mean.
    pub years: u32,
    /// Levels of exceedance, %.
    pub levels_pct: Vec<f64>,
    /// Names of the weather files of the set, in its order; empty without one.
    pub weather_files: Vec<String>,
    /// The figures.
    pub figures: Vec<Exceedance>,
}

impl Assessment {
    /// A value by its column; none where the figure is not assessed or is no number.
    pub fn get(&self, column: &Column) -> Option<f64> {
        let figure = self.figures.iter().find(|figure| figure.figure == column.figure)?;
        figure.value(column.span, column.level_pct)
    }
}

/// Parts and totals first, then every figure.
impl Serialize for Assessment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let components: Vec<_> = self.components.iter().map(|c| json!({ "name": c.name, "pct": c.pct })).collect();
        map.serialize_entry("components", &components)?;
        map.serialize_entry("systematic_pct", &self.systematic_pct)?;
        map.serialize_entry("horizon_years", &self.horizon_years)?;
        map.serialize_entry("simulated_years", &self.years)?;
        if !self.weather_files.is_empty() {
            map.serialize_entry("weather_files", &self.weather_files)?;
        }
        let figures: Map<String, serde_json::Value> =
            self.figures.iter().map(|f| (f.figure.to_owned(), f.json(&self.levels_pct))).collect();
        map.serialize_entry("figures", &figures)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_run(run: f64, systematic_pct: f64, inter_annual_pct: f64, horizon_years: u32) -> Exceedance {
        Exceedance::new("export_mwh", (run, vec![]), (systematic_pct, inter_annual_pct), horizon_years)
    }

    #[track_caller]
    fn close(ours: Option<f64>, by_hand: f64) {
        assert!((ours.unwrap() - by_hand).abs() <= 1e-4, "{ours:?} and {by_hand}");
    }

    #[test]
    fn five_and_six_percent_are_7_81_and_a_horizon_of_nine_years_thirds_the_years_part() {
        let e = of_run(1000.0, 5.0, 6.0, 9);
        // √(25 + 36) = 7.81025 %; √(25 + 36/9) = √29 = 5.38516 %.
        assert!(
            (e.pct(e.sd(Span::Year)) - 7.810_25).abs() < 1e-5 && (e.pct(e.sd(Span::Horizon)) - 5.385_16).abs() < 1e-5
        );
        close(e.value(Span::Year, 50.0), 1000.0);
        // 1000·(1 − 1.281552·0.0781025), 1000·(1 − 0.674490·0.0781025), 1000·(1 − 2.326348·0.0538516).
        close(e.value(Span::Year, 90.0), 899.907_6);
        close(e.value(Span::Year, 75.0), 947.320_7);
        close(e.value(Span::Horizon, 99.0), 874.722_4);
        assert_eq!(e.value(Span::Set, 90.0), None);
    }

    #[test]
    fn certainty_negative_figures_and_no_figure_are_total() {
        let sure = of_run(1000.0, 0.0, 0.0, 10);
        assert!([1.0, 50.0, 99.0].iter().all(|level| sure.value(Span::Year, *level) == Some(1000.0)));
        // What is exceeded with 90 % lies below the expected also where that is negative: −100 − 1.281552·10.
        close(of_run(-100.0, 10.0, 0.0, 1).value(Span::Year, 90.0), -112.815_5);
        assert_eq!(of_run(0.0, 10.0, 5.0, 1).value(Span::Year, 90.0), Some(0.0));
        assert_eq!(of_run(f64::NAN, 10.0, 5.0, 1).value(Span::Year, 90.0), None);
        assert_eq!(of_run(0.0, 10.0, 5.0, 1).pct(0.0), 0.0);
    }

    #[test]
    fn a_weather_set_gives_the_expected_year_its_spread_and_its_ranks() {
        // 900, 1000, 1100: mean 1000, spread √((100² + 0 + 100²)/2) = 100, P75 by rank 900 + 0.5·100.
        let e = Exceedance::new("export_mwh", (5000.0, vec![1100.0, 900.0, 1000.0]), (0.0, 40.0), 4);
        assert_eq!((e.expected, e.inter_annual, e.sd(Span::Year), e.sd(Span::Horizon)), (1000.0, 100.0, 100.0, 50.0));
        assert_eq!(e.value(Span::Set, 75.0), Some(950.0));
        close(e.value(Span::Year, 90.0), 1000.0 - 128.155_16);
    }

    #[test]
    fn columns_are_named_by_figure_level_and_span() {
        let name = |figure, span, level| Column::new(figure, span, level).name;
        assert_eq!(name("export_mwh", Span::Year, 90.0), "export_p90_mwh");
        assert_eq!(name("pv_mv_mwh", Span::Horizon, 99.5), "pv_mv_p99_5_horizon_mwh");
        assert_eq!(name("revenue", Span::Set, 50.0), "revenue_p50_weather_set");
        for (is, name) in [(true, "pv_mv_p99_5_horizon_mwh"), (true, "revenue_p50_weather_set"), (false, "export_mwh")]
        {
            assert_eq!(Column::is_name(name), is, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn surer_is_less_and_a_longer_horizon_is_never_less_sure(
            run in -1e6..1e6_f64, systematic in 0.0..30.0_f64, years in 0.0..30.0_f64, horizon in 1..100_u32,
            level in 50.0..99.99_f64,
        ) {
            let e = of_run(run, systematic, years, horizon);
            let (one, mean) = (e.value(Span::Year, level).unwrap(), e.value(Span::Horizon, level).unwrap());
            prop_assert!(one <= mean + 1e-6 && mean <= run + 1e-6);
            // As far below at P90 as above at P10.
            let other = e.value(Span::Year, 100.0 - level).unwrap();
            prop_assert!((one + other - 2.0 * run).abs() <= 1e-6);
        }
    }
}
