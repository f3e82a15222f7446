//! One step of a block, from the sky to the MV bus.

use super::dc::DcYear;
use super::light::{Ground, Light, Optics};
use super::mount::Pose;
use super::shading::Shading;
use super::{Block, Stage, Stages};
use crate::solar::{SkyPoint, Transposition};

/// A block in one year of its life.
pub(super) struct BlockYear<'b> {
    block: &'b Block,
    optics: Optics<'b>,
    dc: DcYear<'b>,
    night: Stages,
    runs_by_night: bool,
}

/// The air of one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Air {
    /// Temperature, °C.
    pub temp_c: f64,
    /// Wind speed, m/s.
    pub wind_m_s: f64,
}

/// One block in one step.
pub(super) struct BlockStep {
    /// Power after every stage, W.
    pub ladder: Stages,
    /// Light on its plane.
    pub light: Light,
    /// How it stands.
    pub pose: Pose,
    /// Cell temperature, °C.
    pub temp_cell_c: f64,
    /// Whether its inverters run.
    pub running: bool,
}

impl<'b> BlockYear<'b> {
    /// A block so many years after its start, under a sky model.
    pub fn new(block: &'b Block, years_since_start: f64, transposition: Transposition) -> Self {
        let rows = if block.shading == Shading::None { None } else { block.mount.rows() };
        let optics = Optics { rows, iam: &block.iam, transposition };
        let dc = block.array.in_year(years_since_start, &block.inverter);
        // Without light the weather makes no difference to the power.
        let mut night = Stages::default();
        let runs_by_night = electric(block, &dc, 0.0, 0.0, &mut night);
        Self { block, optics, dc, night, runs_by_night }
    }

    /// One step of one block, from the light to the MV bus.
    #[inline]
    pub fn step(&self, sky: &SkyPoint, air: Air, ground: Ground) -> BlockStep {
        let pose = self.block.mount.pose(sky);
        let light = self.optics.light(sky, &pose, ground);
        let temp_cell_c = self.block.temperature.cell_c(&light, air.temp_c, air.wind_m_s);
        if light.effective_w_m2 <= 0.0 && light.poa_w_m2 <= 0.0 {
            return BlockStep { ladder: self.night, light, pose, temp_cell_c, running: self.runs_by_night };
        }
        let mut ladder = Stages::default();
        let suns = self.block.nominal_dc_w() / 1000.0;
        ladder.set(Stage::PlaneOfArray, suns * light.poa_w_m2);
        ladder.set(Stage::RowShading, suns * light.shaded_w_m2);
        ladder.set(Stage::Soiling, suns * light.soiled_w_m2);
        ladder.set(Stage::Reflection, suns * light.effective_w_m2);
        let running = electric(self.block, &self.dc, light.effective_w_m2, temp_cell_c, &mut ladder);
        BlockStep { ladder, light, pose, temp_cell_c, running }
    }
}

/// From the light on the cells to the MV bus; whether the inverters run.
#[inline]
fn electric(block: &Block, dc: &DcYear<'_>, effective_w_m2: f64, temp_cell_c: f64, ladder: &mut Stages) -> bool {
    let dc = dc.step(effective_w_m2, temp_cell_c, ladder);
    let out = block.inverter.convert(dc.power_w / block.inverters, dc.voltage_v);
    ladder.set(Stage::InverterEfficiency, block.inverters * out.unlimited_w);
    ladder.set(Stage::Clipping, block.inverters * out.limited_w);
    let terminal_w = block.inverters * out.terminal_w;
    ladder.set(Stage::NightTare, terminal_w);
    let behind_auxiliary_w = block.auxiliary.output_w(terminal_w);
    ladder.set(Stage::Auxiliary, behind_auxiliary_w);
    let medium_voltage_w = block.transformer.output_w(behind_auxiliary_w, out.running);
    ladder.set(Stage::Transformer, medium_voltage_w);
    ladder.set(Stage::Collection, block.collection.output_w(medium_voltage_w));
    out.running
}
