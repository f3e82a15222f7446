//! The `[uncertainty]` table: what is uncertain, and which exceedance values are wanted.

use serde_json::json;

use super::component::together;
use super::distribution::typed;
use super::exceedance::{Assessment, Column, Exceedance, FIGURES, Span};
use super::{Component, Distribution, Drawn, list};
use crate::keys::{Keys, Node, nearest};

const LEVELS_PCT: [f64; 5] = [50.0, 75.0, 90.0, 95.0, 99.0];
const DEFAULT_FIGURES: [&str; 2] = ["pv_mv_mwh", "export_mwh"];
/// The key that names the weather of a run.
pub const WEATHER_FILE: &str = "weather.file";
/// Fewer weather years than this tell little of their spread.
const FEW_YEARS: usize = 3;
/// With more than this the lower end of a normal distribution nears zero energy, %.
pub const WIDE_PCT: f64 = 30.0;

/// What a plant file says of its uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Systematic components.
    pub components: Vec<Component>,
    /// Standard deviation from year to year, %; none where it is not given.
    pub inter_annual_variability_pct: Option<f64>,
    /// Years over which the mean is taken.
    pub horizon_years: u32,
    /// Levels of exceedance, %.
    pub levels_pct: Vec<f64>,
    /// Figures with exceedance values.
    pub figures: Vec<&'static str>,
    /// Weather files of further years, each with where it was written.
    pub weather_files: Vec<Node>,
    /// Keys to draw in a Monte Carlo sweep.
    pub drawn: Vec<Drawn>,
}

impl Plan {
    /// Reads the keys.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let doc = "standard deviation of a year's energy from year to year, %; instead of weather_files";
        let inter_annual_variability_pct = k.number("inter_annual_variability_pct", doc).within(0.0, 100.0).optional();
        let doc = "years over which the mean is taken";
        let horizon_years = k.number("horizon_years", doc).within(1.0, 100.0).whole().or(10.0) as u32;
        let levels_pct = read_levels(k);
        let figures = read_figures(k);
        let weather_files = read_weather_files(k);
        let components = Component::read_all(k);
        let drawn = Drawn::read_all(k);
        let plan =
            Self { components, inter_annual_variability_pct, horizon_years, levels_pct, figures, weather_files, drawn };
        plan.check(k);
        plan
    }

    fn check(&self, k: &Keys<'_>) {
        let set = !self.weather_files.is_empty();
        if set && self.inter_annual_variability_pct.is_some() {
            k.reject(
                "inter_annual_variability_pct",
                "given beside weather_files, whose spread is the variability; give one of the two",
            );
        }
        let says = ["component", "inter_annual_variability_pct", "weather_files", "distribution"];
        if !says.iter().any(|key| k.has(key)) {
            k.reject("", format!("says of nothing that it is uncertain; give one of {}", says.join(", ")));
        }
        if set && self.weather_files.len() < FEW_YEARS {
            let few = self.weather_files.len();
            k.warn("weather_files", &format!("{few} years tell little of how years differ; ten or more are usual"));
        }
        if !self.components.is_empty() && !set && self.inter_annual_variability_pct.is_none() {
            let message = "missing; without it, or weather_files, a single year is taken to be as sure as many";
            k.warn("inter_annual_variability_pct", message);
        }
        let one_year_pct = together([self.systematic_pct(), self.inter_annual_variability_pct.unwrap_or(0.0)]);
        if one_year_pct > WIDE_PCT {
            let message = format!(
                "standard deviations of {one_year_pct:.1} % together; a normal distribution so wide holds energies below \
                 zero, and its high levels mean little"
            );
            k.warn("component", &message);
        }
    }

    /// Whether it says what exceedance in closed form needs; else it only has keys to draw.
    pub fn has_closed_form(&self) -> bool {
        let years = self.inter_annual_variability_pct.is_some() || !self.weather_files.is_empty();
        years || !self.components.is_empty()
    }

    /// What a Monte Carlo draws: the keys with distributions, and the year of the weather set, each equally likely, unless
    /// the weather is drawn already.
    pub fn draws(&self) -> Vec<(String, Distribution)> {
        let mut draws: Vec<_> =
            self.drawn.iter().map(|drawn| (drawn.key.clone(), drawn.distribution.clone())).collect();
        let has_weather = draws.iter().any(|(key, _)| names_weather(key));
        if !self.weather_files.is_empty() && !has_weather {
            let names = self.weather_files.iter().filter_map(|file| typed(file).ok()).collect();
            draws.push((WEATHER_FILE.to_owned(), Distribution::Values(names)));
        }
        draws
    }

    /// All components together, %.
    fn systematic_pct(&self) -> f64 {
        together(self.components.iter().map(|component| component.pct))
    }

    /// What is uncertain, a line each; for the description of a plant.
    pub fn describe(&self) -> Vec<String> {
        let (count, pct) = (self.components.len(), self.systematic_pct());
        let plural = if count == 1 { "" } else { "s" };
        let components = (count > 0).then(|| format!("{count} component{plural}, together {pct:.2} %"));
        let years = self.inter_annual_variability_pct.map(|pct| format!("{pct} % from year to year"));
        let set =
            (!self.weather_files.is_empty()).then(|| format!("a set of {} weather years", self.weather_files.len()));
        let drawn = self.drawn.iter().map(|drawn| format!("{} is drawn: {}", drawn.key, drawn.distribution.describe()));
        [components, years, set].into_iter().flatten().chain(drawn).collect()
    }

    /// Whether there is something to draw, and nothing for a run to tell.
    pub fn is_for_draws_alone(&self) -> bool {
        !self.has_closed_form() && !self.drawn.is_empty()
    }

    /// Names of the weather files of the set, without their folders.
    fn weather_names(&self) -> Vec<String> {
        let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        self.weather_files.iter().filter_map(|node| list::text(node).ok().map(name)).collect()
    }

    /// The uncertainty of figures in closed form. `of` gives a figure of the run, and of every year of the weather set;
    /// each the mean of so many simulated years.
    pub fn assess(&self, years: u32, of: impl Fn(&'static str) -> (f64, Vec<f64>)) -> Assessment {
        let systematic_pct = self.systematic_pct();
        let pcts = (systematic_pct, self.inter_annual_variability_pct.unwrap_or(0.0));
        let figure = |name: &&'static str| Exceedance::new(name, of(name), pcts, self.horizon_years);
        Assessment {
            components: self.components.clone(),
            systematic_pct,
            horizon_years: self.horizon_years,
            years,
            levels_pct: self.levels_pct.clone(),
            weather_files: self.weather_names(),
            figures: self.figures.iter().map(figure).collect(),
        }
    }

    /// The exceedance values as columns of a sweep; none without a closed form.
    pub fn columns(&self) -> Vec<Column> {
        if !self.has_closed_form() {
            return vec![];
        }
        let spans: &[Span] = if self.weather_files.is_empty() {
            &[Span::Year, Span::Horizon]
        } else {
            &[Span::Year, Span::Horizon, Span::Set]
        };
        let mut columns = vec![];
        for figure in &self.figures {
            for span in spans {
                columns.extend(self.levels_pct.iter().map(|level| Column::new(figure, *span, *level)));
            }
        }
        columns
    }
}

/// Whether a key that is drawn or varied changes the weather file.
pub fn names_weather(key: &str) -> bool {
    key == WEATHER_FILE || key == "weather"
}

fn read_levels(k: &mut Keys<'_>) -> Vec<f64> {
    let item = json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100 });
    let doc = "levels of exceedance, %: 90 is the value that is exceeded with a probability of 90 %";
    let entry = || json!({ "type": "array", "items": item, "minItems": 1, "default": [50, 75, 90, 95, 99], "description": doc });
    let level = |node: &Node| match list::number(node)? {
        level if level > 0.0 && level < 100.0 => Ok(level),
        level => Err(format!("{level} is out of range; a level lies between 0 and 100 %")),
    };
    list::read(k, "levels_pct", entry, level).unwrap_or_else(|| LEVELS_PCT.to_vec())
}

fn read_figures(k: &mut Keys<'_>) -> Vec<&'static str> {
    let names: Vec<&'static str> = FIGURES.iter().map(|(name, ..)| *name).collect();
    let doc = "figures that get exceedance values";
    let entry = || {
        let items = json!({ "enum": names });
        json!({ "type": "array", "items": items, "minItems": 1, "default": DEFAULT_FIGURES, "description": doc })
    };
    let figure = |node: &Node| {
        let name = list::text(node)?;
        let known = names.iter().copied().find(|known| *known == name);
        known.ok_or_else(|| format!("`{name}` has no exceedance in closed form; {}", nearest(name, &names)))
    };
    list::read(k, "figures", entry, figure).unwrap_or_else(|| DEFAULT_FIGURES.to_vec())
}

fn read_weather_files(k: &mut Keys<'_>) -> Vec<Node> {
    let doc = "weather files of several years, each run with the same plant; their spread is that from year to year";
    let entry = || json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "description": doc });
    let files =
        list::read(k, "weather_files", entry, |node| list::text(node).map(|_| node.clone())).unwrap_or_default();
    if files.len() == 1 {
        k.reject("weather_files", "has one file; one year has no spread, so list several");
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Findings;
    use crate::keys::Door;

    fn read(text: &str) -> (Plan, Result<Vec<String>, Vec<String>>) {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let door = Door { findings: &findings, shelf: &|_, _| Err(vec![]) };
        let plan = Keys::read(&node, &door, Plan::read);
        let said = findings.conclude(()).map(|((), warnings)| warnings);
        (plan, said.map_err(|problems| problems.0.iter().map(ToString::to_string).collect()))
    }

    const WHOLE: &str = "inter_annual_variability_pct = 6\nhorizon_years = 9\nlevels_pct = [50, 90]\nfigures = [\"export_mwh\"]\n\
                         component = [{ name = \"irradiance\", pct = 4 }, { name = \"modules\", pct = 3 }]\n\
                         [[distribution]]\nkey = \"weather.irradiance_factor\"\nnormal = { mean = 1, sd = 0.04, low = 0 }\n\
                         [[distribution]]\nkey = \"weather.file\"\nvalues = [\"a.csv\", \"5\", 5]\n";

    #[test]
    fn a_whole_table_is_read_and_assessed() {
        let (plan, said) = read(WHOLE);
        assert_eq!(said, Ok(vec![]));
        let normal = Distribution::Normal { mean: 1.0, sd: 0.04, low: 0.0, high: f64::INFINITY };
        assert_eq!((plan.drawn[0].key.as_str(), &plan.drawn[0].distribution), ("weather.irradiance_factor", &normal));
        // A text that looks like a number keeps its quotes.
        let values = ["a.csv", "\"5\"", "5"].map(str::to_owned).to_vec();
        assert_eq!(plan.drawn[1].distribution, Distribution::Values(values));
        // √(16 + 9) = 5.
        let assessment = plan.assess(1, |name| (if name == "export_mwh" { 1000.0 } else { f64::NAN }, vec![]));
        assert_eq!((assessment.systematic_pct, assessment.figures.len()), (5.0, 1));
        let columns = plan.columns();
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["export_p50_mwh", "export_p90_mwh", "export_p50_horizon_mwh", "export_p90_horizon_mwh"]);
        assert_eq!(assessment.get(&columns[0]), Some(1000.0));
        assert!((assessment.get(&columns[1]).unwrap() - 899.907_6).abs() < 1e-4);
        let json = serde_json::to_value(&assessment).unwrap();
        assert_eq!(json["components"][1]["name"], "modules");
        let p90 = json["figures"]["export_mwh"]["one_year"]["p90"].as_f64().unwrap();
        assert!((p90 - 899.907_6).abs() < 1e-4 && json["figures"]["export_mwh"]["weather_set"].is_null());
    }

    #[test]
    fn defaults_and_a_table_for_draws_alone() {
        let (plan, said) = read("inter_annual_variability_pct = 0");
        assert_eq!(said, Ok(vec![]));
        assert_eq!(
            (plan.horizon_years, &plan.levels_pct[..], &plan.figures[..]),
            (10, &LEVELS_PCT[..], &DEFAULT_FIGURES[..])
        );
        assert!(plan.has_closed_form() && plan.columns().len() == 20);
        let (plan, said) = read("[[distribution]]\nkey = \"a\"\nuniform = { low = 0, high = 1 }\n");
        assert_eq!((said, plan.has_closed_form(), plan.columns().len()), (Ok(vec![]), false, 0));
    }

    #[test]
    fn a_plant_s_description_has_a_line_for_each_part() {
        let parts = "inter_annual_variability_pct = 4\ncomponent = [{ name = \"a\", pct = 3 }, { name = \"b\", pct = 4 }]\n\
                     distribution = [{ key = \"pv.factor\", uniform = { low = 0.9, high = 1.1 } }]";
        let said =
            ["2 components, together 5.00 %", "4 % from year to year", "pv.factor is drawn: uniform, 0.9 to 1.1"];
        assert_eq!(read(parts).0.describe(), said);
        assert_eq!(read("weather_files = [\"a\", \"b\", \"c\"]").0.describe(), ["a set of 3 weather years"]);
    }

    #[test]
    fn what_is_doubtful_is_warned_of() {
        let warned = |text: &str, part: &str| {
            let warnings = read(text).1.unwrap();
            assert!(warnings.len() == 1 && warnings[0].contains(part), "{warnings:?}");
        };
        warned("component = [{ name = \"a\", pct = 5 }]", "inter_annual_variability_pct: missing; without it");
        warned("weather_files = [\"a.csv\", \"b.csv\"]", "weather_files: 2 years tell little");
        // √(20² + 25²) = 32.0.
        warned("inter_annual_variability_pct = 25\ncomponent = [{ name = \"a\", pct = 20 }]", "32.0 % together");
    }

    #[test]
    fn every_slip_is_refused_with_what_would_be_right() {
        for (text, expected) in [
            ("", "says of nothing that it is uncertain; give one of component"),
            ("inter_annual_variability_pct = -1", "-1 is out of range; it must be from 0 to 100"),
            ("inter_annual_variability_pct = 101", "101 is out of range"),
            ("inter_anual_variability_pct = 6", "unknown key; did you mean inter_annual_variability_pct?"),
            (
                "component = [{ name = \"a\", pct = 1 }, { name = \"a\", pct = 2 }]",
                "component.1.name: `a` is there already",
            ),
            ("component = [{ name = \" \", pct = 1 }]", "component.0.name: is empty"),
            ("component = [{ name = \"a\", pct = 1, sd = 2 }]", "component.0.sd: unknown key"),
            ("component = [{ name = \"a\" }]", "component.0.pct: missing"),
            ("inter_annual_variability_pct = 6\nlevels_pct = []", "levels_pct: is empty"),
            (
                "inter_annual_variability_pct = 6\nlevels_pct = [100]",
                "100 is out of range; a level lies between 0 and 100 %",
            ),
            ("inter_annual_variability_pct = 6\nlevels_pct = [90, 90.0]", "90 is listed twice"),
            ("inter_annual_variability_pct = 6\nlevels_pct = 90", "90 is a whole number; it must be a list"),
            ("inter_annual_variability_pct = 6\nfigures = [\"exprt_mwh\"]", "did you mean export_mwh?"),
            ("inter_annual_variability_pct = 6\nfigures = [\"bill\"]", "`bill` has no exceedance in closed form"),
            (
                "inter_annual_variability_pct = 6\nhorizon_years = 0",
                "0 is out of range; it must be a whole number from 1 to 100",
            ),
            ("weather_files = [\"a.csv\"]", "weather_files: has one file"),
            ("weather_files = [\"a.csv\", \"a.csv\", \"b.csv\"]", "\"a.csv\" is listed twice"),
            ("weather_files = [\"a.csv\", 5, \"b.csv\"]", "5 is a whole number; it must be text in quotes"),
            ("weather_files = [\"a.csv\", \"b.csv\"]\ninter_annual_variability_pct = 6", "give one of the two"),
            ("distribution = [{ key = \"a\" }]", "distribution.0.key: a has no distribution; give one of normal"),
            ("distribution = [{ uniform = { low = 0, high = 1 } }]", "distribution.0.key: missing"),
            ("distribution = [{ key = \"a\", uniform = { low = 1, high = 1 } }]", "1 is not below `high`, 1"),
            ("distribution = [{ key = \"a\", normal = { mean = 1 } }]", "normal.sd: missing"),
            (
                "distribution = [{ key = \"a\", normal = { mean = 1, sd = -1 } }]",
                "-1 is out of range; it must be 0 or more",
            ),
            (
                "distribution = [{ key = \"a\", normal = { mean = 1, sd = 0.1, low = 3, high = 2 } }]",
                "3 is not below `high`, 2",
            ),
            ("distribution = [{ key = \"a\", normal = { mean = 1, sd = 0.1, low = 3 } }]", "the bounds leave nothing"),
            (
                "distribution = [{ key = \"a\", normal = { mean = 1, sd = 0, high = 0 } }]",
                "normal.high: the bounds leave nothing",
            ),
            (
                "distribution = [{ key = \"a\", lognormal = { mean = 0, sd = 1 } }]",
                "0 is out of range; it must be above 0",
            ),
            (
                "distribution = [{ key = \"a\", lognormal = { mean = 1, sd = 1e300 } }]",
                "is more than 100 times the mean, 1; check the units",
            ),
            (
                "distribution = [{ key = \"a\", triangular = { low = 0, mode = 3, high = 2 } }]",
                "3 does not lie from 0 to 2",
            ),
            ("distribution = [{ key = \"a\", values = [] }]", "values: is empty"),
            ("distribution = [{ key = \"a\", values = [[1]] }]", "a list cannot be drawn"),
            (
                "distribution = [{ key = \"a\", values = [1], uniform = { low = 0, high = 1 } }]",
                "a has 2 distributions",
            ),
        ] {
            let problems = read(text).1.expect_err(text);
            assert!(problems.iter().any(|problem| problem.contains(expected)), "{text}: {problems:?}");
        }
    }
}
