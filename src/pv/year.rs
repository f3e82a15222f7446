//! What the PV room gives to the rooms behind it.

use super::Stages;

/// PV of the whole plant on the run's axis: one value per step, mean over the step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PvYear {
    /// DC power on offer at the inverters' inputs after all DC losses, W. What an inverter at its limit leaves unused
    /// is still in it.
    pub dc_w: Vec<f64>,
    /// AC power at the inverters' terminals, W; their night consumption is negative.
    pub inverter_ac_w: Vec<f64>,
    /// AC power the inverters could not give for their power limit, W, never negative.
    pub inverter_clipped_w: Vec<f64>,
    /// Power at the MV bus after block transformers and collection, W; negative at night.
    pub mv_w: Vec<f64>,
    /// Whether any PV inverter runs.
    pub running: Vec<bool>,
    /// Irradiation on all planes at nominal efficiency, `Σ POA/1000 · P_stc`, W: the reference of the performance ratio.
    pub nominal_w: Vec<f64>,
    /// Rotation of the first block's trackers, degrees, positive towards the west of a south-pointing axis; 0 at night
    /// and for fixed mounts.
    pub tracker_angle_deg: Vec<f64>,
    /// Global irradiance on the first block's plane as a clean pyranometer on an unshaded row sees it, W/m²; 0 at night.
    pub poa_w_m2: Vec<f64>,
    /// Irradiance the first block's cells use, after row shading, soiling and reflection, W/m².
    pub poa_effective_w_m2: Vec<f64>,
    /// Cell temperature of the first block, °C; air temperature at night.
    pub temp_cell_c: Vec<f64>,
    /// Energy ladder over the run, Wh, summed over the blocks; its last rung is the sum of `mv_w`.
    pub stages: Stages,
}

impl PvYear {
    /// A year given as power at the MV bus, W. Inverters run while it is positive; nothing before the MV bus is known,
    /// and the vectors of it are empty.
    pub fn given(mv_w: &[f64]) -> Self {
        Self { mv_w: mv_w.to_vec(), running: mv_w.iter().map(|w| *w > 0.0).collect(), ..Self::default() }
    }

    /// The year of a series with this share of its positive powers left; what is drawn at night stays.
    #[must_use]
    pub fn aged(mut self, left: f64) -> Self {
        self.mv_w.iter_mut().filter(|w| **w > 0.0).for_each(|w| *w *= left);
        Self { running: self.mv_w.iter().map(|w| *w > 0.0).collect(), ..self }
    }

    /// A year of `len` steps in which nothing is produced.
    pub fn dark(len: usize) -> Self {
        let zeros = || vec![0.0; len];
        Self {
            dc_w: zeros(),
            inverter_ac_w: zeros(),
            inverter_clipped_w: zeros(),
            mv_w: zeros(),
            running: vec![false; len],
            nominal_w: zeros(),
            tracker_angle_deg: zeros(),
            poa_w_m2: zeros(),
            poa_effective_w_m2: zeros(),
            temp_cell_c: zeros(),
            stages: Stages::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aged_series_gives_less_by_day_and_draws_the_same_at_night() {
        let year = PvYear::given(&[-5.0, 0.0, 200.0]).aged(0.9);
        assert_eq!((year.mv_w, year.running), (vec![-5.0, 0.0, 180.0], vec![false, false, true]));
        assert_eq!(PvYear::given(&[100.0]).aged(0.0).running, [false]);
    }
}
