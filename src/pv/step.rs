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
    /// Power in any step without light.
    pub night: BlockPower,
}

/// The air of one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Air {
    /// Temperature, °C.
    pub temp_c: f64,
    /// Wind speed, m/s.
    pub wind_m_s: f64,
}

/// How a block stands in the light in one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct InLight {
    /// How it stands.
    pub pose: Pose,
    /// Light on its plane.
    pub light: Light,
    /// Cell temperature, °C.
    pub temp_cell_c: f64,
}

/// Power of one block in one step.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BlockPower {
    /// Power after every stage, W.
    pub ladder: Stages,
    /// Whether its inverters run.
    pub running: bool,
}

impl<'b> BlockYear<'b> {
    /// A block so many years after its start, under a sky model.
    pub fn new(block: &'b Block, years_since_start: f64, transposition: Transposition) -> Self {
        let rows = if block.shading == Shading::None { None } else { block.mount.rows() };
        let optics = Optics { rows, iam: &block.iam, transposition };
        let dc = block.array.in_year(years_since_start, &block.inverter);
        let mut year = Self { block, optics, dc, night: BlockPower::default() };
        // Without light the weather makes no difference to the power.
        let mut ladder = Stages::default();
        let running = year.electric(&Light::default(), 0.0, &mut ladder);
        year.night = BlockPower { ladder, running };
        year
    }

    /// One block in the light of one step.
    #[inline]
    pub fn in_light(&self, sky: &SkyPoint, air: Air, ground: Ground) -> InLight {
        let pose = self.block.mount.pose(sky);
        let light = self.optics.light(sky, &pose, ground);
        let temp_cell_c = self.block.temperature.cell_c(&light, air.temp_c, air.wind_m_s);
        InLight { pose, light, temp_cell_c }
    }

    /// Power of one block from its light to the MV bus.
    #[inline]
    pub fn power(&self, step: &InLight) -> BlockPower {
        if step.light == Light::default() {
            return self.night;
        }
        let mut power = BlockPower::default();
        power.running = self.electric(&step.light, step.temp_cell_c, &mut power.ladder);
        power
    }

    /// Notes the power after every stage; whether the inverters run.
    #[inline]
    fn electric(&self, light: &Light, temp_cell_c: f64, ladder: &mut Stages) -> bool {
        let block = self.block;
        let suns = block.nominal_dc_w() / 1000.0;
        ladder.set(Stage::PlaneOfArray, suns * light.poa_w_m2);
        ladder.set(Stage::RowShading, suns * light.shaded_w_m2);
        ladder.set(Stage::Soiling, suns * light.soiled_w_m2);
        ladder.set(Stage::Reflection, suns * light.effective_w_m2);
        let dc = self.dc.step(light.effective_w_m2, temp_cell_c, ladder);
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
}
