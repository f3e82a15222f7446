//! A site whose optimum is a linear program: one meter, PV, demand, and a battery with constant efficiencies.

use crate::units::KILO;

use super::daily::DailyLimit;
use super::demand::DemandCharge;
use super::dp::{Reach, Stage};
use super::levels::Levels;
use super::meter::{Flow, SiteStep};
use super::{EndValue, Values, dp};

/// Least wear counted, per kWh discharged. Without any, charging and discharging at once would cost a lossless battery
/// nothing, and a program has no reason not to.
const LEAST_WEAR_PER_KWH: f64 = 1e-6;

/// A site over a run of equal steps. All series have one value per step; the shortest gives the length.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSite {
    /// Length of a step, h, above 0.
    pub step_h: f64,
    /// PV power available at the POI, W. What is negative, a draw at night, counts as demand.
    pub pv_w: Vec<f64>,
    /// Load and vehicles, W. What is negative, another generator, counts as PV and can be curtailed.
    pub demand_w: Vec<f64>,
    /// Price of a kWh imported.
    pub buy_per_kwh: Vec<f64>,
    /// Price of a kWh exported.
    pub sell_per_kwh: Vec<f64>,
    /// Largest import, W, 0 or more; infinite where there is no limit.
    pub import_limit_w: Vec<f64>,
    /// Largest export, W, 0 or more; infinite where there is no limit.
    pub export_limit_w: Vec<f64>,
    /// The battery.
    pub battery: LinearBattery,
    /// Whether it may charge from the grid in a step; if not, only from the PV power that the demand leaves over.
    pub grid_charging: Vec<bool>,
    /// Cost of each kWh of demand that is not served, well above all prices: demand is shed where the import limit leaves
    /// no other way. Demand charges count as prices too.
    pub shed_per_kwh: f64,
    /// Charges on the highest import. The program knows them, dynamic programming does not.
    pub demand_charge: Option<DemandCharge>,
    /// What may be discharged in a day. Likewise.
    pub daily_limit: Option<DailyLimit>,
    /// What the energy left at the end is worth.
    pub end: EndValue,
}

/// A battery with constant efficiencies; all powers at the POI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearBattery {
    /// Largest charge power, W; may be infinite.
    pub charge_w: f64,
    /// Largest discharge power, W; may be infinite.
    pub discharge_w: f64,
    /// Share of the charge power that is stored.
    pub eta_charge: f64,
    /// Share of the energy taken from the store that reaches the POI.
    pub eta_discharge: f64,
    /// Least stored energy, Wh.
    pub floor_wh: f64,
    /// Most stored energy, Wh; a battery with no more than its floor stays idle.
    pub full_wh: f64,
    /// Stored energy at the start, Wh; counts as floor or full where it is outside.
    pub start_wh: f64,
    /// Wear per kWh discharged; at least 0.000001 is counted.
    pub wear_per_kwh: f64,
}

impl LinearSite {
    /// Number of steps.
    pub fn len(&self) -> usize {
        let series =
            [&self.demand_w, &self.buy_per_kwh, &self.sell_per_kwh, &self.import_limit_w, &self.export_limit_w];
        series.into_iter().fold(self.pv_w.len().min(self.grid_charging.len()), |len, series| len.min(series.len()))
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a step brings, for a step below [`Self::len`].
    pub fn step(&self, i: usize) -> SiteStep {
        let (pv_w, demand_w) = (self.pv_w[i], self.demand_w[i]);
        SiteStep {
            pv_w: pv_w.max(0.0) + (-demand_w).max(0.0),
            demand_w: demand_w.max(0.0) + (-pv_w).max(0.0),
            buy_per_kwh: self.buy_per_kwh[i],
            sell_per_kwh: self.sell_per_kwh[i],
            import_limit_w: self.import_limit_w[i].max(0.0),
            export_limit_w: self.export_limit_w[i].max(0.0),
            grid_charging: self.grid_charging[i],
        }
    }

    /// Cost of a step's flow and of its discharge, W at the POI; demand charges and the end's value are not in it.
    pub fn step_cost(&self, at: &SiteStep, flow: &Flow, discharge_w: f64) -> f64 {
        let by_power = at.energy_cost(flow) + self.shed_per_kwh * flow.shed_w + self.wear_per_kwh() * discharge_w;
        by_power * self.step_h / KILO
    }

    /// Wear counted per kWh discharged.
    pub(super) fn wear_per_kwh(&self) -> f64 {
        self.battery.wear_per_kwh.max(LEAST_WEAR_PER_KWH)
    }

    /// The largest charge and discharge power of a step, W at the POI, both finite: what fills or empties the battery in
    /// the step at most, and nothing where nothing would be stored or come out.
    pub(super) fn largest_w(&self, at: &SiteStep) -> (f64, f64) {
        let b = &self.battery;
        let (room_wh, h) = (self.range_wh(), self.step_h);
        let charge_w = if b.eta_charge > 0.0 { b.charge_w.min(room_wh / (h * b.eta_charge)) } else { 0.0 };
        let discharge_w = b.discharge_w.min(room_wh * b.eta_discharge.max(0.0) / h);
        let surplus_w = if at.grid_charging { f64::INFINITY } else { (at.pv_w - at.demand_w).max(0.0) };
        (charge_w.min(surplus_w).max(0.0), discharge_w.max(0.0))
    }

    /// Range of stored energy, Wh.
    pub(super) fn range_wh(&self) -> f64 {
        (self.battery.full_wh - self.battery.floor_wh).max(0.0)
    }

    /// Stored energy at the start, Wh, within the battery's range.
    pub fn start_wh(&self) -> f64 {
        let b = &self.battery;
        b.start_wh.clamp(b.floor_wh, b.full_wh.max(b.floor_wh))
    }

    /// Battery power at the POI, W (positive discharges), for a change of stored energy, Wh. None where a charge stores
    /// nothing.
    pub fn battery_w(&self, change_wh: f64) -> Option<f64> {
        let b = &self.battery;
        match change_wh {
            rise if rise > 0.0 => (b.eta_charge > 0.0).then(|| -rise / (b.eta_charge * self.step_h)),
            fall => Some(-fall * b.eta_discharge.max(0.0) / self.step_h),
        }
    }

    /// Change of stored energy, Wh, for a battery power at the POI, W (positive discharges). None where no energy taken
    /// reaches the POI.
    pub(super) fn change_wh(&self, battery_w: f64) -> Option<f64> {
        let b = &self.battery;
        match battery_w {
            out_w if out_w > 0.0 => (b.eta_discharge > 0.0).then(|| -out_w * self.step_h / b.eta_discharge),
            in_w => Some(-in_w * self.step_h * b.eta_charge.max(0.0)),
        }
    }

    /// The least cost by dynamic programming over so many levels ([`super::LEVELS`] usually). Demand charges and a daily limit are not in it.
    /// Follow it from [`Self::start_wh`].
    pub fn values(&self, levels: usize) -> Values {
        let levels = Levels::new(self.battery.floor_wh, self.battery.full_wh, levels);
        dp::solve(self.len(), levels, self, self.end)
    }
}

impl Stage for LinearSite {
    fn reach(&self, step: usize) -> Reach {
        let (charge_w, discharge_w) = self.largest_w(&self.step(step));
        let charge_wh = self.change_wh(-charge_w).unwrap_or(0.0);
        Reach { charge_wh, discharge_wh: -self.change_wh(discharge_w).unwrap_or(0.0) }
    }

    fn cost(&self, step: usize, change_wh: f64) -> f64 {
        let at = self.step(step);
        let battery_w = self.battery_w(change_wh);
        let flow = battery_w.and_then(|battery_w| Some((at.flow(battery_w)?, battery_w)));
        flow.map_or(f64::INFINITY, |(flow, battery_w)| self.step_cost(&at, &flow, battery_w.max(0.0)))
    }

    fn kinks(&self, step: usize, changes_wh: &mut Vec<f64>) {
        let at = self.step(step);
        // With all PV and with none, the POI stands at zero and on either limit.
        for net_w in [at.demand_w - at.pv_w, at.demand_w] {
            let powers_w = [net_w, net_w - at.import_limit_w, net_w + at.export_limit_w];
            let finite_w = powers_w.into_iter().filter(|w| w.is_finite());
            changes_wh.extend(finite_w.filter_map(|battery_w| self.change_wh(battery_w)));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 1 kWh, 1 kW, 80 % each way, two hours: 0.1 then 0.5 a kWh, 1 kW demanded in the second.
    pub(in super::super) fn small_site() -> LinearSite {
        LinearSite {
            step_h: 1.0,
            pv_w: vec![0.0, 0.0],
            demand_w: vec![0.0, 1e3],
            buy_per_kwh: vec![0.1, 0.5],
            sell_per_kwh: vec![0.0, 0.0],
            import_limit_w: vec![f64::INFINITY; 2],
            export_limit_w: vec![f64::INFINITY; 2],
            battery: LinearBattery {
                charge_w: 1e3,
                discharge_w: 1e3,
                eta_charge: 0.8,
                eta_discharge: 0.8,
                floor_wh: 0.0,
                full_wh: 1e3,
                start_wh: 0.0,
                wear_per_kwh: 0.0,
            },
            grid_charging: vec![true; 2],
            shed_per_kwh: 100.0,
            demand_charge: None,
            daily_limit: None,
            end: EndValue::Free,
        }
    }

    #[test]
    fn negative_pv_is_demand_and_negative_demand_is_pv() {
        let mut site = small_site();
        (site.pv_w, site.demand_w) = (vec![-5.0, 3.0], vec![7.0, -2.0]);
        assert_eq!((site.step(0).pv_w, site.step(0).demand_w), (0.0, 12.0));
        assert_eq!((site.step(1).pv_w, site.step(1).demand_w), (5.0, 0.0));
    }

    #[test]
    fn the_cheap_hour_is_stored_for_the_dear_one() {
        let site = small_site();
        // 1 kWh bought at 0.1 stores 0.8 and gives 0.64: 0.1 + 0.36·0.5, and 0.64·1e-6 of wear.
        let path = site.values(201).follow(site.start_wh(), &site);
        assert!((path.cost - (0.1 + 0.36 * 0.5 + 0.64e-6)).abs() < 1e-12, "{}", path.cost);
        assert_eq!(path.stored_wh, [800.0, 0.0]);
    }

    #[test]
    fn without_grid_charging_only_surplus_is_stored() {
        let mut site = small_site();
        site.grid_charging.fill(false);
        assert_eq!(site.values(201).follow(0.0, &site).cost, 0.5);
        site.pv_w[0] = 500.0;
        // 0.5 kWh of surplus give 0.32.
        let path = site.values(201).follow(0.0, &site);
        assert!((path.cost - (0.68 * 0.5 + 0.32e-6)).abs() < 1e-12, "{}", path.cost);
    }

    #[test]
    fn the_grid_charges_in_the_steps_that_are_open_to_it() {
        let mut site = small_site();
        site.grid_charging = vec![true, false];
        // As with both open: what pays is bought in the first.
        assert!((site.values(201).follow(0.0, &site).cost - (0.1 + 0.36 * 0.5 + 0.64e-6)).abs() < 1e-12);
        assert!((site.optimum().objective - (0.1 + 0.36 * 0.5 + 0.64e-6)).abs() < 1e-8);
        site.grid_charging = vec![false, true];
        assert_eq!(site.values(201).follow(0.0, &site).cost, 0.5);
        assert!((site.optimum().objective - 0.5).abs() < 1e-8);
    }

    #[test]
    fn an_import_limit_too_tight_sheds_at_a_finite_cost_and_the_battery_helps() {
        let mut site = small_site();
        site.import_limit_w = vec![300.0; 2];
        // 0.3 kWh are stored as 0.24 and give 0.192; with 0.3 imported, 0.508 are shed.
        let path = site.values(201).follow(0.0, &site);
        assert!((path.cost - (0.3 * 0.6 + 0.508 * 100.0 + 0.192e-6)).abs() < 1e-9, "{}", path.cost);
    }

    #[test]
    fn efficiencies_of_zero_leave_the_battery_idle() {
        let mut site = small_site();
        (site.battery.eta_charge, site.battery.start_wh) = (0.0, 400.0);
        // Nothing is charged; 0.4 kWh give 0.32.
        assert!((site.values(201).follow(400.0, &site).cost - (0.68 * 0.5 + 0.32e-6)).abs() < 1e-12);
        site.battery.eta_discharge = 0.0;
        assert_eq!(site.values(201).follow(400.0, &site).cost, 0.5);
    }

    /// A site of a few hours with any prices and limits.
    pub(in super::super) fn random_site() -> impl Strategy<Value = LinearSite> {
        let row = (0.0..5e3f64, 0.0..5e3f64, -0.1..0.5f64, -0.2..0.6f64, 0.0..4e3f64, 0.0..4e3f64, any::<bool>());
        (prop::collection::vec(row, 1..12), 0.5..1.0f64, 0.0..3e3f64).prop_map(|(rows, eta, full_wh)| LinearSite {
            pv_w: rows.iter().map(|r| r.0).collect(),
            demand_w: rows.iter().map(|r| r.1).collect(),
            buy_per_kwh: rows.iter().map(|r| r.2).collect(),
            sell_per_kwh: rows.iter().map(|r| r.3).collect(),
            import_limit_w: rows.iter().map(|r| r.4).collect(),
            export_limit_w: rows.iter().map(|r| r.5).collect(),
            battery: LinearBattery { eta_charge: eta, eta_discharge: eta, full_wh, ..small_site().battery },
            grid_charging: rows.iter().map(|r| r.6).collect(),
            shed_per_kwh: 10.0,
            ..small_site()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_flow_balances_within_the_limits(site in random_site(), battery_w in -9e3..9e3f64) {
            for i in 0..site.len() {
                let at = site.step(i);
                let Some(f) = at.flow(battery_w) else { continue };
                let net_w = at.demand_w - f.shed_w - at.pv_w + f.curtailed_w - battery_w;
                prop_assert!((f.import_w - f.export_w - net_w).abs() < 1e-6);
                prop_assert!(f.import_w <= at.import_limit_w + 1e-6 && f.export_w <= at.export_limit_w + 1e-6);
                prop_assert!(f.shed_w >= 0.0 && f.curtailed_w >= 0.0 && f.import_w * f.export_w == 0.0);
            }
        }

        #[test]
        fn no_random_policy_is_cheaper_than_the_optimum(
            site in random_site(), shares in prop::collection::vec(-1.0..1.0f64, 12),
        ) {
            // Between its levels the optimum may miss a little; so the policy moves from level to level.
            let values = site.values(41);
            let width_wh = site.battery.full_wh / 40.0;
            let (mut index, mut cost) = (0.0, 0.0);
            for (step, share) in shares.iter().take(site.len()).enumerate() {
                let reach = site.reach(step);
                let wish_wh = if *share > 0.0 { share * reach.charge_wh } else { share * reach.discharge_wh };
                let change = if width_wh > 0.0 { (wish_wh / width_wh).trunc().clamp(-index, 40.0 - index) } else { 0.0 };
                let tried = site.cost(step, change * width_wh);
                let change = if tried.is_finite() { change } else { 0.0 };
                index += change;
                cost += site.cost(step, change * width_wh);
            }
            let best = values.cost_to_go(0, 0.0);
            prop_assert!(best.is_finite() && best <= cost + 1e-9 * cost.abs(), "{best} is more than {cost}");
        }
    }
}
