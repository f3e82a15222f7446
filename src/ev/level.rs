//! Sharing: one level for all, under the limits of each session, of each phase and of the whole.

use std::cmp::Ordering;

use super::Room;

/// What one session can use in a step, and what it gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Want {
    /// The least power at which it charges, W while it is there.
    least_w: f64,
    /// The most that it takes, W while it is there.
    most_w: f64,
    /// What it draws from each pool (the total, then the phases) per watt of its power, as a mean over the step.
    draws: [f64; 4],
    /// What it gets, W while it is there.
    power_w: f64,
    rises: bool,
}

/// Rounding that is forgiven when sums are held against room, a share; what is served is brought back within the room.
const SLACK: f64 = 1e-9;

impl Want {
    /// Of a session that is there for a part `present` of the step and draws on the phases by these shares, L1 first. It
    /// gets the most that it takes until it is shared.
    #[inline]
    pub(super) fn new(least_w: f64, most_w: f64, present: f64, [l1, l2, l3]: [f64; 3]) -> Self {
        let draws = [present, l1 * present, l2 * present, l3 * present];
        Self { least_w, most_w, draws, power_w: most_w, rises: false }
    }

    /// Its mean power over the step on each phase, W.
    #[inline]
    pub(super) fn phase_w(&self) -> [f64; 3] {
        let [_, l1, l2, l3] = self.draws;
        [l1 * self.power_w, l2 * self.power_w, l3 * self.power_w]
    }

    /// Its mean power over the step on all phases together, W.
    #[inline]
    pub(super) fn total_w(&self) -> f64 {
        self.draws[0] * self.power_w
    }
}

#[inline]
fn plus(pools: &mut [f64; 4], draws: [f64; 4], factor: f64) {
    for (pool, draw) in pools.iter_mut().zip(draws) {
        *pool += draw * factor;
    }
}

#[inline]
fn fits(use_w: [f64; 4], room_w: [f64; 4]) -> bool {
    use_w.iter().zip(room_w).all(|(used, room)| *used <= room * (1.0 + SLACK))
}

#[inline]
fn sum(wants: &[Want], power: impl Fn(&Want) -> f64) -> [f64; 4] {
    let mut use_w = [0.0; 4];
    for want in wants {
        plus(&mut use_w, want.draws, power(want));
    }
    use_w
}

/// Sets the power of each session.
///
/// All get the same level, each no more than it takes and no less than its least; a session whose least does not fit
/// gets nothing. Those are chosen in the order of `before`: who comes first there is asked first. Where a phase is full,
/// the sessions on it stay at the level reached and the others rise further.
pub(super) fn share(wants: &mut [Want], room: &Room, before: impl Fn(usize, usize) -> Ordering) {
    let room_w = room.pools_w();
    if !fits(sum(wants, |w| w.most_w), room_w) {
        admit(wants, room_w, before);
        Rise::new(wants, room_w).raise();
    }
    keep_within(wants, room_w);
}

/// Gives every session its least as far as that fits; the others are left without power.
fn admit(wants: &mut [Want], room_w: [f64; 4], before: impl Fn(usize, usize) -> Ordering) {
    if fits(sum(wants, |w| w.least_w), room_w) {
        for want in wants {
            want.power_w = want.least_w;
        }
        return;
    }
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_unstable_by(|a, b| before(*a, *b));
    let mut use_w = [0.0; 4];
    for i in order {
        let want = &mut wants[i];
        let mut with_w = use_w;
        plus(&mut with_w, want.draws, want.least_w);
        if fits(with_w, room_w) {
            want.power_w = want.least_w;
            use_w = with_w;
        } else {
            *want = Want::new(0.0, 0.0, 0.0, [0.0; 3]);
        }
    }
}

/// Takes back what rounding gave beyond the room.
fn keep_within(wants: &mut [Want], room_w: [f64; 4]) {
    let use_w = sum(wants, |w| w.power_w);
    let over = use_w.iter().zip(room_w).filter(|(used, room)| *used > room);
    let factor = over.map(|(used, room)| room / used).fold(1.0, f64::min);
    if factor < 1.0 {
        for want in wants {
            want.power_w *= factor;
        }
    }
}

/// The common level on its way up.
struct Rise<'w> {
    wants: &'w mut [Want],
    level_w: f64,
    left_w: [f64; 4],
    /// What the rising sessions draw from each pool per watt of level.
    slope: [f64; 4],
    full: [bool; 4],
}

impl<'w> Rise<'w> {
    fn new(wants: &'w mut [Want], room_w: [f64; 4]) -> Self {
        let mut left_w = room_w;
        for want in &*wants {
            plus(&mut left_w, want.draws, -want.power_w);
        }
        Self { wants, level_w: 0.0, left_w, slope: [0.0; 4], full: [false; 4] }
    }

    /// Levels at which a session begins (true) or ends to rise, ascending.
    fn turns(&self) -> Vec<(f64, usize, bool)> {
        let can_rise = |want: &Want| want.most_w > want.least_w && want.draws[0] > 0.0;
        let mut turns = Vec::with_capacity(2 * self.wants.len());
        for (i, want) in self.wants.iter().enumerate().filter(|(_, want)| can_rise(want)) {
            turns.extend([(want.least_w, i, true), (want.most_w, i, false)]);
        }
        turns.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        turns
    }

    fn raise(mut self) {
        for (level_w, i, begins) in self.turns() {
            self.rise_to(level_w);
            if begins { self.begin(i) } else { self.stop(i, level_w) }
        }
    }

    fn begin(&mut self, i: usize) {
        let want = &mut self.wants[i];
        want.rises = !want.draws.iter().zip(self.full).any(|(draw, full)| full && *draw > 0.0);
        if want.rises {
            plus(&mut self.slope, want.draws, 1.0);
        }
    }

    fn stop(&mut self, i: usize, level_w: f64) {
        let want = &mut self.wants[i];
        if want.rises {
            want.rises = false;
            want.power_w = level_w;
            plus(&mut self.slope, want.draws, -1.0);
        }
    }

    /// Lifts the level; a pool that runs dry on the way stops the sessions that draw from it.
    fn rise_to(&mut self, level_w: f64) {
        while let Some((pool, by_w)) = self.tightest().filter(|(_, by_w)| self.level_w + by_w < level_w) {
            plus(&mut self.left_w, self.slope, -by_w);
            self.level_w += by_w;
            self.full[pool] = true;
            for i in 0..self.wants.len() {
                if self.wants[i].draws[pool] > 0.0 {
                    self.stop(i, self.level_w);
                }
            }
        }
        plus(&mut self.left_w, self.slope, self.level_w - level_w);
        self.level_w = level_w;
    }

    /// The pool that runs dry first, and the rise until then.
    fn tightest(&self) -> Option<(usize, f64)> {
        let open = (0..4).filter(|pool| !self.full[*pool] && self.slope[*pool] > 0.0);
        let until = open.map(|pool| (pool, self.left_w[pool].max(0.0) / self.slope[pool]));
        until.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn want(least_w: f64, most_w: f64, shares: [f64; 3]) -> Want {
        Want::new(least_w, most_w, 1.0, shares)
    }

    const THREE: [f64; 3] = [1.0 / 3.0; 3];
    const L1: [f64; 3] = [1.0, 0.0, 0.0];
    const L2: [f64; 3] = [0.0, 1.0, 0.0];

    fn powers(wants: &[Want], room: &Room, before: impl Fn(usize, usize) -> Ordering) -> Vec<f64> {
        let mut wants = wants.to_vec();
        share(&mut wants, room, before);
        wants.iter().map(|want| want.power_w).collect()
    }

    #[track_caller]
    fn shared(wants: &[Want], room: &Room, expected: &[f64]) {
        let powers = powers(wants, room, |a, b| a.cmp(&b));
        let near = powers.iter().zip(expected).all(|(w, e)| (w - e).abs() < 1e-6);
        assert!(near && powers.len() == expected.len(), "{powers:?} not {expected:?}");
    }

    #[test]
    fn all_get_what_they_take_while_there_is_room() {
        let wants = [want(4140.0, 11e3, THREE), want(1380.0, 7.4e3, L1)];
        shared(&wants, &Room::UNLIMITED, &[11e3, 7.4e3]);
        shared(&wants, &Room::total(18.4e3), &[11e3, 7.4e3]);
        shared(&[], &Room::total(0.0), &[]);
    }

    #[test]
    fn the_level_is_one_and_small_cars_leave_theirs_to_the_others() {
        // 20 kW for 3.7, 11 and 22 kW: 3.7 is below the level; (20 − 3.7)/2 = 8.15 each for the others.
        let wants = [want(1380.0, 3.7e3, L1), want(4140.0, 11e3, THREE), want(4140.0, 22e3, THREE)];
        shared(&wants, &Room::total(20e3), &[3.7e3, 8150.0, 8150.0]);
    }

    #[test]
    fn a_least_above_the_level_is_kept_and_the_others_give() {
        // 8 kW: the three-phase car keeps its 4.14, the two single-phase ones share 3.86.
        let wants = [want(1380.0, 7.4e3, L1), want(1380.0, 7.4e3, L2), want(4140.0, 11e3, THREE)];
        shared(&wants, &Room::total(8e3), &[1930.0, 1930.0, 4140.0]);
    }

    #[test]
    fn who_is_first_is_asked_first_and_smaller_ones_fill_the_rest() {
        let wants = [want(4140.0, 11e3, THREE), want(4140.0, 11e3, THREE), want(1380.0, 7.4e3, L1)];
        // 6 kW hold one car of 4.14 and one of 1.38; then 0.48 kW lift the smaller one.
        shared(&wants, &Room::total(6e3), &[4140.0, 0.0, 1860.0]);
        let last_first = powers(&wants, &Room::total(5e3), |a, b| b.cmp(&a));
        // 1.38 for the last; 3.62 are less than 4.14, so it takes all that is left.
        assert_eq!(last_first, [0.0, 0.0, 5e3]);
    }

    #[test]
    fn a_full_phase_stops_its_cars_and_the_others_rise() {
        let room = Room { total_w: 20e3, phase_w: [3e3, 10e3, 10e3] };
        // L1: one car alone and a third of the other: level a with a + a/3 = 3 kW, but the three-phase car's 4.14 stays
        // and leaves 3 − 1.38 = 1.62 kW on L1 for the single-phase car. The car on L2 takes its 7.4 kW.
        let wants = [want(1380.0, 7.4e3, L1), want(4140.0, 11e3, THREE), want(1380.0, 7.4e3, L2)];
        shared(&wants, &room, &[1620.0, 4140.0, 7400.0]);
    }

    #[test]
    fn a_car_that_is_there_for_half_the_step_uses_half_the_room() {
        let half = Want::new(1380.0, 7.4e3, 0.5, L1);
        // Level x: x + x/2 = 6 kW.
        shared(&[half, want(1380.0, 7.4e3, L2)], &Room::total(6e3), &[4e3, 4e3]);
    }

    #[test]
    fn room_without_anything_in_it_gives_nothing() {
        let wants = [want(1380.0, 7.4e3, L1), want(0.0, 5e3, L2)];
        shared(&wants, &Room::total(-5.0), &[0.0, 0.0]);
        shared(&wants, &Room { total_w: 9e3, phase_w: [-1.0, 0.0, 9e3] }, &[0.0, 0.0]);
    }
}
