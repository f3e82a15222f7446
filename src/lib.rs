//! Plant-level PV + storage energy yield simulation.
//!
//! The rooms stand in walking order; a room uses those before it, never those behind it:
//! `error, units, lanes, keys, time, losses, inputs, solar, pv, ev, plant, storage, uncertainty, results, project,
//! simulation, sweep, control, validation, report, cli`.
//!
//! ```
//! use pvess::{Project, Simulation};
//!
//! let project = Project::demonstration(&[])?;
//! let results = Simulation::new(&project).run();
//! let export_mwh = results.summary.total.get("export_mwh").unwrap();
//! let poi_kw = results.timeseries.column("poi_kw").unwrap();
//! assert!(export_mwh > 0.0 && poi_kw.len() == 8760);
//! # Ok::<(), pvess::error::Problems>(())
//! ```

pub mod cli;
pub mod control;
pub mod error;
pub mod ev;
pub mod inputs;
pub mod keys;
pub mod lanes;
pub mod losses;
pub mod plant;
pub mod project;
pub mod pv;
pub mod report;
pub mod results;
pub mod simulation;
pub mod solar;
pub mod storage;
pub mod sweep;
pub mod time;
pub mod uncertainty;
pub mod units;
pub mod validation;

pub use project::Project;
pub use results::Results;
pub use simulation::Simulation;
