//! Room 1: everything that comes in from files, brought onto the run's axis and checked.

mod calendar;
mod clock;
mod faults;
mod folder;
mod prices;
mod sequence;
mod series;
mod sessions;
mod site;
mod source;
mod stamp;
mod table;
mod trace;
mod walk;
mod weather;

pub use folder::Folder;
pub use prices::{Prices, PricesPlan};
pub use series::{
    AxisSeriesPlan, Gaps, SeriesColumn, SeriesPlan, load_axis_series, load_commands, load_one, load_series,
};
pub use sessions::{SessionRow, SessionsPlan, load_sessions};
pub use site::{Site, SitePlan};
pub use source::{FileRecord, Files, SHIPPED, sha256};
pub use stamp::Label;
pub use trace::TracePlan;
pub use weather::{ColumnMap, Fill, Format, Weather, WeatherPlan, load_weather};
