//! Many corridors side by side: scenarios of a plant, their rows in order, and the file they are kept in.

mod axis;
mod design;
mod journal;
mod keys;
mod parquet;
mod run;
mod table;
#[cfg(feature = "polars")]
pub mod top;

pub use axis::{Axis, Values};
pub use design::{Design, Samples, Sampling};
pub use journal::{Fingerprint, Journal, Layout, Start, is_parquet};
pub use keys::check_keys;
pub use run::{Keep, Row, Sweep};
pub use table::Table;
