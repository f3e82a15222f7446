//! Sums of many waves at evenly spaced times.

/// A wave `A·cos(φ(t))` whose angle is a polynomial of time, nearly a straight line.
pub(super) struct Wave {
    pub amplitude: f64,
    /// Coefficients of the angle by powers of time, rad.
    pub angle_rad: [f64; 4],
}

impl Wave {
    fn angle_rad(&self, time: f64) -> f64 {
        self.angle_rad.iter().rev().fold(0.0, |sum, c| sum * time + c)
    }
}

/// Waves whose sum is wanted at times one step apart. Each value follows from the two before it,
/// `x(t + h) = 2·cos(ω·h)·x(t) − x(t − h)`, which spares the cosines.
pub(super) struct Waves {
    terms: Vec<Wave>,
    /// Cosine and sine of the angle that each wave turns by in a step.
    turn: Vec<(f64, f64)>,
    twice_cos: Vec<f64>,
    now: Vec<f64>,
    before: Vec<f64>,
}

impl Waves {
    pub(super) fn new(waves: impl IntoIterator<Item = Wave>, step: f64) -> Self {
        let terms: Vec<_> = waves.into_iter().filter(|wave| wave.amplitude != 0.0).collect();
        let turn = |wave: &Wave| (wave.angle_rad[1] * step).sin_cos();
        let turn: Vec<_> = terms.iter().map(turn).map(|(sin, cos)| (cos, sin)).collect();
        let twice_cos = turn.iter().map(|(cos, _)| 2.0 * cos).collect();
        let zeros = || vec![0.0; terms.len()];
        Self { now: zeros(), before: zeros(), terms, turn, twice_cos }
    }

    /// Sets the waves to a time.
    fn set(&mut self, time: f64) {
        let states = self.now.iter_mut().zip(&mut self.before);
        for ((wave, (cos_turn, sin_turn)), (now, before)) in self.terms.iter().zip(&self.turn).zip(states) {
            let (sin, cos) = wave.angle_rad(time).sin_cos();
            *now = wave.amplitude * cos;
            *before = wave.amplitude * (cos * cos_turn + sin * sin_turn);
        }
    }

    /// The sum at the present time; the waves move on by a step.
    fn next(&mut self) -> f64 {
        // Four sums side by side wait less for each other.
        let (quads, rest) = self.now.as_chunks::<4>();
        let [a, b, c, d] = quads.iter().fold([0.0; 4], |sums, quad| std::array::from_fn(|i| sums[i] + quad[i]));
        let sum = (a + b) + (c + d) + rest.iter().sum::<f64>();
        for ((now, before), twice_cos) in self.now.iter_mut().zip(&mut self.before).zip(&self.twice_cos) {
            (*now, *before) = (twice_cos * *now - *before, *now);
        }
        sum
    }
}

/// Sums of waves, each multiplied by one more power of time: `Σ tⁱ·(waves i)`.
pub(super) struct Series(Vec<Waves>);

impl Series {
    pub(super) fn new(powers: impl IntoIterator<Item = Waves>) -> Self {
        Self(powers.into_iter().collect())
    }

    /// Sets the series to a time.
    pub(super) fn set(&mut self, time: f64) {
        self.0.iter_mut().for_each(|waves| waves.set(time));
    }

    /// The series at the present `time`; the waves move on by a step.
    pub(super) fn next(&mut self, time: f64) -> f64 {
        self.0.iter_mut().rev().fold(0.0, |sum, waves| sum * time + waves.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_steps_are_followed_to_the_last_digits() {
        let waves = || [(0.03, 1.0, 0.034), (2.0, 0.0, 0.0), (3e-5, 3.6, 0.88)];
        let wave = |(amplitude, phase, rate): (f64, f64, f64)| Wave { amplitude, angle_rad: [phase, rate, 0.0, 0.0] };
        let mut series = Series::new([Waves::new(waves().map(wave), 0.5), Waves::new([wave((0.1, 2.0, 0.3))], 0.5)]);
        series.set(7.0);
        for k in 0..100 {
            let t = 7.0 + 0.5 * f64::from(k);
            let sum: f64 = waves().iter().map(|(a, phase, rate)| a * (phase + rate * t).cos()).sum();
            assert!((series.next(t) - sum - t * 0.1 * (2.0 + 0.3 * t).cos()).abs() < 1e-12, "{k}");
        }
    }
}
