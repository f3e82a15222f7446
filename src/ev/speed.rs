//! t
#[test]
fn speed() {
    use crate::ev::*;
    use std::time::Instant;
    let start = jiff::civil::date(2021, 1, 1).at(0, 0, 0, 0);
    let axis = crate::time::TimeAxis { start, step_s: 900, len: 35040, utc_offset_s: 0, leap_days: true };
    let t = Instant::now();
    let s = generate(&GeneratorSettings::mixed_site(1, 55.0, 55.0), &axis);
    eprintln!("{} sessions generated {:?}", s.len(), t.elapsed());
    let ev = Ev::Sessions(Sessions::new(&s, 1380.0, 900, axis.len));
    for room in [
        Room::UNLIMITED,
        Room::total(150e3),
        Room::total(40e3),
        Room::total(10e3),
        Room { total_w: 60e3, phase_w: [15e3; 3] },
    ] {
        let t = Instant::now();
        let mut state = ev.start();
        let mut sum = 0.0;
        for i in 0..axis.len {
            sum += ev.request(i, &state).total_w();
            ev.serve(i, &mut state, &room);
        }
        let o = ev.outcome(&state);
        eprintln!(
            "{room:?} {:?} {sum:.0} served {:.3} full {} delay {:?} {:?}",
            t.elapsed(),
            o.served_wh / o.requested_wh,
            o.fully_served(),
            o.mean_delay_h(),
            o.p95_delay_h()
        );
    }
    let t = Instant::now();
    let text = csv(&s, &axis);
    eprintln!("csv {} {:?}", text.len(), t.elapsed());
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("s.csv"), &text).unwrap();
    let node = crate::keys::Node::parse("source = \"sessions\"\nfile = \"s.csv\"", "plant.toml").unwrap();
    let findings = crate::error::Findings::default();
    let plan = crate::keys::Keys::read(
        &node,
        &crate::keys::Door { findings: &findings, shelf: &|_, _| Err(vec![]) },
        Plan::read,
    );
    let t = Instant::now();
    plan.load(&axis, &crate::inputs::Files::new(Some(dir.path()), &|_| None), &findings).unwrap();
    eprintln!("load {:?}", t.elapsed());
}
