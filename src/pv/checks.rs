//! Checks at the front door of what shows only with the weather: voltages in the cold and in the heat, and sizes that do
//! not fit together.

use super::{Block, Plan};
use crate::error::Findings;
use crate::units::KILO;

/// Cell temperature of a hot day, °C.
const HOT_CELL_C: f64 = 65.0;
/// DC to AC ratios that are built, lowest and highest.
const USUAL_RATIO: (f64, f64) = (0.5, 3.0);

/// Notes what does not fit, given the lowest air temperature by day, °C.
pub fn check(plan: &Plan, coldest_day_c: f64, findings: &Findings) {
    for block in &plan.blocks {
        check_open_voltage(block, coldest_day_c, findings);
        check_window(block, coldest_day_c, findings);
        check_transformer(block, findings);
        check_ratio(block, findings);
    }
}

/// The open string of a cold bright morning must not exceed what the inverter bears: cells as cold as the air at
/// 1000 W/m², before they have warmed up.
fn check_open_voltage(block: &Block, coldest_day_c: f64, findings: &Findings) {
    let open_v = block.array.string_open_v(1000.0, coldest_day_c);
    let (Some(open_v), Some(highest_v)) = (open_v, block.inverter.dc_voltage_max_v) else { return };
    if open_v > highest_v {
        let series = block.array.modules_per_string;
        let fitting = (highest_v * series / open_v).floor();
        let message = format!(
            "{series} modules in series reach {open_v:.0} V without load at {coldest_day_c:.1} °C, the coldest daylight \
             of the weather, above the inverter's {highest_v:.0} V; {fitting} or fewer stay below"
        );
        block.origins.modules_per_string.refuse(findings, message);
    }
}

/// Outside its window the inverter takes the string at another voltage than the best one.
fn check_window(block: &Block, coldest_day_c: f64, findings: &Findings) {
    let (low_v, high_v) = block.inverter.mppt_window_v;
    for (temp_c, when) in [(coldest_day_c, "coldest daylight"), (25.0, "reference"), (HOT_CELL_C, "hot")] {
        let Some(mpp) = block.array.string_mpp(1000.0, temp_c) else { return };
        let string_v = mpp.voltage_v;
        let advice = match (string_v < low_v, string_v > high_v) {
            (true, _) => "more modules in series, or an inverter for lower voltages, would use it fully",
            (_, true) => "fewer modules in series, or an inverter for higher voltages, would use it fully",
            _ => continue,
        };
        findings.warn(format!(
            "{}: the string's best voltage is {string_v:.0} V with cells at {temp_c:.0} °C ({when}), outside the \
             inverter's MPPT window of {low_v:.0} to {high_v:.0} V; {advice}",
            block.origins.modules_per_string.key
        ));
    }
}

/// A transformer far below its inverters is a slip of units; one a little below them is a choice worth a word.
fn check_transformer(block: &Block, findings: &Findings) {
    let (rating_w, rated_w) = (block.transformer.rating_va(), block.rated_ac_w());
    let origin = &block.origins.transformer;
    let (rating_mva, rated_mw) = (rating_w / 1e6, rated_w / 1e6);
    let sizes = format!("rated {rating_mva} MVA for inverters of {rated_mw} MW per block");
    if rating_w < 0.2 * rated_w {
        let message = format!("{sizes}, less than a fifth; give about {rated_mw} MVA (rating_mva counts one block)");
        origin.refuse(findings, message);
    } else if rating_w < rated_w {
        findings.warn(format!("{}: {sizes}; it will be overloaded at full power", origin.key));
    }
}

/// Far from the usual ratio of DC to AC power a count or a unit is wrong.
fn check_ratio(block: &Block, findings: &Findings) {
    let (dc_kw, ac_kw) = (block.nominal_dc_w() / KILO, block.rated_ac_w() / KILO);
    let ratio = dc_kw / ac_kw;
    if ratio < USUAL_RATIO.0 || ratio > USUAL_RATIO.1 {
        findings.warn(format!(
            "{}: {dc_kw:.0} kW of modules on {ac_kw:.0} kW of inverters per block is a DC to AC ratio of {ratio:.2}; \
             {} to {} is usual",
            block.origins.strings.key, USUAL_RATIO.0, USUAL_RATIO.1
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{BLOCK, plan};
    use super::*;

    fn found(text: &str, coldest_day_c: f64) -> (Vec<String>, Vec<String>) {
        let findings = Findings::default();
        check(&plan(text).unwrap(), coldest_day_c, &findings);
        match findings.conclude(()) {
            Ok(((), warnings)) => (vec![], warnings),
            Err(problems) => (problems.0.iter().map(ToString::to_string).collect(), vec![]),
        }
    }

    #[test]
    fn a_block_that_fits_is_let_through_in_silence() {
        assert_eq!(found(BLOCK, 20.0), (vec![], vec![]));
    }

    #[test]
    fn too_long_a_string_is_refused_on_a_cold_morning_with_the_length_that_fits() {
        // 44.9 V·27 = 1212 V at 25 °C already; 1200/44.9 = 26.7
        let (problems, _) = found(&BLOCK.replace("modules_per_string = 26", "modules_per_string = 27"), 25.0);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("plant.toml:8: block.0.modules_per_string: 27 modules"), "{problems:?}");
        assert!(problems[0].contains("26 or fewer stay below"), "{problems:?}");
    }

    #[test]
    fn too_short_a_string_is_named_when_hot() {
        let (_, warnings) = found(&BLOCK.replace("modules_per_string = 26", "modules_per_string = 22"), 20.0);
        assert!(warnings.iter().any(|w| w.contains("(hot)") && w.contains("more modules in series")), "{warnings:?}");
    }

    #[test]
    fn a_transformer_too_small_is_refused_far_below_and_named_a_little_below() {
        let sized = |mva: &str| {
            BLOCK.replace("\"pad\"", &format!("{{ rating_mva = {mva}, no_load_pct = 0.1, full_load_pct = 0.5 }}"))
        };
        assert!(found(&sized("0.9"), 20.0).0[0].contains("less than a fifth; give about 5 MVA"));
        assert!(found(&sized("4.5"), 20.0).1[0].contains("overloaded"));
    }

    #[test]
    fn an_unusual_ratio_of_dc_to_ac_is_named() {
        let (_, warnings) = found(&BLOCK.replace("strings = 800", "strings = 8000"), 20.0);
        assert!(warnings[0].starts_with("block.0.strings:") && warnings[0].contains("12.90"), "{warnings:?}");
    }
}
