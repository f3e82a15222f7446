//! The plan: one plant file in, one checked project out, with everything it refers to read and brought onto the axis.

pub mod document;
pub mod library;
mod load;
mod lookup;
mod plan;
mod reference;
mod weather_set;
mod years;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Findings, Problems};
use crate::ev::Ev;
use crate::inputs::{FileRecord, Files, Folder, Prices, SHIPPED, Site, Weather};
use crate::keys::{Door, Keys, Node};
use crate::plant::Grid;
use crate::pv::{self, PvYear};
use crate::results::Nameplate;
use crate::solar::{self, Sky};
use crate::storage;
use crate::time::{Moment, TimeAxis};
use crate::uncertainty;
use crate::units::{HOURS_PER_YEAR, MEGA};

pub use lookup::{check_keys, overlap};
use plan::Plan;
pub use reference::{markdown, reference, schema};

/// Name of the shipped plant that is simulated when none is named.
const DEMONSTRATION: &str = "daggett-lgia-excess";

/// Where PV power comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum PvSource {
    /// Simulated from weather.
    Model {
        /// Weather on the axis.
        weather: Arc<Weather>,
        /// Where the plant stands.
        site: Site,
        /// Sky models.
        solar: solar::Plan,
        /// The array.
        pv: Arc<pv::Plan>,
    },
    /// Given at the MV bus, W per step.
    Series {
        /// In the first year.
        mv_w: Vec<f64>,
        /// Share of the positive power lost for each year since the start.
        degradation_per_year: f64,
    },
}

impl PvSource {
    /// Weather of a modeled array.
    fn weather(&self) -> Option<&Arc<Weather>> {
        match self {
            Self::Model { weather, .. } => Some(weather),
            Self::Series { .. } => None,
        }
    }

    /// PV at standard test conditions, W; 0 of a series, which tells nothing of its array.
    pub fn nominal_dc_w(&self) -> f64 {
        match self {
            Self::Model { pv, .. } => pv.nominal_dc_w(),
            Self::Series { .. } => 0.0,
        }
    }

    /// Rating of the PV inverters, W; of a series its highest power.
    pub fn rated_ac_w(&self) -> f64 {
        match self {
            Self::Model { pv, .. } => pv.rated_ac_w(),
            Self::Series { mv_w, .. } => mv_w.iter().copied().fold(0.0, f64::max),
        }
    }
}

/// A checked project, ready to simulate. Everything in it is in SI units and on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Name of the plant.
    pub name: String,
    /// The plant file as named by the user.
    pub source: String,
    /// The run's axis.
    pub axis: TimeAxis,
    /// Calendar of every step.
    pub calendar: Arc<[Moment]>,
    /// Where PV power comes from.
    pub pv: Arc<PvSource>,
    /// From the MV bus to the POI, in the first year.
    pub grid: Arc<Grid>,
    /// The same from later years of the run on, counted from 1 and rising, where its limits change.
    pub later_grids: Vec<(u32, Arc<Grid>)>,
    /// The vehicles.
    pub ev: Arc<Ev>,
    /// The storage, if there is one.
    pub storage: Option<Arc<storage::Plan>>,
    /// Prices, if given.
    pub prices: Option<Arc<Prices>>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Every file that was read.
    pub files: Vec<FileRecord>,
    /// The same plant in each year of its weather set; none without one.
    pub weather_years: Vec<Arc<Project>>,
    plan: Plan,
    document: Node,
    folder: Folder,
}

impl Project {
    /// Reads a plant file and everything it refers to; `patches` are `(key, value)` changes on top.
    ///
    /// # Errors
    /// All problems of the plant file and its data together.
    pub fn from_file(path: impl AsRef<Path>, patches: &[(String, String)]) -> Result<Self, Problems> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|e| Problems::one(&shown, format!("cannot read it: {e}")))?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let good = String::from_utf8_lossy(&e.as_bytes()[..e.utf8_error().valid_up_to()]);
            let line = good.matches('\n').count() + 1;
            Problems::one(format!("{shown}:{line}"), "is not UTF-8 text; save the plant file as UTF-8")
        })?;
        Self::from_text(&text, &shown, path.parent(), patches)
    }

    /// Reads a plant from TOML text; relative paths in it start at `base_dir`, or at the current directory.
    ///
    /// # Errors
    /// As [`Project::from_file`]; `source` names the text in messages.
    pub fn from_text(
        text: &str,
        source: &str,
        base_dir: Option<&Path>,
        patches: &[(String, String)],
    ) -> Result<Self, Problems> {
        Self::from_folder(text, source, &base_dir.into(), patches)
    }

    /// As [`Project::from_text`], with relative paths from any folder on.
    ///
    /// # Errors
    /// As [`Project::from_file`]; `source` names the text in messages.
    pub fn from_folder(
        text: &str,
        source: &str,
        folder: &Folder,
        patches: &[(String, String)],
    ) -> Result<Self, Problems> {
        Self::from_document(document::open(text, source, patches)?, source, folder, None)
    }

    /// This plant with changes, each a key and its value. What they leave as it is, is neither read nor copied again.
    ///
    /// # Errors
    /// What the changes break.
    pub fn vary(&self, patches: &[(String, String)]) -> Result<Self, Problems> {
        let document = document::change(self.document.clone(), patches)?;
        Self::from_document(document, &self.source, &self.folder, Some(self))
    }

    fn from_document(document: Node, source: &str, folder: &Folder, before: Option<&Self>) -> Result<Self, Problems> {
        let findings = Findings::default();
        let project = Self::assemble(document, source, folder, before, &findings);
        let (project, warnings) = findings.conclude(project)?;
        match project {
            Some(project) => Ok(Self { warnings, ..project }),
            // Every refusal is noted; this stands for one that was forgotten.
            None => Err(Problems::one(source, "the plant could not be read")),
        }
    }

    /// A plant shipped with the program, by name.
    ///
    /// # Errors
    /// The nearest names if there is none, or what a patch breaks.
    pub fn shipped(name: &str, patches: &[(String, String)]) -> Result<Self, Problems> {
        let entry = library::find("plants", name).ok_or_else(|| {
            let names: Vec<_> = library::entries("plants").iter().map(|e| e.name).collect();
            let near = crate::keys::nearest(name, &names);
            Problems::one(name, format!("there is no such file, and no shipped plant of this name; {near}"))
        })?;
        Self::from_text(entry.text, &format!("models/plants/{name}.toml"), None, patches)
    }

    /// The demonstration plant.
    ///
    /// # Errors
    /// What a patch breaks.
    pub fn demonstration(patches: &[(String, String)]) -> Result<Self, Problems> {
        Self::shipped(DEMONSTRATION, patches)
    }

    fn assemble(
        document: Node,
        source: &str,
        folder: &Folder,
        before: Option<&Self>,
        findings: &Findings,
    ) -> Option<Self> {
        let shelf = |shelf: &str, name: &str| library::equipment(folder, shelf, name);
        let plan = Keys::read(&document, &Door { findings, shelf: &shelf }, |k| Plan::read(k, before));
        let files = Files::within(folder.clone(), &library::data);
        let nearest = before.map(|before| before.nearest(&plan));
        let Some(loaded) = plan.load(&files, findings, nearest) else {
            weather_set::probe(&plan, &files, findings);
            return None;
        };
        let mut records = before.map_or_else(Vec::new, |before| before.files.clone());
        records.extend(files.records());
        let mut project = Self {
            name: plan.name.clone(),
            source: source.to_owned(),
            axis: loaded.axis,
            calendar: loaded.calendar,
            pv: loaded.pv,
            grid: loaded.grids.first,
            later_grids: loaded.grids.later,
            ev: loaded.ev,
            storage: loaded.storage,
            prices: loaded.prices,
            warnings: vec![],
            files: records,
            weather_years: vec![],
            plan,
            document,
            folder: folder.clone(),
        };
        project.warn_of_span(findings);
        project.read_weather_years(before, findings);
        Some(project)
    }

    /// What is uncertain, where the plant file says so.
    pub fn uncertainty(&self) -> Option<&uncertainty::Plan> {
        (*self.plan.uncertainty).as_ref()
    }

    /// A key with the items of lists by their numbers: two keys that are one have the same.
    pub fn canonical_key(&self, key: &str) -> String {
        self.document.canonical(key)
    }

    /// The path on the disk of a file beside the plant file.
    pub fn path_of(&self, name: &str) -> Option<PathBuf> {
        self.folder.full_path(name)
    }

    /// The files beside the plant file that a value given as text names.
    pub fn files_named(&self, value: &str) -> Vec<FileRecord> {
        let found = RefCell::new(vec![]);
        let Ok(typed) = Node::typed(value, "") else { return vec![] };
        let _ = typed.map_texts(&|_, text| {
            if !text.starts_with(SHIPPED)
                && self.folder.has(text)
                && let Ok(bytes) = self.folder.read(text)
            {
                found.borrow_mut().push(FileRecord::of(text, &bytes));
            }
            text.to_owned()
        });
        found.into_inner()
    }

    /// The plant file after all changes, as TOML. Files are named by their full paths, so that it runs from anywhere.
    pub fn effective_toml(&self) -> String {
        document::effective_toml(&self.document, &self.folder)
    }

    /// Weather of a modeled plant.
    pub fn weather(&self) -> Option<&Weather> {
        self.pv.weather().map(|weather| &**weather)
    }

    /// Room 2 for a modeled plant.
    pub fn sky(&self) -> Option<Sky> {
        match &*self.pv {
            PvSource::Model { weather, site, solar, .. } => Some(solar::sky(weather, site, solar)),
            PvSource::Series { .. } => None,
        }
    }

    /// Room 3: PV at the MV bus in pass `number` (from 0) over the axis, aged by the time of the passes before it. A
    /// series loses what its degradation takes of its positive powers.
    pub fn pv_year(&self, sky: Option<&Sky>, number: u32) -> PvYear {
        let years = f64::from(number) * self.axis.hours() / HOURS_PER_YEAR;
        match (&*self.pv, sky) {
            (PvSource::Model { weather, solar, pv, .. }, Some(sky)) => {
                pv::generate(pv, weather, sky, solar.transposition, years)
            }
            (PvSource::Series { mv_w, degradation_per_year }, _) => {
                PvYear::given(mv_w).aged(pv::left_after(years, *degradation_per_year))
            }
            (PvSource::Model { .. }, None) => PvYear::dark(self.axis.len),
        }
    }

    /// Ratings that the figures refer to.
    pub fn nameplate(&self) -> Nameplate {
        let pv_ac_w = self.pv.rated_ac_w();
        let pv_dc_w = if let PvSource::Model { pv, .. } = &*self.pv { Some(pv.nominal_dc_w()) } else { None };
        let limit_w = self.grid.export.limit_w.iter().copied().fold(0.0, f64::max);
        let capacity_w = if limit_w.is_finite() && limit_w > 0.0 { limit_w } else { pv_ac_w };
        Nameplate { pv_dc_w, pv_ac_w, battery_wh: self.storage.as_ref().map(|s| s.battery.nameplate_wh), capacity_w }
    }

    /// What the project is, in a few lines.
    pub fn describe(&self) -> String {
        let axis = &self.axis;
        let nameplate = self.nameplate();
        let mut lines = vec![format!(
            "  axis      {} steps of {} min from {} (UTC{:+.2} h)",
            axis.len,
            axis.step_s / 60,
            axis.start,
            f64::from(axis.utc_offset_s) / 3600.0
        )];
        match (&*self.pv, nameplate.pv_dc_w) {
            (PvSource::Model { pv, site, .. }, Some(dc_w)) => {
                let Site { latitude_deg, longitude_deg, elevation_m } = site;
                lines.push(format!("  site      {latitude_deg}° north, {longitude_deg}° east, {elevation_m} m"));
                let (dc, ac) = (dc_w / MEGA, nameplate.pv_ac_w / MEGA);
                let kinds = pv.blocks.len();
                lines.push(format!(
                    "  PV        {dc:.3} MWdc, {ac:.3} MWac, DC/AC {:.2}, {kinds} kind(s) of block",
                    dc / ac
                ));
            }
            _ => lines.push(format!("  PV        series, at most {:.3} MW at the MV bus", nameplate.pv_ac_w / MEGA)),
        }
        if let Some(s) = &self.storage {
            let (inverter, usable) = (s.converter.rated_w / MEGA, s.battery.usable_wh / MEGA);
            let nameplate = s.battery.nameplate_wh / MEGA;
            lines.push(format!("  storage   {inverter:.3} MW, {nameplate:.3} MWh nameplate, {usable:.3} MWh usable"));
            lines.extend(s.life.describe().into_iter().map(|words| format!("            {words}")));
        }
        lines.extend(self.describe_limit("export", Grid::export_in_force));
        lines.extend(self.describe_limit("import", |grid| grid.import.clone()));
        let load_w = self.grid.load_w.iter().copied().fold(0.0, f64::max);
        if load_w > 0.0 {
            lines.push(format!("  load      at most {:.3} MW", load_w / MEGA));
        }
        if !self.ev.is_none() {
            let most_w = self.ev.unlimited_w().into_iter().fold(0.0, f64::max);
            lines.push(format!("  vehicles  at most {:.3} MW without limits", most_w / MEGA));
        }
        if let Some(prices) = &self.prices {
            let mean = |p: &[f64]| p.iter().sum::<f64>() / p.len().max(1) as f64;
            let (buy, sell) = (mean(&prices.buy_per_kwh), mean(&prices.sell_per_kwh));
            lines.push(format!("  prices    buy {buy:.4}, sell {sell:.4} {}/kWh on average", prices.currency));
        }
        let uncertain = self.uncertainty().map_or(vec![], uncertainty::Plan::describe);
        lines.extend(uncertain.into_iter().enumerate().map(|(i, words)| {
            let title = if i == 0 { "uncertain" } else { "" };
            format!("  {title:9} {words}")
        }));
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patches(changes: &[(&str, &str)]) -> Vec<(String, String)> {
        changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    /// Everything but the record of files and the places of keys, which tell how it came about.
    fn same(a: &Project, b: &Project) -> bool {
        a.pv == b.pv
            && a.grid == b.grid
            && a.later_grids == b.later_grids
            && a.storage == b.storage
            && a.prices == b.prices
            && a.ev == b.ev
    }

    #[test]
    fn a_varied_plant_is_the_one_that_is_read_with_the_changes() {
        for (name, changes) in [
            ("daggett-lgia-excess", &[("storage.nameplate_mwh", "300"), ("storage.usable_mwh", "270")][..]),
            ("daggett-lgia-excess", &[("pv.block.0.mount.max_angle_deg", "45"), ("plant.export_limit.kw", "90000")]),
            ("daggett-lgia-excess", &[("pv.block.0.strings", "700"), ("plant.export_limit", "{share_of_dc_pct=50}")]),
            ("daggett-lgia-excess", &[("storage.dispatch.strategy", "none"), ("solar.transposition", "isotropic")]),
            ("greensboro-custom", &[("storage.inverter.rated_mw", "5")]),
            ("moffat-series", &[("storage.inverter.rated_mw", "3")]),
            ("moffat-series", &[("pv.factor", "0.93")]),
            ("daggett-lgia-excess", &[("weather.irradiance_factor", "0.93")]),
            ("aachen-sell-to-grid", &[("prices.currency", "CHF"), ("storage.dispatch.arbitrage", "false")]),
            ("aachen-sell-to-grid", &[("storage.dispatch", "{strategy=\"self_sufficiency_zero_feed_in\"}")]),
            ("aachen-grid-capacity-expansion", &[("plant.import_limit.kw", "180"), ("load.scale", "1.1")]),
        ] {
            let changes = patches(changes);
            let base = Project::shipped(name, &[]).unwrap();
            match (base.vary(&changes), Project::shipped(name, &changes)) {
                (Ok(varied), Ok(read)) => {
                    assert!(same(&varied, &read) && !same(&varied, &base), "{name} {changes:?}");
                    // Back again it is what it was.
                    assert!(same(&varied.vary(&[]).unwrap(), &varied), "{name} {changes:?}");
                }
                (varied, read) => assert_eq!(varied.map(|_| ()), read.map(|_| ()), "{name} {changes:?}"),
            }
        }
    }

    #[test]
    fn a_change_that_breaks_the_plant_is_refused_as_if_it_were_written() {
        let base = Project::demonstration(&[]).unwrap();
        let changes =
            patches(&[("storage.nameplate_mwh", "-3"), ("pv.block.0.conut", "1"), ("plant.export_limit.kw", "x")]);
        let refused = base.vary(&changes).unwrap_err();
        assert_eq!(refused, Project::demonstration(&changes).unwrap_err());
        assert_eq!(refused.0.len(), 3);
    }

    #[test]
    fn a_varied_plant_shares_what_did_not_change() {
        let base = Project::demonstration(&[]).unwrap();
        let varied = base.vary(&patches(&[("storage.nameplate_mwh", "300")])).unwrap();
        assert!(Arc::ptr_eq(&base.pv, &varied.pv) && Arc::ptr_eq(&base.grid, &varied.grid));
        assert_eq!(varied.files, base.files);
        let steeper = base.vary(&patches(&[("pv.block.0.mount.max_angle_deg", "50")])).unwrap();
        assert!(Arc::ptr_eq(&base.calendar, &steeper.calendar) && Arc::ptr_eq(&base.grid, &steeper.grid));
    }
}
