//! What must hold on any charging site: random sites over one to three days, every strategy, every kind of limit.

use std::fmt::Write;

use proptest::prelude::*;

mod charging;

use charging::{SiteText, Walked};

/// A random site, small enough to be read when one fails.
#[derive(Debug, Clone)]
struct Random {
    seed: u64,
    step_min: u32,
    days: u32,
    pv_kw: f64,
    load: Load,
    vehicles: Vehicles,
    import: Limit,
    export: Limit,
    is_static: bool,
    battery: Battery,
    equipment: bool,
    prices: Option<f64>,
    grid_charging: &'static str,
    strategy: &'static str,
}

#[derive(Debug, Clone)]
struct Load {
    kw: f64,
    by_phase: bool,
}

#[derive(Debug, Clone)]
enum Vehicles {
    None,
    Profile { kw: f64, by_phase: bool, deferral_h: u32 },
    Sessions { count: usize },
}

#[derive(Debug, Clone)]
enum Limit {
    None,
    Kw {
        kw: f64,
        per_phase: bool,
    },
    /// A third of the hours is zero.
    Series {
        kw: f64,
        per_phase: bool,
    },
}

#[derive(Debug, Clone)]
struct Battery {
    kwh: f64,
    rated_kw: f64,
    efficiency_pct: f64,
    inverter_pct: f64,
    split: bool,
    soc_pct: (f64, f64),
    fade: f64,
    cycles: Option<f64>,
    self_discharge: bool,
    auxiliary_kw: f64,
    transformer: bool,
    max_mw: Option<f64>,
}

/// A number from 0 to 1 that a seed, a channel and a place have for themselves.
fn noise(seed: u64, channel: u64, place: u64) -> f64 {
    let mut mixed = seed ^ channel.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ place.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    for _ in 0..3 {
        mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    }
    (mixed >> 40) as f64 / (1u64 << 24) as f64
}

impl Limit {
    fn keys(&self, direction: &str, is_static: bool) -> String {
        let scope = |per_phase: &bool| if *per_phase { "per_phase" } else { "sum" };
        let mode = if is_static { ", mode = \"static\"" } else { "" };
        match self {
            Self::None => String::new(),
            Self::Kw { kw, per_phase } => {
                format!("plant.{direction}_limit = {{ kw = {kw}, scope = \"{}\"{mode} }}\n", scope(per_phase))
            }
            Self::Series { per_phase, .. } => format!(
                "plant.{direction}_limit = {{ file = \"site.csv\", column = \"{direction}_kw\", scope = \"{}\"{mode} }}\n",
                scope(per_phase)
            ),
        }
    }

    fn kw(&self) -> f64 {
        if let Self::Series { kw, .. } = self { *kw } else { 0.0 }
    }
}

impl Random {
    fn steps(&self) -> usize {
        (self.days * 24 * 60 / self.step_min) as usize
    }

    /// A value per step from hour of the day and noise; `blocks` steps share theirs.
    fn series(&self, channel: u64, value: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let hour = |i: usize| i as f64 * f64::from(self.step_min) / 60.0;
        let block = |i: usize| if noise(self.seed, 99, channel) < 0.3 { i as u64 } else { hour(i) as u64 };
        (0..self.steps()).map(|i| value(hour(i) % 24.0, noise(self.seed, channel, block(i)))).collect()
    }

    fn columns(&self) -> Vec<(&'static str, Vec<f64>)> {
        let sun = |hour: f64, x: f64| (std::f64::consts::PI * (hour - 6.0) / 12.0).sin().max(0.0) * (0.3 + 0.9 * x);
        // Now and then a third of a phase is a third of the whole to the last bit.
        let load = |channel| self.series(channel, |_, x| if x < 0.2 { 0.0 } else { self.load.kw / 3.0 * x });
        let ev_kw = if let Vehicles::Profile { kw, .. } = self.vehicles { kw } else { 0.0 };
        let ev = |channel| self.series(channel, |_, x| if x < 0.4 { 0.0 } else { ev_kw / 3.0 * (x - 0.4) / 0.6 });
        let limit = |channel, kw: f64| self.series(channel, |_, x| if x < 0.33 { 0.0 } else { kw * x });
        let (buy, spread) = (0.3, self.prices.unwrap_or_default());
        let sum = |columns: [Vec<f64>; 3]| -> Vec<f64> {
            (0..self.steps()).map(|i| columns.iter().map(|c| c[i]).sum()).collect()
        };
        vec![
            ("pv_mv_kw", self.series(1, |hour, x| self.pv_kw * sun(hour, x) - if hour < 5.0 { 0.05 } else { 0.0 })),
            ("load_kw", sum([load(2), load(3), load(4)])),
            ("load_1", load(2)),
            ("load_2", load(3)),
            ("load_3", load(4)),
            ("ev_kw", sum([ev(5), ev(6), ev(7)])),
            ("ev_1", ev(5)),
            ("ev_2", ev(6)),
            ("ev_3", ev(7)),
            ("import_kw", limit(8, self.import.kw())),
            ("export_kw", limit(9, self.export.kw())),
            ("buy_per_kwh", self.series(10, |_, x| buy + spread * (x - 0.5))),
            ("sell_per_kwh", self.series(11, |hour, x| 0.12 + spread * (x - 0.5) - spread * 0.4 * sun(hour, x))),
            ("fraction", self.series(12, |_, x| x)),
        ]
    }

    fn sessions(&self) -> String {
        let mut csv = "arrival,departure,energy_kwh,max_kw,phases,phase\n".to_owned();
        let Vehicles::Sessions { count } = self.vehicles else { return csv };
        for i in 0..count as u64 {
            let x = |channel| noise(self.seed, channel, i);
            let arrival = x(20) * f64::from(self.days) * 24.0 * 60.0;
            let departure = (arrival + 5.0 + x(21) * 600.0).min(f64::from(self.days) * 1440.0 + 30.0);
            let stamp = |min: f64| {
                let min = min as u32;
                format!("2021-06-{:02}T{:02}:{:02}", 1 + min / 1440, min / 60 % 24, min % 60)
            };
            let phases = 1 + (x(22) * 3.0) as u32;
            let max_kw = 1.5 * f64::from(phases) + x(23) * 20.0;
            let phase = if phases < 3 { (1 + (x(24) * 3.0) as u32).to_string() } else { String::new() };
            let energy = 0.5 + 40.0 * x(25);
            writeln!(csv, "{},{},{energy},{max_kw},{phases},{phase}", stamp(arrival), stamp(departure))
                .expect("text takes it");
        }
        csv
    }

    fn keys(&self) -> String {
        let needed = self.strategy.contains("grid_capacity_expansion");
        let import = match &self.import {
            Limit::None if needed => &Limit::Kw { kw: 70.0, per_phase: false },
            given => given,
        };
        let mut keys = import.keys("import", false) + &self.export.keys("export", self.is_static);
        if self.equipment {
            keys += "plant.availability_loss_pct = 2\nplant.equipment = [{ kind = \"transformer\", rating_mva = 0.6, no_load_pct \
                     = 0.1, full_load_pct = 1, night_disconnect = true }]\n";
        }
        keys += if self.load.by_phase {
            "load = { file = \"site.csv\", phase_columns = [\"load_1\", \"load_2\", \"load_3\"] }\n"
        } else {
            "load = { file = \"site.csv\" }\n"
        };
        let vehicles = match self.vehicles {
            Vehicles::None => String::new(),
            Vehicles::Profile { by_phase, deferral_h, .. } => {
                let columns = if by_phase { ", phase_columns = [\"ev_1\", \"ev_2\", \"ev_3\"]" } else { "" };
                format!("ev = {{ source = \"profile\", file = \"site.csv\", deferral_h = {deferral_h}{columns} }}\n")
            }
            Vehicles::Sessions { .. } => "ev = { source = \"sessions\", file = \"sessions.csv\" }\n".to_owned(),
        };
        keys += &vehicles;
        if self.prices.is_some() {
            keys += "prices = { file = \"site.csv\" }\n";
        }
        // A permission is refused where it could do nothing.
        let deaf = ["none", "self_sufficiency", "pv_smoothing"].iter().any(|name| self.strategy.contains(name));
        let permission = if deaf { "" } else { self.grid_charging };
        keys + &self.battery.keys() + permission + "[storage.dispatch]\n" + self.strategy
    }

    fn walk(&self) -> Result<Walked, String> {
        let site = SiteText {
            keys: self.keys(),
            columns: self.columns(),
            sessions: self.sessions(),
            step_min: self.step_min,
            start: "2021-06-01 00:00",
        };
        site.open().map(Walked::new)
    }
}

impl Battery {
    fn keys(&self) -> String {
        let (min, initial) = (self.soc_pct.0.min(self.soc_pct.1), self.soc_pct.0.max(self.soc_pct.1));
        let split = if self.split { "both" } else { "charge" };
        let Self { fade, auxiliary_kw, efficiency_pct, inverter_pct, .. } = self;
        let mut keys = format!(
            "[storage]\nnameplate_mwh = {}\nroundtrip_efficiency_pct = {efficiency_pct}\nefficiency_split = \"{split}\"\n\
             min_soc_pct = {min}\ninitial_soc_pct = {initial}\ncapacity_fade_pct_per_cycle = {fade}\n\
             efficiency_fade_pct_per_year = {fade}\nauxiliary_idle_kw = {}\nauxiliary_active_kw = {auxiliary_kw}\n\
             inverter = {{ rated_mw = {}, efficiency_pct = {inverter_pct} }}\n",
            self.kwh / 1e3,
            auxiliary_kw / 2.0,
            self.rated_kw / 1e3
        );
        if self.transformer {
            keys += "transformer = { rating_mva = 0.25, no_load_pct = 0.1, full_load_pct = 0.8 }\n";
        }
        if self.self_discharge {
            keys += "self_discharge_pct_per_month = 4\n";
        }
        if let Some(cycles) = self.cycles {
            writeln!(keys, "max_cycles_per_day = {cycles}").expect("text takes it");
        }
        if let Some(mw) = self.max_mw {
            writeln!(keys, "max_charge_mw = {mw}\nmax_discharge_mw = {mw}").expect("text takes it");
        }
        keys
    }
}

const STRATEGIES: [&str; 20] = [
    "strategy = \"grid_capacity_expansion\"\n",
    "strategy = \"grid_capacity_expansion\"\nmax_charge_kw = 20\nmax_discharge_kw = 30\n",
    "strategy = \"grid_capacity_expansion\"\npeak_shaver = { threshold_kw = 60 }\n",
    "strategy = \"grid_capacity_expansion\"\nev_reserve_kw = 0\ndead_band_kw = 0\nhysteresis_pct = 10\n",
    "strategy = \"self_sufficiency\"\n",
    "strategy = \"self_sufficiency\"\npeak_shaver = { threshold_kw = 40, interval_min = 30 }\n",
    "strategy = \"self_sufficiency\"\nmax_discharge_kw = 10\n",
    "strategy = \"self_sufficiency_zero_feed_in\"\n",
    "strategy = \"self_sufficiency_zero_feed_in\"\nstanding_import_kw = 2\n",
    "strategy = \"peak_shaving\"\nthreshold_kw = 50\n",
    "strategy = \"pv_smoothing\"\n",
    "strategy = \"pv_smoothing\"\nmax_ramp_pct_per_min = 1\nnameplate_kw = 100\n",
    "strategy = \"pv_smoothing\"\ncurtail_up_ramps = false\n",
    "strategy = \"lgia_excess\"\ndischarge_hours = [17, \"19-21\"]\n",
    "strategy = \"energy_available\"\ndischarge_hours = [7, \"18-21\"]\n",
    "strategy = \"energy_available\"\ndischarge_hours = [7, \"18-21\"]\nlimits = \"exact\"\n",
    "strategy = \"none\"\n",
    "strategy = \"optimal\"\n",
    "strategy = \"optimal\"\nwear_per_kwh = 0.02\n",
    "strategy = \"sell_to_grid\"\n",
];

/// Those that plan by prices, which are always given to them.
const SELLING: [&str; 5] = [
    "strategy = \"sell_to_grid\"\narbitrage = true\n",
    "strategy = \"sell_to_grid\"\narbitrage = true\npv_off_when_both_prices_negative = true\nhorizon = \"rolling\"\n",
    "strategy = \"sell_to_grid\"\nreserve_pct = 20\nev_boost_reserve_pct = 40\nmin_price_difference_per_kwh = 0\n",
    "strategy = \"sell_to_grid\"\nforecast = \"persistence\"\nsurplus_policy = \"price_aware\"\n",
    "strategy = \"optimal\"\n",
];

const PERMISSIONS: [&str; 6] = [
    "",
    "",
    "",
    "[storage.grid_charging]\nallowed = false\n",
    "[storage.grid_charging]\nallowed = true\n",
    "[storage.grid_charging]\nhours = [\"0-5\", 13]\n",
];

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        1 => Just(Limit::None),
        3 => (0.0..200.0f64, any::<bool>()).prop_map(|(kw, per_phase)| Limit::Kw { kw, per_phase }),
        2 => (0.0..200.0f64, any::<bool>()).prop_map(|(kw, per_phase)| Limit::Series { kw, per_phase }),
        1 => any::<bool>().prop_map(|per_phase| Limit::Kw { kw: 0.0, per_phase }),
    ]
}

fn vehicles() -> impl Strategy<Value = Vehicles> {
    prop_oneof![
        1 => Just(Vehicles::None),
        3 => (0.0..200.0f64, any::<bool>(), prop_oneof![Just(0u32), Just(3)])
            .prop_map(|(kw, by_phase, deferral_h)| Vehicles::Profile { kw, by_phase, deferral_h }),
        3 => (1usize..40).prop_map(|count| Vehicles::Sessions { count }),
    ]
}

fn battery() -> impl Strategy<Value = Battery> {
    let powers = (20.0..300.0f64, 10.0..200.0f64, 60.0..=100.0f64, 90.0..=100.0f64);
    let states = (any::<bool>(), (0.0..60.0f64, 0.0..100.0f64), prop_oneof![3 => Just(0.0), 1 => 0.0..2.0f64]);
    let rest = (
        prop_oneof![3 => Just(None), 1 => (0.1..2.0f64).prop_map(Some)],
        any::<bool>(),
        prop_oneof![2 => Just(0.0), 1 => 0.0..2.0f64],
        any::<bool>(),
        prop_oneof![3 => Just(None), 1 => (0.005..0.1f64).prop_map(Some)],
    );
    (powers, states, rest).prop_map(|(powers, states, rest)| Battery {
        kwh: powers.0,
        rated_kw: powers.1,
        efficiency_pct: powers.2,
        inverter_pct: powers.3,
        split: states.0,
        soc_pct: states.1,
        fade: states.2,
        cycles: rest.0,
        self_discharge: rest.1,
        auxiliary_kw: rest.2,
        transformer: rest.3,
        max_mw: rest.4,
    })
}

fn random(strategies: &'static [&'static str], priced: bool) -> impl Strategy<Value = Random> {
    let axis = prop_oneof![(Just(60u32), 1u32..=3), (Just(15u32), 1u32..=2), (Just(1u32), Just(1u32))];
    let powers = (prop_oneof![Just(0.0), 0.0..300.0f64], 0.0..150.0f64, any::<bool>());
    let limits = (limit(), limit(), prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    let prices = if priced { (0.0..1.0f64).prop_map(Some).boxed() } else { prop::option::of(0.0..1.0f64).boxed() };
    let control = (prices, prop::sample::select(&PERMISSIONS[..]), prop::sample::select(strategies));
    (any::<u64>(), axis, powers, vehicles(), limits, battery(), control).prop_map(
        |(seed, (step_min, days), (pv_kw, load_kw, by_phase), vehicles, limits, battery, control)| Random {
            seed,
            step_min,
            days,
            pv_kw,
            load: Load { kw: load_kw, by_phase },
            vehicles,
            import: limits.0,
            export: limits.1,
            is_static: limits.2,
            battery,
            equipment: limits.3,
            prices: control.0,
            grid_charging: control.1,
            strategy: control.2,
        },
    )
}

fn holds(site: &Random) -> Result<(), TestCaseError> {
    let walked = site.walk().map_err(TestCaseError::fail)?;
    walked.check().map_err(TestCaseError::fail)
}

fn cases() -> ProptestConfig {
    let each = std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(220);
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(each) }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn objectives_keep_every_rule(site in random(&STRATEGIES[..9], false)) {
        holds(&site)?;
    }

    #[test]
    fn shaving_and_smoothing_keep_every_rule(site in random(&STRATEGIES[9..13], false)) {
        holds(&site)?;
    }

    #[test]
    fn plant_strategies_keep_every_rule(site in random(&STRATEGIES[13..17], false)) {
        holds(&site)?;
    }

    #[test]
    fn the_optimum_keeps_every_rule(site in random(&STRATEGIES[17..19], false)) {
        holds(&site)?;
    }

    #[test]
    fn sales_keep_every_rule(site in random(&SELLING[..4], true)) {
        holds(&site)?;
    }
}
