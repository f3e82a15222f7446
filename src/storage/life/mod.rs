//! The battery's later years: what is added to it and when it is replaced.

mod fleet;
#[cfg(test)]
mod tests;
mod when;

pub use fleet::{Fleet, Renewal};

use crate::keys::Keys;
use crate::units::{MEGA, fraction};
use when::{BELOW, When};

/// What the plant file says about the battery's later years; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Life {
    replacement: Option<Replacement>,
    augmentations: Vec<Augmentation>,
}

/// All of the battery gives way to a new one.
#[derive(Debug, Clone, PartialEq)]
struct Replacement {
    when: When,
    /// Nameplate of the new one, Wh; none: as the first.
    nameplate_wh: Option<f64>,
}

/// New parts beside the old ones.
#[derive(Debug, Clone, PartialEq)]
struct Augmentation {
    when: When,
    added: Added,
}

/// How much is added.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Added {
    /// Nameplate energy, Wh.
    NameplateWh(f64),
    /// As much as brings the capacity to this share of the usable energy when new.
    ToShare(f64),
}

const AUGMENTATION: &str =
    "energy added to the battery at the start of a year: new parts beside the old, no further inverter";
const REPLACEMENT: &str = "all of the battery replaced by a new one at the start of a year, before anything is added";

impl Life {
    /// Reads `[[storage.augmentation]]` and `[storage.replacement]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let augmentations = k.sections("augmentation", AUGMENTATION, Augmentation::read);
        let replacement = k.section("replacement", REPLACEMENT, Replacement::read);
        Self { replacement, augmentations }
    }

    /// Whether nothing is ever done.
    pub fn is_empty(&self) -> bool {
        self.replacement.is_none() && self.augmentations.is_empty()
    }

    /// What is planned for years that a run of so many does not reach, in words.
    pub fn never_reached(&self, years: u32) -> Vec<String> {
        let replacement = self.replacement.iter().map(|r| &r.when);
        let all = replacement.chain(self.augmentations.iter().map(|a| &a.when));
        all.filter_map(|when| when.never_reached(years)).collect()
    }

    /// What is done and in which years, in a few words each; for the description of a plant.
    pub fn describe(&self) -> Vec<String> {
        let replaced = self.replacement.iter().map(|r| format!("replaced {}", r.when.describe()));
        let added = self.augmentations.iter().map(|a| match a.added {
            Added::NameplateWh(wh) => format!("{:.3} MWh added {}", wh / MEGA, a.when.describe()),
            Added::ToShare(share) => format!("brought to {} % {}", 100.0 * share, a.when.describe()),
        });
        replaced.chain(added).collect()
    }
}

impl Replacement {
    fn read(k: &mut Keys<'_>) -> Self {
        let when = When::read(k);
        if let When::Below { share, .. } = when
            && share >= 1.0
        {
            k.warn(BELOW, "100 % replaces the battery after every year in which it fades at all");
        }
        let doc = "nameplate energy of the new battery, MWh, of all units; as the first when left out";
        Self { when, nameplate_wh: k.number("nameplate_mwh", doc).above(0.0).optional().map(|mwh| mwh * MEGA) }
    }
}

impl Augmentation {
    fn read(k: &mut Keys<'_>) -> Self {
        const NAMEPLATE: &str = "nameplate_mwh";
        const SHARE: &str = "to_capacity_pct";
        let when = When::read(k);
        let doc = "nameplate energy added, MWh; usable to the share to which the battery's own is";
        let nameplate = k.number(NAMEPLATE, doc).above(0.0).optional();
        let doc = "adds what brings the capacity to this share of the usable energy when new, %";
        let pct = k.number(SHARE, doc).above_up_to(0.0, 200.0).optional();
        match (k.has(NAMEPLATE), k.has(SHARE)) {
            (true, true) => k.reject(SHARE, format!("given beside {NAMEPLATE}; give one of the two")),
            (false, false) => k.reject(NAMEPLATE, format!("missing; give {NAMEPLATE} or {SHARE}: how much is added")),
            _ => {}
        }
        if let (When::Below { share, .. }, Some(pct)) = (&when, pct)
            && fraction(pct) <= *share
        {
            let below = 100.0 * share;
            let message =
                format!("{pct} % is not above when_capacity_below_pct = {below}; nothing would ever be added");
            k.reject(SHARE, message);
        }
        let added =
            pct.map_or(Added::NameplateWh(nameplate.unwrap_or(f64::NAN) * MEGA), |pct| Added::ToShare(fraction(pct)));
        Self { when, added }
    }
}
