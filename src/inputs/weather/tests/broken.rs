//! Files broken at random never make the reader fail.

use super::*;

/// Pieces of which broken files are made: separators, stamps near the calendar's edges, markers, headers.
const PIECES: [&str; 33] = [
    ",",
    ",",
    ",",
    ";",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "#",
    " ",
    "\u{feff}",
    "time",
    "ghi",
    "temp_air",
    "dni",
    "dhi",
    "2020-02-28 23:00",
    "2020-02-29 00:00",
    "2020-03-01 00:00",
    "2020-03-01 01:00",
    "2200-12-31 24:00",
    "1900-01-01T00:00-14:00",
    "1900-01-01T00:00Z",
    "1",
    "-9999",
    "1e400",
    "lat,lon,tz\n1,2,3\nyear,month,day,hour,min,ghi,tdry\n",
    "2020,2,29,0,30,1,1\n",
    "2020,3,1,0,30,1,1\n",
    "1999,3,1,1,30,1,1\n",
    "723170,X,NC,-5,36,-79,273\nDate (MM/DD/YYYY),Time (HH:MM)\n",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]

    #[test]
    fn no_file_whatever_makes_it_fail(pieces in proptest::collection::vec(0..PIECES.len(), 0..60), fill: bool, middle: bool) {
        let csv: String = pieces.iter().map(|i| PIECES[*i]).collect();
        let text = format!(
            "{SITE}[weather]\nfile = \"pvess:w\"\nfill = \"{}\"\nlabel = \"{}\"\n",
            if fill { "interpolate" } else { "none" },
            if middle { "middle" } else { "end" },
        );
        let shipped: &'static [u8] = csv.leak().as_bytes();
        let loaded = load_files(&text, &Files::new(None, &|_| Some(shipped)));
        proptest::prop_assert!(loaded.clean || !loaded.said.is_empty());
        if let Some((w, _)) = loaded.weather.filter(|_| loaded.clean) {
            proptest::prop_assert!(w.temp_air_c.len() == w.axis.len && w.mid_utc_s.len() == w.axis.len);
            proptest::prop_assert!(w.temp_air_c.iter().all(|v| v.is_finite()));
        } else {
            proptest::prop_assert!(!loaded.clean);
        }
    }
}
