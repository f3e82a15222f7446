//! The loop as a whole, step by step by hand, and in its corners.

use proptest::prelude::*;

use super::*;

const FREE: Actuator = Actuator { lag_s: 0.0, ramp_up_per_s: f64::INFINITY, ramp_down_per_s: f64::INFINITY };

/// One inverter of 100 W at a limit of 50 W, no load; steps and samples of 1 s; gain 0.5, no delay.
fn case(len: usize) -> Case {
    Case {
        step_s: 1.0,
        side: Side::Export,
        limit_w: vec![50.0; len],
        load_w: vec![0.0; len],
        available_w: vec![f64::INFINITY; len],
        tolerance_w: 1.0,
        start_share: None,
        meter: Meter { period_s: 1.0, delay_samples: 0 },
        controller: Controller { gain: 0.5, dead_band_w: 0.0, coordinated: true },
        actuator: FREE,
        inverters: inverters(&[100.0]),
        limiter: None,
    }
}

fn inverters(ratings_w: &[f64]) -> Vec<Inverter> {
    let one = |w: &f64| Inverter { name: String::new(), rated_w: *w, available_share: 1.0 };
    ratings_w.iter().map(one).collect()
}

/// Flow in every step, and the figures.
fn run(case: &Case) -> (Vec<f64>, Metrics) {
    let mut flows_w = vec![];
    let metrics = case.run(|step| flows_w.push(step.flow_w));
    (flows_w, metrics)
}

#[test]
fn each_sample_corrects_its_share_of_the_error() {
    // The load of 40 W falls away in step 2: 50 W + 40 W, then half of the excess is left each second.
    let mut case = case(7);
    case.load_w = vec![40.0, 40.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let (flows_w, metrics) = run(&case);
    assert_eq!(flows_w, [50.0, 50.0, 90.0, 70.0, 60.0, 55.0, 52.5]);
    assert_eq!((metrics.overshoot_kw, metrics.overshoot_at_s), (0.04, Some(2.0)));
    assert_eq!(metrics.overshoot_pct_of_limit, Some(80.0));
    assert_eq!((metrics.above_limit_s, metrics.longest_excursion_s), (5.0, 5.0));
    // 40 + 20 + 10 + 5 + 2.5 Ws.
    assert!((metrics.above_limit_kwh - 77.5 / 3.6e6).abs() < 1e-15);
    assert_eq!((metrics.travel_kw, metrics.reversals_per_hour, metrics.settling_s), (0.0375, 0.0, None));
}

#[test]
fn a_delay_acts_on_what_was_measured_samples_ago() {
    // With one sample of delay the step of second 2 is first answered in second 4, with what was measured in second 2.
    let mut case = case(7);
    case.meter.delay_samples = 1;
    case.load_w = vec![40.0, 40.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(run(&case).0, [50.0, 50.0, 90.0, 90.0, 70.0, 50.0, 40.0]);
}

#[test]
fn the_meter_samples_at_the_last_step_of_its_period() {
    let mut case = case(8);
    case.meter.period_s = 3.0;
    case.load_w = vec![40.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(run(&case).0, [50.0, 90.0, 90.0, 70.0, 70.0, 70.0, 60.0, 60.0]);
}

#[test]
fn loops_of_their_own_correct_the_whole_error_each() {
    // Two of 50 W, each with gain 0.5: together the whole excess goes at once, and with gain 0.75 they overcorrect.
    let mut case = case(6);
    case.inverters = inverters(&[60.0, 60.0]);
    case.controller.coordinated = false;
    case.load_w = vec![40.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(run(&case).0, [50.0, 90.0, 50.0, 50.0, 50.0, 50.0]);
    case.controller.gain = 0.75;
    let (flows_w, metrics) = run(&case);
    assert_eq!(flows_w, [50.0, 90.0, 30.0, 60.0, 45.0, 52.5]);
    // 90 W down to 30, up to 60, down to 45, up to 52.5: three turns in six seconds.
    assert!((metrics.reversals_per_hour - 1800.0).abs() < 1e-9);
}

#[test]
fn one_loop_shares_its_correction_by_rating() {
    let mut case = case(3);
    case.inverters = inverters(&[30.0, 90.0]);
    case.load_w = vec![40.0, 0.0, 0.0];
    let mut setpoints_w = vec![];
    case.run(|step| setpoints_w.push(step.setpoints_w().collect::<Vec<_>>()));
    // 90 W shared 1 to 3; the correction of −20 W too.
    assert_eq!(setpoints_w, [[22.5, 67.5], [22.5, 67.5], [17.5, 52.5]]);
}

#[test]
fn an_import_limit_holds_controlled_loads_below_it_beside_the_site_load() {
    // 20 W of site load leave 30 W of 50 for the chargers; 10 W more load, and half of the excess goes each second.
    let mut case = case(4);
    case.side = Side::Import;
    case.load_w = vec![20.0, 30.0, 30.0, 30.0];
    let mut rows = vec![];
    case.run(|step| rows.push((case.side.at_poi_w(step.flow_w), step.output_w)));
    assert_eq!(rows, [(-50.0, 30.0), (-60.0, 30.0), (-55.0, 25.0), (-52.5, 22.5)]);
}

#[test]
fn what_is_not_available_is_not_given_and_is_no_error_of_control() {
    let mut case = case(20);
    case.available_w = vec![30.0; 20];
    let (flows_w, metrics) = run(&case);
    assert_eq!(flows_w, [30.0; 20]);
    assert_eq!((metrics.curtailed_kwh, metrics.missed_kwh, metrics.settling_s), (0.0, 0.0, Some(0.0)));
}

#[test]
fn a_cloud_that_passes_lets_the_setpoint_wind_up_and_the_output_overshoot() {
    let mut case = case(30);
    case.available_w = (0..30).map(|n| if (5..20).contains(&n) { 20.0 } else { 100.0 }).collect();
    let (flows_w, metrics) = run(&case);
    // Below its limit the loop asks for more until the rating binds: 100 W when the cloud is gone.
    assert_eq!((flows_w[5], flows_w[19], flows_w[20], flows_w[21]), (20.0, 20.0, 100.0, 75.0));
    assert_eq!(metrics.overshoot_kw, 0.05);
}

#[test]
fn a_unit_that_has_less_available_gives_less() {
    let mut case = case(2);
    case.limit_w = vec![200.0; 2];
    case.inverters = inverters(&[100.0, 100.0]);
    case.inverters[1].available_share = 0.25;
    case.available_w = vec![160.0; 2];
    let mut outputs_w = vec![];
    case.run(|step| outputs_w = step.outputs_w().collect());
    assert_eq!(outputs_w, [80.0, 20.0]);
}

#[test]
fn a_limit_of_zero_allows_no_export_and_has_no_percentage() {
    let mut case = case(5);
    case.limit_w = vec![0.0; 5];
    case.load_w = vec![40.0, 0.0, 0.0, 0.0, 0.0];
    let (flows_w, metrics) = run(&case);
    assert_eq!(flows_w, [0.0, 40.0, 20.0, 10.0, 5.0]);
    assert_eq!((metrics.overshoot_kw, metrics.overshoot_pct_of_limit), (0.04, None));
}

#[test]
fn a_limit_above_all_power_changes_nothing() {
    let mut case = case(5);
    case.limit_w = vec![1e6; 5];
    let (flows_w, metrics) = run(&case);
    assert_eq!(flows_w, [100.0; 5]);
    assert_eq!((metrics.overshoot_kw, metrics.overshoot_pct_of_limit, metrics.above_limit_s), (0.0, Some(0.0), 0.0));
}

#[test]
fn no_inverters_no_gain_and_no_steps_are_all_legal() {
    let mut none = case(4);
    none.inverters = vec![];
    none.load_w = vec![-80.0; 4];
    let (flows_w, metrics) = run(&none);
    assert_eq!(flows_w, [80.0; 4]);
    // Nothing ought to be given and nothing is: the loop is settled, the limit is passed all the same.
    assert_eq!((metrics.settling_s, metrics.above_limit_s, metrics.travel_kw), (Some(0.0), 4.0, 0.0));
    let mut still = case(3);
    still.controller.gain = 0.0;
    still.load_w = vec![40.0, 0.0, 0.0];
    assert_eq!(run(&still).0, [50.0, 90.0, 90.0]);
    let (flows_w, metrics) = run(&case(0));
    assert!(flows_w.is_empty());
    assert_eq!((metrics.duration_h, metrics.reversals_per_hour, metrics.output_kwh), (0.0, 0.0, 0.0));
}

#[test]
fn an_error_within_the_dead_band_stays() {
    let mut case = case(6);
    case.controller.dead_band_w = 12.0;
    case.load_w = vec![40.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    // 90, 70, 60: the 10 W left over are within the band.
    assert_eq!(run(&case).0, [50.0, 90.0, 70.0, 60.0, 60.0, 60.0]);
}

#[test]
fn a_start_may_be_given_instead_of_the_settled_one() {
    let mut case = case(3);
    case.start_share = Some(1.0);
    assert_eq!(run(&case).0, [100.0, 75.0, 62.5]);
}

#[test]
fn a_limiter_disconnects_and_lets_the_loop_start_again_from_zero() {
    let mut case = case(10);
    case.controller.gain = 0.25;
    case.load_w = vec![40.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let (title, source, assumptions) = (String::new(), None, None);
    case.limiter = Some(Limiter {
        title,
        source,
        assumptions,
        reaction_s: 1.0,
        trip_after_s: 2.0,
        excursions_before_trip: None,
        window_s: 60.0,
        lockout_s: 3.0,
    });
    let (flows_w, metrics) = run(&case);
    // 90, 80, 72.5: the third second above the limit is longer than 2 s. Then 3 s of nothing, and a quarter of the
    // way to 50 W each second. The sample of the last step in lock-out already moves the setpoint: 12.5 W.
    assert_eq!(flows_w, [50.0, 90.0, 80.0, 72.5, 0.0, 0.0, 0.0, 12.5, 21.875, 28.906_25]);
    assert_eq!((metrics.trips, metrics.excursions_counted, metrics.lockout_h), (1, 1, 3.0 / 3600.0));
}

#[test]
fn excursions_are_timed_apart() {
    let mut case = case(12);
    case.controller.gain = 1.0;
    case.load_w = vec![40.0, 0.0, 0.0, 0.0, 40.0, 40.0, 0.0, -20.0, -20.0, -20.0, -20.0, -20.0];
    // Above in seconds 1, 6 and 7: 90 W, 90 W, 70 W.
    let (flows_w, metrics) = run(&case);
    assert_eq!(flows_w[..9], [50.0, 90.0, 50.0, 50.0, 10.0, 50.0, 90.0, 70.0, 50.0]);
    assert_eq!((metrics.above_limit_s, metrics.longest_excursion_s), (3.0, 2.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn any_loop_stays_within_its_ratings_and_gives_finite_figures(
        gain in 0.0..5.0f64, delay in 0..6usize, coordinated: bool, dead_band_w in 0.0..50.0f64, lag_s in 0.0..5.0f64,
        ratings_w in proptest::collection::vec(1.0..200.0f64, 0..5), limit_w in 0.0..400.0f64, import: bool,
        load_w in proptest::collection::vec(-100.0..300.0f64, 1..80), available_w in 0.0..500.0f64,
    ) {
        let len = load_w.len();
        let mut case = case(len);
        case.side = if import { Side::Import } else { Side::Export };
        case.controller = Controller { gain, dead_band_w, coordinated };
        case.meter.delay_samples = delay;
        case.actuator.lag_s = lag_s;
        case.inverters = inverters(&ratings_w);
        case.limit_w = vec![limit_w; len];
        case.load_w = load_w;
        case.available_w = vec![available_w; len];
        let rated_w = case.rated_w();
        let mut within = true;
        let metrics = case.run(|step| {
            within &= step.output_w >= 0.0 && step.output_w <= step.available_w * (1.0 + 1e-12) + 1e-12;
            within &= step.available_w <= rated_w.min(available_w) * (1.0 + 1e-12);
            within &= step.setpoints_w().zip(&ratings_w).all(|(w, rating_w)| (0.0..=*rating_w).contains(&w));
        });
        prop_assert!(within);
        let figures = serde_json::to_value(&metrics).unwrap();
        for (name, value) in figures.as_object().unwrap() {
            prop_assert!(value.is_null() == matches!(name.as_str(), "overshoot_at_s" | "settling_s" | "overshoot_pct_of_limit")
                && value.is_null() || value.as_f64().is_some_and(|x| x.is_finite() && x >= 0.0), "{name}: {value}");
        }
        prop_assert!(metrics.longest_excursion_s <= metrics.above_limit_s);
        prop_assert!(metrics.missed_kwh <= metrics.curtailed_kwh + 1e-12);
    }
}
