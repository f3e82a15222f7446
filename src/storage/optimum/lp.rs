//! The linear program of a site: its variables, its rows, and what is done where the truth is not linear.
//!
//! Per step: charge, discharge, import, export, curtailed, shed and stored, all 0 or more, with
//!
//! ```text
//! import − export + shed − curtailed − charge + discharge = demand − pv
//! stored = stored before + η_charge·charge·h − discharge·h/η_discharge
//! ```
//!
//! A meter shows import or export, a battery charges or discharges, never both. As a rule nothing is gained by both at
//! once, and the program's answer is the true optimum. Two prices break the rule, and the true set is then not convex:
//!
//! - `sell ≥ buy`: buying to sell in the same moment pays. The program takes the tightest linear limit that holds for
//!   either alone, `import/import_max + export/export_max ≤ 1`.
//! - `buy < 0`: being paid to import, charging and discharging at once wastes energy at a profit. Likewise
//!   `charge/charge_max + discharge/discharge_max ≤ 1`.
//!
//! In such steps the program may still do a little of both. Its objective is then a lower bound of the bill, and the
//! plan made from it, which does one thing at a time, costs more: [`super::LpSolution`] gives both. Dynamic programming
//! has no such limit.

use crate::units::KILO;

use super::EndValue;
use super::linear::LinearSite;
use super::meter::SiteStep;
use super::plan::{LpSolution, LpStatus, Wish};
use super::rows::{Answer, Program, Variable};

/// The variables of a step.
struct Variables {
    charge: Variable,
    discharge: Variable,
    import: Variable,
    export: Variable,
    curtailed: Variable,
    shed: Variable,
    stored: Variable,
}

/// The size of powers and prices, so that the solver sees numbers around 1 whatever the size of the site.
struct Scale {
    /// W (and Wh, the program's hour being an hour).
    power_w: f64,
    /// Per kWh.
    price: f64,
}

impl Scale {
    fn of(site: &LinearSite) -> Self {
        let largest = |size: f64, values: [f64; 2]| values.into_iter().fold(size, |size, x| size.max(x.abs()));
        let (mut power_w, mut price) = (0.0_f64, 0.0_f64);
        for i in 0..site.len() {
            let at = site.step(i);
            let (charge_w, discharge_w) = site.largest_w(&at);
            power_w = largest(largest(power_w, [at.pv_w, at.demand_w]), [charge_w, discharge_w]);
            price = largest(price, [at.buy_per_kwh, at.sell_per_kwh]);
        }
        let or_one = |x: f64| if x > 0.0 { x } else { 1.0 };
        Self { power_w: or_one(power_w), price: or_one(price) }
    }

    /// What the unit of the program's cost is worth.
    fn cost(&self) -> f64 {
        self.price * self.power_w / KILO
    }
}

impl LinearSite {
    /// The least cost by the linear program. Always gives a plan that keeps all limits, that of an idle battery where the
    /// solver fails; a run without steps costs its end.
    pub fn optimum(&self) -> LpSolution {
        let scale = Scale::of(self);
        let mut program = Program::default();
        let steps = self.add_steps(&mut program, &scale);
        self.add_demand_charge(&mut program, &scale, &steps);
        let discharge: Vec<_> = steps.iter().map(|step| step.discharge).collect();
        self.add_daily_limit(&mut program, scale.power_w, &discharge);
        let end_cost = self.add_end(&mut program, &scale, steps.last().map(|last| last.stored));
        let answer = program.solve();
        let wishes: Vec<_> = match answer.status {
            LpStatus::Failed => vec![Wish::idle(self); self.len()],
            _ => steps.iter().map(|step| self.wish(&answer, &scale, step)).collect(),
        };
        let objective = answer.cost * scale.cost() + end_cost;
        self.plan(&wishes, scale.power_w, answer.status, objective)
    }

    /// Variables and rows of all steps.
    fn add_steps(&self, program: &mut Program, scale: &Scale) -> Vec<Variables> {
        let b = &self.battery;
        let range = self.range_wh() / scale.power_w;
        let mut before: Variable = None;
        let mut start = (self.start_wh() - b.floor_wh) / scale.power_w;
        let mut steps = Vec::with_capacity(self.len());
        for i in 0..self.len() {
            let at = self.step(i);
            let step = self.add_step(program, scale, &at, range);
            program.equal(
                &[
                    (step.import, 1.0),
                    (step.export, -1.0),
                    (step.shed, 1.0),
                    (step.curtailed, -1.0),
                    (step.charge, -1.0),
                    (step.discharge, 1.0),
                ],
                (at.demand_w - at.pv_w) / scale.power_w,
            );
            let out = if b.eta_discharge > 0.0 { self.step_h / b.eta_discharge } else { 0.0 };
            let into = self.step_h * b.eta_charge.max(0.0);
            program.equal(
                &[(step.stored, 1.0), (before, -1.0), (step.charge, -into), (step.discharge, out)],
                std::mem::take(&mut start),
            );
            before = step.stored;
            steps.push(step);
        }
        steps
    }

    /// The variables of a step, and the limits on doing both at once.
    fn add_step(&self, program: &mut Program, scale: &Scale, at: &SiteStep, range: f64) -> Variables {
        let (charge_w, discharge_w) = self.largest_w(at);
        let import_w = at.import_limit_w.min(at.demand_w + charge_w);
        let export_w = at.export_limit_w.min(at.pv_w + discharge_w);
        // A limit that cannot bind needs no row.
        let open_ended =
            |most_w: f64, limit_w: f64| if 0.0 < most_w && most_w < limit_w { f64::INFINITY } else { most_w };
        let mut variable =
            |price: f64, most_w: f64| program.variable(price * self.step_h / scale.price, most_w / scale.power_w);
        let step = Variables {
            charge: variable(0.0, charge_w),
            discharge: variable(self.wear_per_kwh(), discharge_w),
            import: variable(at.buy_per_kwh, open_ended(import_w, at.import_limit_w)),
            export: variable(-at.sell_per_kwh, open_ended(export_w, at.export_limit_w)),
            curtailed: variable(0.0, at.pv_w),
            shed: variable(self.shed_per_kwh, at.demand_w),
            stored: variable(0.0, range * scale.power_w),
        };
        let mut one_of = |(a, most_a_w): (Variable, f64), (b, most_b_w): (Variable, f64)| {
            if a.is_some() && b.is_some() {
                program.at_most(&[(a, scale.power_w / most_a_w), (b, scale.power_w / most_b_w)], 1.0);
            }
        };
        if at.sell_per_kwh >= at.buy_per_kwh {
            one_of((step.import, import_w), (step.export, export_w));
        }
        if at.buy_per_kwh < 0.0 {
            one_of((step.charge, charge_w), (step.discharge, discharge_w));
        }
        step
    }

    /// A peak for every month with a price, no lower than any of its intervals.
    fn add_demand_charge(&self, program: &mut Program, scale: &Scale, steps: &[Variables]) {
        let Some(charge) = &self.demand_charge else { return };
        let peaks: Vec<_> = (0..charge.price_per_kw.len())
            .map(|month| match charge.price_per_kw(month) {
                price if price > 0.0 => program.variable(price / scale.price, f64::INFINITY),
                _ => None,
            })
            .collect();
        for (month, interval) in charge.intervals(steps.len()) {
            let Some(&Some(peak)) = peaks.get(month) else { continue };
            let share = 1.0 / interval.len() as f64;
            let imports = steps[interval].iter().map(|step| (step.import, share));
            let terms: Vec<_> = imports.chain([(Some(peak), -1.0)]).collect();
            program.at_most(&terms, 0.0);
        }
    }

    /// The end's value on the last stored energy; gives what of it no variable carries. `last` is none for an empty run.
    fn add_end(&self, program: &mut Program, scale: &Scale, last: Option<Variable>) -> f64 {
        let Some(Some(stored)) = last else { return self.end.cost(self.start_wh()) };
        let floor_wh = self.battery.floor_wh;
        match self.end {
            EndValue::Free => 0.0,
            EndValue::PerKwh(price) => {
                program.add_cost(stored, -price / scale.price);
                self.end.cost(floor_wh)
            }
            EndValue::AtLeast { stored_wh, short_per_kwh } => {
                let short = program.variable(short_per_kwh / scale.price, f64::INFINITY);
                program.at_most(&[(Some(stored), -1.0), (short, -1.0)], (floor_wh - stored_wh) / scale.power_w);
                0.0
            }
        }
    }

    fn wish(&self, answer: &Answer, scale: &Scale, step: &Variables) -> Wish {
        let of = |variable| answer.value(variable) * scale.power_w;
        let stored_wh = of(step.stored).min(self.range_wh());
        Wish { stored_wh: self.battery.floor_wh + stored_wh, import_w: of(step.import) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::DemandCharge;
    use super::super::linear::tests::{random_site, small_site};
    use super::*;
    use proptest::prelude::*;

    fn close(ours: f64, expected: f64) {
        assert!((ours - expected).abs() <= 1e-6 * expected.abs().max(1e-3), "{ours} is not {expected}");
    }

    #[test]
    fn the_cheap_hour_is_stored_for_the_dear_one() {
        let best = small_site().optimum();
        // 1 kWh bought at 0.1 stores 0.8 and gives 0.64: 0.1 + 0.36·0.5, and 0.64·1e-6 of wear.
        assert_eq!(best.status, LpStatus::Optimal);
        close(best.objective, 0.1 + 0.36 * 0.5 + 0.64e-6);
        close(best.cost, best.objective);
        for (ours, expected) in [(&best.charge_w, [1e3, 0.0]), (&best.discharge_w, [0.0, 640.0])] {
            assert!(ours.iter().zip(expected).all(|(ours, expected)| (ours - expected).abs() < 1e-3), "{ours:?}");
        }
    }

    #[test]
    fn an_import_limit_too_tight_is_reported_as_shed_demand() {
        let mut site = small_site();
        site.import_limit_w = vec![300.0; 2];
        let best = site.optimum();
        // 0.3 kWh are stored as 0.24 and give 0.192; with 0.3 imported, 0.508 are shed.
        close(best.objective, 0.3 * 0.6 + 0.508 * 100.0 + 0.192e-6);
        assert!((best.shed_w[1] - 508.0).abs() < 1e-3 && best.import_w[1] <= 300.0, "{best:?}");
    }

    #[test]
    fn a_demand_charge_shaves_the_highest_interval() {
        let mut site = small_site();
        (site.demand_w, site.buy_per_kwh) = (vec![1e3, 3e3], vec![0.2; 2]);
        (site.battery.eta_charge, site.battery.eta_discharge, site.battery.start_wh) = (1.0, 1.0, 1e3);
        let charge = |interval_steps| DemandCharge { month: vec![1; 2], price_per_kw: vec![5.0, 10.0], interval_steps };
        site.demand_charge = Some(charge(1));
        let best = site.optimum();
        // 1 kWh is given in the second hour: peak 2 kW, 3 kWh at 0.2, 1 kWh of wear.
        close(best.objective, 20.0 + 0.6 + 1e-6);
        close(best.cost, best.objective);
        assert_eq!(best.peaks_w[0], 0.0);
        close(best.peaks_w[1], 2e3);
        site.demand_charge = Some(charge(2));
        // The mean of both hours is 1.5 kW, whenever it is given.
        close(site.optimum().objective, 15.0 + 0.6 + 1e-6);
    }

    #[test]
    fn energy_that_shall_be_left_is_left_and_what_cannot_be_is_short() {
        let mut site = small_site();
        site.end = EndValue::AtLeast { stored_wh: 400.0, short_per_kwh: 50.0 };
        // 0.4 of the 0.8 kWh stay: 0.32 are given.
        close(site.optimum().objective, 0.1 + 0.68 * 0.5 + 0.32e-6);
        site.battery.charge_w = 0.0;
        close(site.optimum().objective, 0.5 + 0.4 * 50.0);
        site.end = EndValue::PerKwh(0.7);
        (site.battery.charge_w, site.battery.floor_wh, site.battery.start_wh) = (1e3, 100.0, 0.0);
        // Worth 0.7 stored and 0.4 given: it fills up in the cheap hour (0.8) and with 0.1 at 0.5 in the dear one.
        close(site.optimum().objective, 0.1 + 0.5 + 0.125 * 0.5 - 0.7);
    }

    #[test]
    fn a_price_that_pays_for_both_at_once_gives_a_bound_and_a_plan_that_does_one() {
        let mut site = small_site();
        (site.pv_w, site.sell_per_kwh) = (vec![2e3, 0.0], vec![0.3, 0.0]);
        (site.battery.eta_charge, site.battery.eta_discharge) = (1.0, 1.0);
        let best = site.optimum();
        // Selling 2 kWh for 0.6 and buying 1 at 0.5 in the second hour costs -0.1; storing 1 instead: -0.3. No plan does
        // better; the program buys and sells at once within its limit.
        close(site.values(201).follow(0.0, &site).cost, -0.3 + 1e-6);
        assert!(best.objective < -0.3 - 1e-3 && best.cost >= -0.3, "{} and {}", best.objective, best.cost);
        // Paid 0.1 to import, in a battery that wastes a fifth each way.
        let mut paid = small_site();
        paid.buy_per_kwh = vec![-0.1; 2];
        let (best, true_cost) = (paid.optimum(), paid.values(201).follow(0.0, &paid).cost);
        assert!(best.objective <= true_cost && best.cost >= true_cost - 1e-9, "{best:?} and {true_cost}");
    }

    #[test]
    fn one_price_for_both_directions_is_solved_and_netted() {
        let mut site = small_site();
        (site.pv_w, site.sell_per_kwh) = (vec![500.0, 3e3], site.buy_per_kwh.clone());
        let best = site.optimum();
        // 1 kWh bought at 0.1 (half of it PV not sold), 0.64 kWh and 2 kWh of surplus sold at 0.5.
        close(best.objective, 0.05 - (0.64 + 2.0) * 0.5 + 0.64e-6);
        close(best.cost, best.objective);
        assert!(best.import_w.iter().zip(&best.export_w).all(|(import_w, export_w)| import_w * export_w == 0.0));
    }

    #[test]
    fn nothing_to_decide_is_decided() {
        let mut empty = small_site();
        (empty.pv_w, empty.end, empty.battery.start_wh) = (vec![], EndValue::PerKwh(0.2), 500.0);
        assert_eq!((empty.optimum().objective, empty.optimum().cost), (-0.1, -0.1));
        let mut none = small_site();
        none.battery.full_wh = -5.0;
        close(none.optimum().objective, 0.5);
        assert_eq!(none.optimum().stored_wh, [0.0; 2]);
        let mut unlimited = small_site();
        (unlimited.battery.charge_w, unlimited.battery.discharge_w) = (f64::INFINITY, f64::INFINITY);
        // 1.25 kWh fill it and give 0.8.
        close(unlimited.optimum().objective, 0.125 + 0.2 * 0.5 + 0.8e-6);
        let mut dark = small_site();
        (dark.demand_w, dark.import_limit_w) = (vec![0.0; 2], vec![0.0; 2]);
        assert_eq!(dark.optimum().cost, 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn the_objective_is_a_lower_bound_and_the_plan_keeps_every_limit(site in random_site()) {
            let best = site.optimum();
            prop_assert_eq!(best.status, LpStatus::Optimal);
            let dynamic = site.values(101).follow(site.start_wh(), &site).cost;
            // A millionth of the dearest hour the site could have: 5 kW not served.
            let noise = 1e-6 * 5.0 * site.shed_per_kwh;
            prop_assert!(best.objective <= dynamic + noise, "{} is more than {dynamic}", best.objective);
            prop_assert!(best.objective <= best.cost + noise, "{} is more than {}", best.objective, best.cost);
            let is_convex = (0..site.len()).all(|i| site.buy_per_kwh[i] >= site.sell_per_kwh[i].max(0.0));
            prop_assert!(!is_convex || (best.cost - best.objective).abs() <= noise, "{} is not {}", best.cost, best.objective);
            for i in 0..site.len() {
                let at = site.step(i);
                let battery_w = best.discharge_w[i] - best.charge_w[i];
                let net_w = at.demand_w - best.shed_w[i] - at.pv_w + best.curtailed_w[i] - battery_w;
                prop_assert!((best.import_w[i] - best.export_w[i] - net_w).abs() < 1e-6);
                prop_assert!(best.import_w[i] <= at.import_limit_w + 1e-6 && best.export_w[i] <= at.export_limit_w + 1e-6);
                prop_assert!(best.curtailed_w[i] <= at.pv_w + 1e-6 && best.shed_w[i] <= at.demand_w + 1e-6);
                prop_assert!((-1e-6..=site.battery.full_wh + 1e-6).contains(&best.stored_wh[i]));
            }
        }
    }
}
