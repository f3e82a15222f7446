//! Room 3: from the sky to power at the MV bus. Mount, shading, light on the cells, cell temperature, module, inverter, block.

mod stages;
mod year;

pub use stages::{Stage, Stages};
pub use year::PvYear;
