//! What must hold at a charging site, each rule on a site made for it.

use pvess::ev::{GeneratorSettings, csv, generate};

mod charging;

use charging::{EXACT_KW, SiteText, Walked};

const STRATEGIES: [&str; 14] = [
    "strategy = \"none\"",
    "strategy = \"lgia_excess\"\ndischarge_hours = [\"17-21\"]",
    "strategy = \"energy_available\"\ndischarge_hours = [\"17-21\"]\nlimits = \"exact\"",
    "strategy = \"grid_capacity_expansion\"",
    "strategy = \"grid_capacity_expansion\"\npeak_shaver = { threshold_kw = 90 }",
    "strategy = \"self_sufficiency\"",
    "strategy = \"self_sufficiency_zero_feed_in\"",
    "strategy = \"peak_shaving\"\nthreshold_kw = 70",
    "strategy = \"pv_smoothing\"\nmax_ramp_pct_per_min = 2",
    "strategy = \"sell_to_grid\"",
    "strategy = \"sell_to_grid\"\narbitrage = true\npv_off_when_both_prices_negative = true",
    "strategy = \"sell_to_grid\"\nforecast = \"persistence\"\nreserve_pct = 20\nev_boost_reserve_pct = 30",
    "strategy = \"optimal\"",
    "strategy = \"optimal\"\nwear_per_kwh = 0.05",
];

/// A sunny site whose vehicles and load ask for more than its connection gives, hour by hour the same in any step.
struct Site<'a> {
    step_min: u32,
    days: u32,
    start: &'static str,
    limits: &'a str,
    ev: bool,
    prices: &'a str,
}

const SITE: Site<'static> = Site {
    step_min: 15,
    days: 2,
    start: "2021-06-01 00:00",
    limits: "plant.export_limit = { kw = 60 }\nplant.import_limit = { kw = 100 }\n",
    ev: true,
    prices: "prices = { buy_table_per_kwh = BUY, sell_table_per_kwh = SELL }\n",
};

const BATTERY: &str = "[storage]\nnameplate_mwh = 0.15\nroundtrip_efficiency_pct = 92\nefficiency_split = \"both\"\n\
                       min_soc_pct = 10\ninitial_soc_pct = 50\nauxiliary_idle_kw = 0.1\nauxiliary_active_kw = 0.3\n\
                       inverter = { rated_mw = 0.08, efficiency_pct = 97 }\n[storage.dispatch]\n";

/// Twelve rows of 24 values by the hour.
fn table(value: impl Fn(usize) -> f64) -> String {
    let row: Vec<_> = (0..24).map(|hour| value(hour).to_string()).collect();
    format!("[{}]", vec![format!("[{}]", row.join(", ")); 12].join(", "))
}

impl Site<'_> {
    fn hours(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let steps = (self.days * 1440 / self.step_min) as usize;
        (0..steps).map(|i| value(i * self.step_min as usize / 60 % 24)).collect()
    }

    fn text(&self, storage: &str) -> SiteText {
        let prices = self
            .prices
            .replace("BUY", &table(|h| if h == 12 { -0.05 } else { 0.2 + 0.01 * h as f64 }))
            .replace("SELL", &table(|h| if (11..14).contains(&h) { -0.02 } else { 0.03 + 0.01 * h as f64 }));
        let ev = "ev = { source = \"profile\", file = \"site.csv\", phase_columns = [\"ev_1\", \"ev_2\", \"ev_3\"] }\n";
        let load = "load = { file = \"site.csv\" }\n";
        let keys = format!("{}{prices}{}{load}{storage}", self.limits, if self.ev { ev } else { "" });
        let ev = |peak_kw: f64| self.hours(move |h| if (7..20).contains(&h) { peak_kw * (h % 4) as f64 } else { 0.0 });
        SiteText {
            keys,
            columns: vec![
                ("pv_mv_kw", self.hours(|h| 180.0 * (std::f64::consts::PI * (h as f64 - 5.5) / 13.0).sin().max(0.0))),
                ("load_kw", self.hours(|h| 20.0 + 15.0 * (h % 5) as f64)),
                ("ev_1", ev(12.0)),
                ("ev_2", ev(9.0)),
                ("ev_3", ev(5.0)),
            ],
            sessions: String::new(),
            step_min: self.step_min,
            start: self.start,
        }
    }

    #[track_caller]
    fn walk(&self, storage: &str) -> Walked {
        Walked::new(self.text(storage).open().unwrap_or_else(|p| panic!("{p}")))
    }

    #[track_caller]
    fn dispatched(&self, strategy: &str) -> Walked {
        self.walk(&format!("{BATTERY}{strategy}"))
    }
}

fn total(walked: &Walked, figure: &str) -> f64 {
    walked.results.summary.total.get(figure).unwrap_or_else(|| panic!("no {figure}"))
}

#[test]
fn every_strategy_keeps_every_rule_in_steps_of_any_length() {
    let limits = [
        SITE.limits,
        "plant.export_limit = { kw = 0 }\nplant.import_limit = { kw = 60 }\n",
        "plant.export_limit = { kw = 30, scope = \"per_phase\" }\nplant.import_limit = { kw = 80, scope = \"per_phase\" }\n",
        "plant.export_limit = { kw = 50, mode = \"static\" }\nplant.import_limit = { kw = 80 }\n",
    ];
    for step_min in [60, 15, 1] {
        for limits in limits {
            for strategy in STRATEGIES {
                let site = Site { step_min, limits, days: if step_min == 1 { 1 } else { 2 }, ..SITE };
                let kept = site.dispatched(strategy).check();
                assert!(kept.is_ok(), "{strategy}, {limits}, {step_min} min: {}", kept.unwrap_err());
            }
        }
    }
}

#[test]
fn without_permission_nobody_charges_from_the_grid_whatever_it_pays() {
    // At noon both prices are negative: whoever buys is paid for it.
    let never = BATTERY.replace("[storage.dispatch]", "[storage.grid_charging]\nallowed = false\n[storage.dispatch]");
    for step_min in [60, 15, 1] {
        for strategy in STRATEGIES.into_iter().filter(|s| !["none", "self", "smooth"].iter().any(|n| s.contains(n))) {
            let site = Site { step_min, days: if step_min == 1 { 1 } else { 2 }, ..SITE };
            let walked = site.walk(&format!("{never}{strategy}"));
            let kept = walked.check();
            assert!(kept.is_ok(), "{strategy}, {step_min} min: {}", kept.unwrap_err());
            assert!(total(&walked, "charge_dc_mwh") > 0.0, "{strategy}, {step_min} min");
        }
    }
}

#[test]
fn zero_feed_in_never_exports_on_any_phase() {
    for scope in ["sum", "per_phase"] {
        let limits =
            format!("plant.import_limit = {{ kw = 100 }}\nplant.export_limit = {{ kw = 500, scope = \"{scope}\" }}\n");
        let site = Site { limits: &limits, ..SITE };
        let walked = site.dispatched("strategy = \"self_sufficiency_zero_feed_in\"");
        walked.check().unwrap();
        assert!(walked.column("export_kw").iter().all(|kw| *kw <= 1e-9));
        assert!(total(&walked, "curtailed_mwh") > 0.1 && total(&walked, "import_mwh") > 0.0);
    }
}

#[test]
fn a_dynamic_limit_never_curtails_more_than_a_static_one() {
    let with = |mode: &str, storage: &str| {
        let limits =
            format!("plant.import_limit = {{ kw = 100 }}\nplant.export_limit = {{ kw = 50, mode = \"{mode}\" }}\n");
        Site { limits: &limits, ..SITE }.walk(storage)
    };
    let (dynamic, fixed) = (with("dynamic", "").column("curtailed_kw"), with("static", "").column("curtailed_kw"));
    assert!(dynamic.iter().zip(&fixed).all(|(a, b)| *a <= b + EXACT_KW));
    for strategy in STRATEGIES {
        let storage = format!("{BATTERY}{strategy}");
        let [dynamic, fixed] = ["dynamic", "static"].map(|mode| total(&with(mode, &storage), "curtailed_mwh"));
        assert!(dynamic < fixed, "{strategy}: {dynamic} and {fixed} MWh");
    }
}

#[test]
fn a_demand_charge_of_next_to_nothing_leaves_the_optimum_what_it_was() {
    // Dynamic programming without, the linear program with it. Both curtail what costs money to export, switch PV off
    // while consumption is paid for, and charge from the grid in the open hours alone.
    for gate in ["", "[storage.grid_charging]\nhours = [\"0-5\", 12]\n"] {
        let storage = BATTERY.replace("[storage.dispatch]", &format!("{gate}[storage.dispatch]"));
        let optimum = |charge: &str| {
            let prices = SITE.prices.replace("prices = { ", &format!("prices = {{ {charge}"));
            let site = Site { ev: false, prices: &prices, ..SITE };
            let walked = site.walk(&format!("{storage}strategy = \"optimal\""));
            walked.check().unwrap();
            total(&walked, "bill")
        };
        let (without, with) = (optimum(""), optimum("demand_charge_per_kw = 1e-6, "));
        // The program's efficiencies are constant, and it does not know the auxiliary load.
        assert!((without - with).abs() <= 0.02 * without.abs(), "{gate}: {without} without, {with} with");
    }
}

#[test]
fn days_on_which_clocks_change_are_days_like_others() {
    // The Saturdays before both changes of 2021 in Central Europe, and one between.
    let gate = "[storage.grid_charging]\nhours = [\"1-3\"]\n";
    let limits =
        format!("plant.export_limit = {{ kw = 60 }}\nplant.import_limit.table_kw = {}\n", table(|h| 60.0 + h as f64));
    for strategy in
        ["strategy = \"grid_capacity_expansion\"", "strategy = \"energy_available\"\ndischarge_hours = [2, 19]"]
    {
        let storage = BATTERY.replace("[storage.dispatch]", &format!("{gate}[storage.dispatch]")) + strategy;
        let walk = |start| Site { start, limits: &limits, ..SITE }.walk(&storage);
        let plain = walk("2021-06-05 00:00");
        for start in ["2021-03-27 00:00", "2021-10-30 00:00"] {
            let changed = walk(start);
            changed.check().unwrap();
            assert!(changed.results.timeseries.values() == plain.results.timeseries.values(), "{strategy}, {start}");
            // 01:45 to 02:15 of the Sunday, in standard time.
            let day = if start.contains("-03-") { "2021-03-28" } else { "2021-10-31" };
            let stamps: Vec<_> = (103..106).map(|row| changed.results.timeseries.stamp(row).to_owned()).collect();
            assert_eq!(stamps, ["01:45", "02:00", "02:15"].map(|time| format!("{day}T{time}:00+01:00")));
        }
    }
}

#[test]
fn a_leap_year_has_its_29_february_with_its_own_limits_and_hours() {
    let limits = "plant.export_limit = { kw = 60 }\nplant.import_limit = { kw = 100, season = [{ from = \"02-29\", to = \"02-29\", \
                  kw = 40 }] }\n";
    let site = Site { start: "2020-02-28 00:00", days: 3, limits, ..SITE };
    let walked = site.dispatched("strategy = \"grid_capacity_expansion\"");
    walked.check().unwrap();
    assert_eq!(walked.results.timeseries.stamp(96), "2020-02-29T00:00:00+01:00");
    assert_eq!(walked.results.timeseries.stamp(192), "2020-03-01T00:00:00+01:00");
    let limit = walked.column("limit_import_kw");
    let by_day: Vec<_> = limit.chunks(96).map(|day| (day[0], day[95])).collect();
    assert_eq!(by_day, [(100.0, 100.0), (40.0, 40.0), (100.0, 100.0)]);
}

#[test]
fn without_storage_both_walks_are_bit_identical_with_vehicles() {
    for limits in
        [SITE.limits, "plant.export_limit = { kw = 20, scope = \"per_phase\" }\nplant.import_limit = { kw = 50 }\n"]
    {
        let walked = Site { limits, ..SITE }.walk("");
        walked.check().unwrap();
        for (first, second) in [("pv_avail_kw", "before_limit_kw"), ("pv_only_poi_kw", "poi_kw")] {
            let (first, second) = (walked.column(first), walked.column(second));
            assert!(first.iter().zip(&second).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
        let [with, alone] = ["ev_served_mwh", "ev_served_without_storage_mwh"].map(|figure| total(&walked, figure));
        assert_eq!(with.to_bits(), alone.to_bits());
        assert!(total(&walked, "import_mwh") > 0.0 && with > 0.1);
    }
}

#[test]
fn an_idle_battery_without_losses_leaves_the_vehicles_what_they_had_without_it() {
    let idle = "[storage]\nnameplate_mwh = 0.15\nroundtrip_efficiency_pct = 92\ninverter = { rated_mw = 0.08, efficiency_pct = 97 \
                }\n[storage.dispatch]\nstrategy = \"none\"";
    for limits in
        [SITE.limits, "plant.export_limit = { kw = 20, scope = \"per_phase\" }\nplant.import_limit = { kw = 50 }\n"]
    {
        let site = Site { limits, ..SITE };
        for column in ["ev_kw", "poi_kw", "curtailed_kw"] {
            let (with, without) = (site.walk(idle).column(column), site.walk("").column(column));
            assert!(with.iter().zip(&without).all(|(a, b)| (a - b).abs() <= 1e-9), "{column}");
        }
    }
}

#[test]
fn the_same_site_gives_the_same_bytes_twice() {
    for strategy in STRATEGIES {
        let bytes = || {
            let mut bytes = vec![];
            let walked = SITE.dispatched(strategy);
            pvess::results::write_timeseries(&walked.results.timeseries, &mut bytes).unwrap();
            bytes
        };
        assert!(bytes() == bytes(), "{strategy}");
    }
}

/// Two weeks of the site that `pvess new --site` makes, its sun by formula and its battery empty at the start.
fn shipped(strategy: &str) -> Walked {
    let site = Site { days: 14, start: "2018-05-07 00:00", ..SITE };
    let text = site.text("");
    let axis = text.open().unwrap_or_else(|p| panic!("{p}")).axis;
    let sunny = |day: usize| 0.3 + 0.7 * ((day * 5 % 7) as f64 / 6.0);
    let pv = text.columns[0].1.iter().enumerate().map(|(i, kw)| 2.3 * kw * sunny(i / 96)).collect();
    let keys = format!(
        "plant.export_limit = {{ kw = 250 }}\nplant.import_limit = {{ kw = 400 }}\n\
         load = {{ file = \"pvess:load/commercial-2018-15min.csv\", column = \"warehouse_kw\" }}\n\
         ev = {{ source = \"sessions\", file = \"sessions.csv\" }}\n\
         prices = {{ file = \"pvess:prices/de-lu-day-ahead-2018.csv\", buy_column = \"buy_per_kwh\", sell_column = \
         \"sell_per_kwh\" }}\n\
         [storage]\nnameplate_mwh = 0.5\nusable_factor = 0.9\nroundtrip_efficiency_pct = 94\nefficiency_split = \"both\"\n\
         initial_soc_pct = 10\nmin_soc_pct = 10\ninverter = {{ rated_mw = 0.25, efficiency_pct = 97.5 }}\n\
         [storage.grid_charging]\nallowed = false\n[storage.dispatch]\n{strategy}"
    );
    let settings = GeneratorSettings::mixed_site(1, 20.0, 8.0);
    let sessions = csv(&generate(&settings, &axis), &axis);
    let site = SiteText { keys, columns: vec![("pv_mv_kw", pv)], sessions, ..text };
    Walked::new(site.open().unwrap_or_else(|p| panic!("{p}")))
}

#[test]
fn the_optimum_has_the_least_bill_and_each_kind_of_sale_lowers_it() {
    let bill = |strategy: &str| {
        let walked = shipped(strategy);
        walked.check().unwrap();
        assert!(total(&walked, "ev_served_mwh") > 1.0);
        total(&walked, "bill")
    };
    let optimal = bill("strategy = \"optimal\"");
    // Nothing is sold where a sale must gain more than any price.
    let base = bill("strategy = \"sell_to_grid\"\nmin_price_difference_per_kwh = 10");
    let surplus = bill("strategy = \"sell_to_grid\"\nmin_price_difference_per_kwh = 0.02");
    let both = bill("strategy = \"sell_to_grid\"\nmin_price_difference_per_kwh = 0.02\narbitrage = true");
    assert!(optimal <= both && both <= surplus && surplus <= base, "{optimal} {both} {surplus} {base}");
    for strategy in STRATEGIES.into_iter().filter(|s| !s.contains("optimal")) {
        let other = bill(strategy);
        assert!(optimal <= other, "{strategy}: {other} is less than {optimal}");
    }
}
