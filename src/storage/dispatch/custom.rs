//! Custom: follow a series of commands, one per step.

use crate::error::Findings;
use crate::inputs::{Files, SeriesColumn, SeriesPlan, load_commands};
use crate::keys::Keys;
use crate::time::TimeAxis;

use super::super::limits::{Aim, ChargeFrom};
use super::{Intent, View};

pub(super) const DOC: &str = "follow a CSV series of commands (idle, charge, discharge) with a share of the inverter's rating; \
                              discharge does not look at the export limit";

/// What a row of the series says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Neither.
    Idle,
    /// Charge from PV.
    Charge,
    /// Discharge, whatever the limit.
    Discharge,
}

const WORDS: &[&str] = &["idle", "charge", "discharge"];
const COMMANDS: [Command; 3] = [Command::Idle, Command::Charge, Command::Discharge];

const COLUMNS: [SeriesColumn; 2] = [
    SeriesColumn {
        key: "command_column",
        doc: "column of the commands: idle, charge or discharge",
        default: Some("command"),
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    },
    SeriesColumn {
        key: "fraction_column",
        doc: "column of the share of the inverter's rating to use, 0 to 1; without it, or where a cell is empty, 1",
        default: Some("fraction"),
        low: 0.0,
        high: 1.0,
    },
];

/// Commands with the share of the inverter's rating to use.
#[derive(Debug, Clone, PartialEq)]
pub struct Custom {
    source: SeriesPlan,
    commands: Vec<(Command, f64)>,
}

impl Custom {
    /// Reads the keys beside the strategy; the series itself comes with [`Custom::load`].
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self { source: SeriesPlan::read(k, &COLUMNS), commands: vec![] }
    }

    /// The series file.
    pub fn series(&self) -> &SeriesPlan {
        &self.source
    }

    /// Reads the series onto the axis. Problems are noted; the battery would then stay idle.
    pub fn load(&mut self, axis: &TimeAxis, files: &Files<'_>, findings: &Findings) {
        let Some((words, shares)) = load_commands(&self.source, WORDS, axis, files, findings) else { return };
        self.commands = words.into_iter().map(|word| COMMANDS[word]).zip(shares).collect();
    }

    /// The same command in every step, at the whole rating.
    #[cfg(test)]
    pub fn always(&mut self, command: Command, len: usize) {
        self.commands = vec![(command, 1.0); len];
    }

    fn at(&self, step: usize) -> (Command, f64) {
        self.commands.get(step).copied().unwrap_or((Command::Idle, 0.0))
    }

    pub(super) fn aim(&self, step: usize) -> Aim {
        Aim { charge_from: ChargeFrom::AllPv, rated_share: self.at(step).1, discharge_to_limit: false }
    }

    pub(super) fn intent(&self, view: &View<'_>) -> Intent {
        match self.at(view.step).0 {
            Command::Idle => Intent::Idle,
            Command::Charge => Intent::Charge { up_to_w: view.limits.charge_w },
            Command::Discharge => Intent::Discharge { up_to_w: view.limits.discharge_w },
        }
    }
}
