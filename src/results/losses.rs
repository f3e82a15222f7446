//! The loss tree: what is left after each stage from the plane of the array to the POI. It closes.

use crate::pv::{Stage, Stages};
use crate::units::MEGA;

use super::{Closing, Figures};

/// One stage of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct LossStage {
    /// Name of the stage.
    pub stage: &'static str,
    /// Energy left after it, MWh.
    pub energy_mwh: f64,
    /// Energy it took, MWh; negative where it is a gain.
    pub loss_mwh: f64,
}

/// Sums of a run from which the tree is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LossTree {
    pv: Option<Stages>,
    pv_mv_wh: f64,
    /// Losses behind the MV bus in walking order, Wh.
    behind: [(&'static str, f64); 12],
    exported_wh: f64,
}

impl LossTree {
    /// Adds a year with its figures as a whole.
    pub(super) fn add(&mut self, closing: &Closing<'_>, figures: &Figures) {
        if let Some(stages) = closing.stages {
            self.pv.get_or_insert_default().add(stages, 1.0);
        }
        let wh = |name| figures.get(name).unwrap_or(0.0) * MEGA;
        let losses = &closing.losses;
        let behind = [
            ("battery_roundtrip", losses.battery_wh),
            ("battery_fade", losses.fade_wh),
            ("battery_self_discharge", losses.self_discharge_wh),
            ("ess_inverter", losses.inverter_wh),
            ("ess_transformer", losses.transformer_wh),
            ("ess_auxiliary", losses.auxiliary_wh),
            ("left_in_battery", wh("ess_stored_change_mwh")),
            ("hv_equipment", wh("hv_loss_mwh")),
            ("availability", wh("availability_loss_mwh")),
            ("curtailment", wh("curtailed_mwh")),
            ("site_load", wh("load_mwh")),
            ("vehicles", wh("ev_served_mwh")),
        ];
        for (total, (name, wh)) in self.behind.iter_mut().zip(behind) {
            *total = (name, total.1 + wh);
        }
        self.pv_mv_wh += wh("pv_mv_mwh");
        self.exported_wh += wh("export_mwh") - wh("import_mwh");
    }

    /// The stages in walking order. The last is the net energy at the POI.
    pub fn stages(&self) -> Vec<LossStage> {
        let mut stages = vec![];
        match &self.pv {
            Some(pv) => {
                for (stage, energy_wh) in pv.iter() {
                    push(&mut stages, stage.name(), energy_wh, pv.loss(stage));
                }
            }
            None => push(&mut stages, "pv_at_mv_bus", self.pv_mv_wh, 0.0),
        }
        let mut left_wh = self.pv.map_or(self.pv_mv_wh, |pv| pv.after(Stage::Collection));
        for (name, loss_wh) in &self.behind {
            left_wh -= loss_wh;
            push(&mut stages, name, left_wh, *loss_wh);
        }
        stages
    }

    /// How far the tree is from closing on the energy at the POI, MWh.
    pub fn residual_mwh(&self) -> f64 {
        self.stages().last().map_or(0.0, |last| last.energy_mwh) - self.exported_wh / MEGA
    }
}

fn push(stages: &mut Vec<LossStage>, stage: &'static str, energy_wh: f64, loss_wh: f64) {
    stages.push(LossStage { stage, energy_mwh: energy_wh / MEGA, loss_mwh: loss_wh / MEGA });
}

impl LossStage {
    /// The loss as a percentage of the energy before the stage; 0 where there was none.
    pub fn loss_pct_of_previous(&self) -> f64 {
        let before_mwh = self.energy_mwh + self.loss_mwh;
        if before_mwh == 0.0 { 0.0 } else { 100.0 * self.loss_mwh / before_mwh }
    }
}
