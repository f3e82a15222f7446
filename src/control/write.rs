//! What a run leaves behind: every step as CSV, the figures as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::results::push_number;
use crate::units::KILO;

use super::{Case, Compared, Metrics, critical_gain};

/// Runs a case and writes a row per step: POI and limit positive towards the grid, then load, available power, output,
/// what the controller last learned of the POI, the connection, and each inverter's setpoint and output. The figures
/// come back.
///
/// # Errors
/// Those of the writer; the run goes on to its end, unwritten.
pub fn write_steps(case: &Case, to: &mut impl Write) -> io::Result<Metrics> {
    let mut line = b"time_s,poi_kw,limit_kw,load_kw,pv_kw,output_kw,meter_kw,connected".to_vec();
    for inverter in &case.inverters {
        write!(line, ",{0}_setpoint_kw,{0}_kw", inverter.name)?;
    }
    line.push(b'\n');
    let mut written = to.write_all(&line);
    let metrics = case.run(|step| {
        if written.is_err() {
            return;
        }
        line.clear();
        written = (|| {
            push_number(&mut line, step.time_s)?;
            let at_poi_kw = |flow_w: f64| case.side.at_poi_w(flow_w) / KILO;
            let powers_kw = [
                at_poi_kw(step.flow_w),
                at_poi_kw(step.limit_w),
                step.load_w / KILO,
                step.available_w / KILO,
                step.output_w / KILO,
                at_poi_kw(step.meter_w),
            ];
            for kw in powers_kw {
                line.push(b',');
                push_number(&mut line, kw)?;
            }
            line.extend_from_slice(if step.connected { b",1" } else { b",0" });
            for w in step.setpoints_w().zip(step.outputs_w()).flat_map(<[f64; 2]>::from) {
                line.push(b',');
                push_number(&mut line, w / KILO)?;
            }
            line.push(b'\n');
            to.write_all(&line)
        })();
    });
    written.map(|()| metrics)
}

/// Name, standard, and of each run its loop and its figures.
pub fn record(name: &str, runs: &[Compared<'_>]) -> Value {
    let one = |run: &Compared<'_>| {
        let (controller, delay) = (&run.case.controller, run.case.meter.delay_samples);
        let count = run.case.inverters.len();
        json!({
            "label": run.label,
            "loop": {
                "inverters": count,
                "coordinated": controller.coordinated,
                "gain": controller.gain,
                "effective_gain": controller.gain_of(count),
                "stable_below": critical_gain(delay),
                "delay_samples": delay,
                "meter_period_s": run.case.meter.period_s,
            },
            "limiter": run.case.limiter.as_ref().map(super::Limiter::record),
            "metrics": run.metrics,
        })
    };
    json!({ "name": name, "runs": runs.iter().map(one).collect::<Vec<_>>() })
}
