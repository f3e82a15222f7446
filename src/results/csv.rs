//! CSV files: the time series, the monthly figures, the loss tree.

use std::io::{self, Write};

use crate::ev::Outcome;
use crate::time::TimeAxis;

use super::{LossTree, Summary, TimeSeries};

/// Digits after the point; 1e-6 kW is a milliwatt.
const DECIMALS: u32 = 6;

/// Writes one row per step: the time, then every column. A run of several years has a `year` column first.
///
/// # Errors
/// Those of the writer.
pub fn write_timeseries(series: &TimeSeries, to: &mut impl Write) -> io::Result<()> {
    let several = series.years > 1;
    write!(to, "{}time", if several { "year," } else { "" })?;
    for name in series.columns() {
        write!(to, ",{name}")?;
    }
    to.write_all(if series.reasons().is_empty() { b"\n" } else { b",reason\n" })?;
    let mut line = Vec::with_capacity(1024);
    for row in 0..series.len() {
        line.clear();
        if several {
            write!(line, "{},", series.year(row))?;
        }
        line.extend_from_slice(series.stamp(row).as_bytes());
        for value in series.values().column(row) {
            line.push(b',');
            push_number(&mut line, *value)?;
        }
        if let Some(reason) = series.reasons().get(row) {
            line.push(b',');
            line.extend_from_slice(reason.as_str().as_bytes());
        }
        line.push(b'\n');
        to.write_all(&line)?;
    }
    Ok(())
}

/// Writes one row per month with every figure.
///
/// # Errors
/// Those of the writer.
pub fn write_figures(summary: &Summary, to: &mut impl Write) -> io::Result<()> {
    let mut line = b"month".to_vec();
    if let Some((_, first)) = summary.monthly.first() {
        first.iter().try_for_each(|(name, _)| write!(line, ",{name}"))?;
    }
    line.push(b'\n');
    for (month, figures) in &summary.monthly {
        write!(line, "{month}")?;
        for (_, value) in figures.iter() {
            line.push(b',');
            push_number(&mut line, value)?;
        }
        line.push(b'\n');
    }
    to.write_all(&line)
}

/// Writes one row per charging session; of a run of several years with a `year` column first.
///
/// # Errors
/// Those of the writer.
pub fn write_sessions(years: &[Outcome], axis: &TimeAxis, to: &mut impl Write) -> io::Result<()> {
    for (number, outcome) in (1..).zip(years) {
        let text = outcome.sessions_csv(axis);
        let skipped = usize::from(number > 1);
        for (row, line) in text.lines().enumerate().skip(skipped) {
            match (years.len(), row) {
                (1, _) => writeln!(to, "{line}")?,
                (_, 0) => writeln!(to, "year,{line}")?,
                _ => writeln!(to, "{number},{line}")?,
            }
        }
    }
    Ok(())
}

/// Writes one row per stage of the loss tree, in full precision so that it closes.
///
/// # Errors
/// Those of the writer.
pub fn write_losses(tree: &LossTree, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "stage,energy_mwh,loss_mwh,loss_pct_of_previous")?;
    for stage in tree.stages() {
        let pct = stage.loss_pct_of_previous();
        writeln!(to, "{},{},{},{pct:.6}", stage.stage, stage.energy_mwh, stage.loss_mwh)?;
    }
    Ok(())
}

/// Appends a number in fixed point without trailing zeros, to six decimals; nothing for a missing value. Much faster
/// than the general formatter.
///
/// # Errors
/// None: writing to a vector does not fail; the type lets it be called beside other writing.
pub fn push_number(line: &mut Vec<u8>, value: f64) -> io::Result<()> {
    const SCALE: i64 = 10_i64.pow(DECIMALS);
    if value.is_nan() {
        return Ok(());
    }
    let scaled = (value * SCALE as f64).round();
    if scaled.abs() >= 9e15 {
        // Beyond the exact integers of a double the shortest form carries all there is.
        return write!(line, "{value}");
    }
    let scaled = scaled as i64;
    if scaled < 0 {
        line.push(b'-');
    }
    let (whole, mut rest) = ((scaled / SCALE).unsigned_abs(), (scaled % SCALE).unsigned_abs());
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut left = whole;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[at..]);
    if rest > 0 {
        line.push(b'.');
        let mut place = SCALE as u64 / 10;
        while rest > 0 {
            line.push(b'0' + (rest / place) as u8);
            rest %= place;
            place /= 10;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: f64) -> String {
        let mut line = vec![];
        push_number(&mut line, value).unwrap();
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn numbers_are_short_and_missing_ones_empty() {
        let written = [0.0, -0.0, 1.5, -0.25, 0.000_001, -1e-7, 123_456.789_012_3, f64::NAN].map(text);
        assert_eq!(written, ["0", "0", "1.5", "-0.25", "0.000001", "0", "123456.789012", ""]);
    }

    proptest! {
        #[test]
        fn a_number_read_back_differs_by_half_a_millionth_at_most(value in -1e8..1e8f64) {
            let again: f64 = text(value).parse().unwrap();
            prop_assert!((again - value).abs() <= 0.52e-6);
        }
    }
}
