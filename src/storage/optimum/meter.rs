//! What crosses the meter in a step: import or export, and what is curtailed or shed for it.

/// Share of a power that is rounding.
const ROUNDING: f64 = 1e-9;

/// What one step brings, all of it 0 or more except prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SiteStep {
    /// PV power available, W.
    pub pv_w: f64,
    /// Demand, W.
    pub demand_w: f64,
    /// Price of a kWh imported.
    pub buy_per_kwh: f64,
    /// Price of a kWh exported.
    pub sell_per_kwh: f64,
    /// Largest import, W.
    pub import_limit_w: f64,
    /// Largest export, W.
    pub export_limit_w: f64,
    /// Whether the battery may charge from the grid.
    pub grid_charging: bool,
}

/// The powers of a step beside the battery's, W, each 0 or more:
/// `import − export = demand − shed − (pv − curtailed) − battery`. Import or export is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Flow {
    /// From the grid.
    pub import_w: f64,
    /// To the grid.
    pub export_w: f64,
    /// PV not used.
    pub curtailed_w: f64,
    /// Demand not served.
    pub shed_w: f64,
}

impl SiteStep {
    /// The cheapest flow for a battery power, W (positive discharges); none where limits forbid it whatever is curtailed
    /// or shed.
    ///
    /// Demand is shed only above the import limit. PV is curtailed above the export limit, down to no export where a
    /// price makes that cheaper, or off where being paid to import makes that cheaper still.
    pub fn flow(&self, battery_w: f64) -> Option<Flow> {
        let import_w = self.demand_w - self.pv_w - battery_w;
        let rounding_w = ROUNDING * (self.demand_w + self.pv_w + battery_w.abs());
        let shed_w = (import_w - self.import_limit_w).max(0.0);
        let least_w = (-import_w - self.export_limit_w).max(0.0);
        if shed_w > self.demand_w + rounding_w || least_w > self.pv_w + rounding_w {
            return None;
        }
        let most_w = self.pv_w.min(self.import_limit_w - import_w).max(least_w);
        let flows = [least_w, (-import_w).clamp(least_w, most_w), most_w].map(|curtailed_w| {
            let net_w = import_w + curtailed_w - shed_w;
            Flow { import_w: net_w.max(0.0), export_w: (-net_w).max(0.0), curtailed_w, shed_w }
        });
        flows
            .into_iter()
            .reduce(|best, flow| if self.energy_cost(&flow) < self.energy_cost(&best) { flow } else { best })
    }

    /// What import and export of a flow cost per 1000 h.
    pub(super) fn energy_cost(&self, flow: &Flow) -> f64 {
        self.buy_per_kwh * flow.import_w - self.sell_per_kwh * flow.export_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(buy: f64, sell: f64) -> SiteStep {
        SiteStep {
            pv_w: 50.0,
            demand_w: 20.0,
            buy_per_kwh: buy,
            sell_per_kwh: sell,
            import_limit_w: 40.0,
            export_limit_w: 10.0,
            grid_charging: true,
        }
    }

    fn flow(import_w: f64, export_w: f64, curtailed_w: f64, shed_w: f64) -> Flow {
        Flow { import_w, export_w, curtailed_w, shed_w }
    }

    #[test]
    fn pv_gives_way_at_the_export_limit_and_demand_at_the_import_limit() {
        // 30 W over, 10 of them exported.
        assert_eq!(at(0.2, 0.1).flow(0.0), Some(flow(0.0, 10.0, 20.0, 0.0)));
        // Charging 75 W imports 45, of which the limit leaves 40.
        assert_eq!(at(0.2, 0.1).flow(-75.0), Some(flow(40.0, 0.0, 0.0, 5.0)));
    }

    #[test]
    fn prices_below_zero_curtail_to_no_export_or_turn_pv_off() {
        assert_eq!(at(0.2, -0.1).flow(0.0), Some(flow(0.0, 0.0, 30.0, 0.0)));
        assert_eq!(at(-0.2, -0.1).flow(0.0), Some(flow(20.0, 0.0, 50.0, 0.0)));
        // Charging 30 W as well imports 40 with 40 W of PV curtailed.
        assert_eq!(at(-0.2, -0.1).flow(-30.0), Some(flow(40.0, 0.0, 40.0, 0.0)));
        // Paid 0.2 to import 20 W, or 0.5 to export 10 W: the latter.
        assert_eq!(at(-0.2, 0.5).flow(0.0), Some(flow(0.0, 10.0, 20.0, 0.0)));
    }

    #[test]
    fn what_no_curtailing_or_shedding_brings_within_the_limits_is_impossible() {
        // At most the demand of 20 and the limit of 10 can be discharged; 70 W can be charged with all demand served, 90 W
        // with none.
        assert!(at(0.2, 0.1).flow(30.0).is_some() && at(0.2, 0.1).flow(30.1).is_none());
        assert!(at(0.2, 0.1).flow(-90.0).is_some() && at(0.2, 0.1).flow(-90.1).is_none());
    }
}
