//! How likely the energy is to be reached: what is uncertain, exceedance in closed form, distributions to draw from.

mod component;
mod distribution;
mod exceedance;
mod list;
mod normal;
mod plan;
mod sample;

pub use component::Component;
pub use distribution::{Distribution, Drawn, one_of};
pub use exceedance::{Assessment, Column, Exceedance, FIGURES, Span, level_name};
pub use normal::normal_quantile;
pub use plan::{Plan, WEATHER_FILE, WIDE_PCT, names_weather};
pub use sample::Sample;
