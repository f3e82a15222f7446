//! The rooms before the storage, remembered: a project with the same plans gets what was read and computed for another one.

use std::sync::{Arc, Mutex, OnceLock};

use crate::error::Problems;
use crate::plant::{Condition, Grid};
use crate::project::{Project, PvSource};
use crate::pv::PvYear;
use crate::solar::Sky;

use super::Alone;

/// Sun and sky, PV years and first walks of the plans that came last. Threads share it; each year is computed once.
#[derive(Debug)]
pub struct Rooms {
    readings: Memory<Vec<Patch>, Result<Project, Problems>>,
    skies: Memory<Arc<PvSource>, Option<Sky>>,
    years: Memory<(Arc<PvSource>, u32), PvYear>,
    walks: Memory<(Project, Arc<PvYear>), Alone>,
    conditions: Memory<Arc<Grid>, Vec<Condition>>,
}

impl Rooms {
    /// Remembers so many years at once, at least one.
    pub fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            readings: Memory::new(most),
            skies: Memory::new(most),
            years: Memory::new(most),
            walks: Memory::new(most),
            conditions: Memory::new(most),
        }
    }

    /// Room 1: a plant varied by patches, as [`Project::vary`] makes it. What the same files held for another one is not read
    /// again. All plants of these rooms vary the same base.
    ///
    /// # Errors
    /// Those of [`Project::vary`].
    pub fn vary(&self, base: &Project, patches: &[Patch]) -> Result<Project, Problems> {
        // A file goes with what its table says of it.
        let tables: Vec<_> = patches.iter().filter_map(|(key, _)| key.strip_suffix(".file")).collect();
        let of_a_file = |key: &str| key.rsplit_once('.').is_some_and(|(table, _)| tables.contains(&table));
        let files: Vec<_> = patches.iter().filter(|(key, _)| of_a_file(key)).cloned().collect();
        if files.is_empty() || files.len() == patches.len() {
            return base.vary(patches);
        }
        // A file may be wrong without the other patches; then they are all heard together.
        let read = self.readings.get(|other| *other == files, || files.clone(), || base.vary(&files));
        (*read).as_ref().unwrap_or(base).vary(patches)
    }

    /// Room 2: none where PV is a series.
    pub(super) fn sky(&self, project: &Project) -> Arc<Option<Sky>> {
        self.skies.get(|source| same_sky(source, &project.pv), || Arc::clone(&project.pv), || project.sky())
    }

    /// Room 3: PV at the MV bus in pass `number` over the axis.
    pub(super) fn pv_year(&self, project: &Project, number: u32) -> Arc<PvYear> {
        let same = |(source, pass): &(Arc<PvSource>, u32)| *pass == number && same_pv(source, &project.pv);
        let key = || (Arc::clone(&project.pv), number);
        self.years.get(same, key, || project.pv_year(self.sky(project).as_ref().as_ref(), number))
    }

    /// Room 4: the first walk of a PV year.
    pub(super) fn walk(&self, project: &Project, pv: &Arc<PvYear>) -> Arc<Alone> {
        let same = |(other, year): &(Project, Arc<PvYear>)| {
            Arc::ptr_eq(year, pv) && Arc::ptr_eq(&other.grid, &project.grid) && Arc::ptr_eq(&other.ev, &project.ev)
        };
        self.walks.get(same, || (project.clone(), Arc::clone(pv)), || Alone::walk(project, pv))
    }

    /// What the connection leaves the storage of a plant without vehicles.
    pub(super) fn conditions(&self, project: &Project) -> Arc<Vec<Condition>> {
        let grid = &project.grid;
        self.conditions.get(|other| Arc::ptr_eq(other, grid), || Arc::clone(grid), || grid.conditions())
    }
}

/// A key and its value, as text.
type Patch = (String, String);

fn same_sky(a: &Arc<PvSource>, b: &Arc<PvSource>) -> bool {
    Arc::ptr_eq(a, b)
        || match (&**a, &**b) {
            (
                PvSource::Model { weather, site, solar, .. },
                PvSource::Model { weather: other_weather, site: other_site, solar: other_solar, .. },
            ) => Arc::ptr_eq(weather, other_weather) && site == other_site && solar == other_solar,
            _ => false,
        }
}

fn same_pv(a: &Arc<PvSource>, b: &Arc<PvSource>) -> bool {
    Arc::ptr_eq(a, b)
        || match (&**a, &**b) {
            (PvSource::Model { pv, .. }, PvSource::Model { pv: other, .. }) => same_sky(a, b) && pv == other,
            _ => false,
        }
}

/// What was made last, by what it was made of; the oldest is forgotten first.
#[derive(Debug)]
struct Memory<K, V> {
    most: usize,
    entries: Mutex<Vec<(K, Slot<V>)>>,
}

/// A value that one thread makes while others wait for it.
type Slot<V> = Arc<OnceLock<Arc<V>>>;

impl<K, V> Memory<K, V> {
    fn new(most: usize) -> Self {
        Self { most, entries: Mutex::default() }
    }

    /// The value whose key is the same, or a new one. A second thread that asks meanwhile waits for it.
    fn get(&self, same: impl Fn(&K) -> bool, key: impl FnOnce() -> K, make: impl FnOnce() -> V) -> Arc<V> {
        let cell = {
            // A thread that panicked while it held the lock left a list that is whole.
            let mut entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(at) = entries.iter().rposition(|(key, _)| same(key)) {
                entries[at..].rotate_left(1);
            } else {
                if entries.len() == self.most {
                    entries.remove(0);
                }
                entries.push((key(), Slot::default()));
            }
            Arc::clone(&entries[entries.len() - 1].1)
        };
        Arc::clone(cell.get_or_init(|| Arc::new(make())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_last_is_remembered_and_the_oldest_forgotten() {
        let memory = Memory::new(2);
        let made = std::cell::Cell::new(0);
        let get = |key: i32| {
            *memory.get(
                |k| *k == key,
                || key,
                || {
                    made.set(made.get() + 1);
                    10 * key
                },
            )
        };
        assert_eq!([get(1), get(2), get(1), get(3), get(1), get(2)], [10, 20, 10, 30, 10, 20]);
        // 1, 2 and 3 are made; 2 was used before 1 when 3 came, so it is made again.
        assert_eq!(made.get(), 4);
    }

    #[test]
    fn a_file_is_read_once_for_all_plants_that_name_it() {
        let other = "pvess:weather/greensboro-nc-tmy3.csv";
        let base = Project::demonstration(&[]).unwrap();
        let rooms = Rooms::new(2);
        let varied = |pairs: &[(&str, &str)]| {
            let patches: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            (rooms.vary(&base, &patches), base.vary(&patches))
        };
        let there = [("weather.file", other), ("weather.format", "tmy3")];
        let of = |units| {
            let (ours, alone) = varied(&[there[0], there[1], ("storage.units", units)]);
            let (ours, alone) = (ours.unwrap(), alone.unwrap());
            assert_eq!((ours.effective_toml(), &ours.axis), (alone.effective_toml(), &alone.axis));
            assert_eq!(ours.weather(), alone.weather());
            ours
        };
        let (small, large) = (of("10"), of("20"));
        assert!(std::ptr::eq(small.weather().unwrap(), large.weather().unwrap()));
        assert_ne!(small.weather(), base.weather());
        // What is wrong is told as without a memory, in the files and beside them.
        for pairs in [
            [("weather.file", "nowhere.csv"), ("storage.units", "10")],
            [("weather.file", other), ("storage.units", "-1")],
        ] {
            let (ours, alone) = varied(&pairs);
            assert_eq!(ours.unwrap_err(), alone.unwrap_err());
        }
    }

    #[test]
    fn plants_that_differ_in_storage_share_all_rooms_and_in_tilt_the_sky() {
        let patch = |key: &str, value: &str| [(key.to_owned(), value.to_owned())];
        let base = Project::demonstration(&[]).unwrap();
        let bigger = base.vary(&patch("storage.nameplate_mwh", "300")).unwrap();
        let flatter = base.vary(&patch("pv.block.0.mount.max_angle_deg", "45")).unwrap();
        let rooms = Rooms::new(4);
        let [a, b, c] = [&base, &bigger, &flatter].map(|project| {
            let pv = rooms.pv_year(project, 0);
            (rooms.sky(project), rooms.walk(project, &pv), pv)
        });
        assert!(Arc::ptr_eq(&a.0, &b.0) && Arc::ptr_eq(&a.1, &b.1) && Arc::ptr_eq(&a.2, &b.2));
        assert!(Arc::ptr_eq(&a.0, &c.0) && !Arc::ptr_eq(&a.1, &c.1) && !Arc::ptr_eq(&a.2, &c.2));
        assert!(!Arc::ptr_eq(&a.2, &rooms.pv_year(&base, 1)));
        // The connection of another array is the same, unless its limit is a share of the array.
        let stronger = base.vary(&patch("pv.block.0.strings", "400")).unwrap();
        assert!(Arc::ptr_eq(&rooms.conditions(&base), &rooms.conditions(&stronger)));
        let share = base.vary(&patch("plant.export_limit", "{ share_of_dc_pct = 70 }")).unwrap();
        let [full, weaker] =
            [&share, &share.vary(&patch("pv.block.0.strings", "400")).unwrap()].map(|p| rooms.conditions(p));
        assert!(weaker[12].export_limit_w < full[12].export_limit_w);
    }
}
