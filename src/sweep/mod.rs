//! Many corridors side by side: scenarios of a plant, their rows in order, and the file they are kept in.

mod axis;
mod design;
mod draws;
mod journal;
mod parquet;
mod place;
mod quantity;
mod run;
mod table;
#[cfg(feature = "polars")]
pub mod top;

pub use axis::{Axis, Values};
pub use design::{Design, Samples, Sampling};
pub use draws::{Draws, Variant};
pub use journal::{Fingerprint, Journal, Layout, Start};
pub use place::{files_at, is_parquet, is_unfinished};
pub use quantity::Quantity;
pub use run::{Keep, Row, Sweep};
pub use table::Table;
