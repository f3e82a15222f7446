//! The energy ladder of the PV room: what is left after each loss, from the plane of the array to the MV bus.

/// One rung of the ladder, in walking order; the energy is the one left after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Light on the unshaded plane of the array at nominal efficiency: `POA/1000 · P_stc`.
    PlaneOfArray,
    /// After the shade of the rows in front, beam and diffuse.
    RowShading,
    /// After dirt.
    Soiling,
    /// After reflection at the glass; the light the cells use.
    Reflection,
    /// The module model at the reference temperature, 25 °C.
    IrradianceLevel,
    /// The module model at the cell temperature.
    Temperature,
    /// After the modules' deviation from their nameplate; a gain where they are better.
    ModuleQuality,
    /// After light-induced degradation.
    LightInduced,
    /// After mismatch between modules and strings.
    Mismatch,
    /// After aging.
    Degradation,
    /// At the voltage the inverter's MPPT window allows.
    MpptWindow,
    /// After the DC cables: the inverter's input.
    DcWiring,
    /// After conversion, before the inverter's power limit; light below start-up is lost here.
    InverterEfficiency,
    /// After the inverter's power limit.
    Clipping,
    /// After the inverters' consumption while they do not run: their terminals.
    NightTare,
    /// After the blocks' auxiliary load.
    Auxiliary,
    /// After the blocks' transformers.
    Transformer,
    /// After the collection system: the MV bus.
    Collection,
}

impl Stage {
    /// Number of stages.
    pub const COUNT: usize = Self::ALL.len();

    /// All stages in walking order.
    pub const ALL: [Self; 18] = [
        Self::PlaneOfArray,
        Self::RowShading,
        Self::Soiling,
        Self::Reflection,
        Self::IrradianceLevel,
        Self::Temperature,
        Self::ModuleQuality,
        Self::LightInduced,
        Self::Mismatch,
        Self::Degradation,
        Self::MpptWindow,
        Self::DcWiring,
        Self::InverterEfficiency,
        Self::Clipping,
        Self::NightTare,
        Self::Auxiliary,
        Self::Transformer,
        Self::Collection,
    ];

    /// Name in the loss tree.
    pub fn name(self) -> &'static str {
        match self {
            Self::PlaneOfArray => "plane_of_array",
            Self::RowShading => "row_shading",
            Self::Soiling => "soiling",
            Self::Reflection => "iam",
            Self::IrradianceLevel => "irradiance_level",
            Self::Temperature => "temperature",
            Self::ModuleQuality => "module_quality",
            Self::LightInduced => "lid",
            Self::Mismatch => "mismatch",
            Self::Degradation => "degradation",
            Self::MpptWindow => "mppt_window",
            Self::DcWiring => "dc_wiring",
            Self::InverterEfficiency => "inverter_efficiency",
            Self::Clipping => "inverter_clipping",
            Self::NightTare => "night_tare",
            Self::Auxiliary => "block_auxiliary",
            Self::Transformer => "mv_transformer",
            Self::Collection => "collection",
        }
    }
}

/// A value per stage: energies over the run, Wh, or powers of one step, W. All zero by default.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stages([f64; Stage::COUNT]);

impl Stages {
    /// What is left after `stage`.
    #[inline]
    pub fn after(&self, stage: Stage) -> f64 {
        self.0[stage as usize]
    }

    /// What `stage` took away; negative where it is a gain, 0 for the first.
    pub fn loss(&self, stage: Stage) -> f64 {
        let i = stage as usize;
        if i == 0 { 0.0 } else { self.0[i - 1] - self.0[i] }
    }

    /// Stages with what is left after them, in walking order.
    pub fn iter(&self) -> impl Iterator<Item = (Stage, f64)> + '_ {
        Stage::ALL.into_iter().map(|stage| (stage, self.after(stage)))
    }

    /// Notes what is left after `stage`.
    #[inline]
    pub(super) fn set(&mut self, stage: Stage, value: f64) {
        self.0[stage as usize] = value;
    }

    /// Adds another ladder, `factor` times.
    #[inline]
    pub fn add(&mut self, other: &Self, factor: f64) {
        for (sum, value) in self.0.iter_mut().zip(&other.0) {
            *sum += factor * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_stages_is_in_walking_order() {
        for (i, stage) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(stage as usize, i);
        }
    }

    #[test]
    fn losses_of_all_stages_close_the_ladder() {
        let mut ladder = Stages::default();
        for (i, stage) in Stage::ALL.into_iter().enumerate() {
            ladder.set(stage, 100.0 - 3.0 * i as f64);
        }
        let lost: f64 = Stage::ALL.into_iter().map(|s| ladder.loss(s)).sum();
        assert_eq!(ladder.after(Stage::PlaneOfArray) - lost, ladder.after(Stage::Collection));
        assert_eq!((ladder.loss(Stage::PlaneOfArray), ladder.loss(Stage::Soiling)), (0.0, 3.0));
    }
}
