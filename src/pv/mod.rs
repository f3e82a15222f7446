//! Room 3: from the sky to power at the MV bus. Mount, shading, light on the cells, cell temperature, module, inverter, block.

mod block;
mod checks;
mod dc;
mod light;
mod monthly;
mod origin;
mod shading;
mod stages;
mod year;

pub mod iam;
pub mod inverter;
pub mod module;
pub mod mount;
pub mod temperature;

pub use block::{Block, Origins};
pub use checks::check;
pub use dc::{DcArray, DcLosses, DcPoint, DcYear};
pub use light::{Ground, Light, Optics};
pub use monthly::Monthly;
pub use origin::Origin;
pub use shading::{Rows, Shading, View};
pub use stages::{Stage, Stages};
pub use year::PvYear;

use crate::inputs::Weather;
use crate::keys::Keys;
use crate::solar::{Sky, Transposition};
use crate::time::Moment;
use block::{Air, BlockStep};

/// Albedo where neither the block nor the weather has one: grass and soil.
const ALBEDO: f64 = 0.2;

/// What the plant file says about this room.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Kinds of blocks.
    pub blocks: Vec<Block>,
}

impl Plan {
    /// Reads the `block` list of the `[pv]` table.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let blocks = k.sections("block", "blocks of modules and inverters", Block::read);
        Self { blocks: blocks.into_iter().flatten().collect() }
    }

    /// Nameplate DC power of the plant, W.
    pub fn nominal_dc_w(&self) -> f64 {
        self.blocks.iter().map(|b| b.count * b.nominal_dc_w()).sum()
    }

    /// Largest AC power of all PV inverters, W.
    pub fn rated_ac_w(&self) -> f64 {
        self.blocks.iter().map(|b| b.count * b.rated_ac_w()).sum()
    }

    fn asks_the_calendar(&self) -> bool {
        let monthly = |b: &Block| !b.soiling.is_constant() || b.albedo.is_some_and(|a| !a.is_constant());
        self.blocks.iter().any(monthly)
    }
}

/// PV power of the whole plant, step by step. `years_since_start` is 0 in the first year of the modules' life.
///
/// By night the inverters draw their tare, the blocks their auxiliary load and the transformers their no-load loss. Any
/// finite weather gives finite power.
pub fn generate(
    plan: &Plan,
    weather: &Weather,
    sky: &Sky,
    transposition: Transposition,
    years_since_start: u32,
) -> PvYear {
    let len = weather.temp_air_c.len();
    let moments = if plan.asks_the_calendar() { weather.axis.moments() } else { vec![] };
    let mut year = PvYear::dark(len);
    for (n, block) in plan.blocks.iter().enumerate() {
        let aged = block.in_year(years_since_start, transposition);
        for i in 0..len {
            let air = Air { temp_c: weather.temp_air_c[i], wind_m_s: weather.wind_speed_m_s[i] };
            let step = aged.step(&sky.point(i), air, ground(block, weather, i, moments.get(i)));
            year.add(i, &step, block.count, weather.axis.step_h());
            if n == 0 {
                year.show(i, &step);
            }
        }
    }
    year
}

fn ground(block: &Block, weather: &Weather, i: usize, moment: Option<&Moment>) -> Ground {
    let month0 = moment.map_or(0, |m| m.month0);
    let albedo = match (&block.albedo, &weather.albedo) {
        (Some(own), _) => own.in_month(month0),
        (None, Some(given)) => given[i],
        (None, None) => ALBEDO,
    };
    Ground { albedo, soiling: block.soiling.in_month(month0) }
}

impl PvYear {
    /// Adds so many blocks of one kind to a step.
    fn add(&mut self, i: usize, step: &BlockStep, count: f64, hours: f64) {
        let ladder = &step.ladder;
        self.dc_w[i] += count * ladder.after(Stage::DcWiring);
        self.inverter_ac_w[i] += count * ladder.after(Stage::NightTare);
        self.inverter_clipped_w[i] += count * ladder.loss(Stage::Clipping);
        self.mv_w[i] += count * ladder.after(Stage::Collection);
        self.running[i] |= step.running;
        self.stages.add(ladder, count * hours);
    }

    /// Shows one block's light and cells.
    fn show(&mut self, i: usize, step: &BlockStep) {
        self.tracker_angle_deg[i] = step.pose.tracker_angle_deg;
        self.poa_w_m2[i] = step.light.poa_w_m2;
        self.poa_effective_w_m2[i] = step.light.effective_w_m2;
        self.temp_cell_c[i] = step.temp_cell_c;
    }
}
