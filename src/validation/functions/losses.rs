//! Losses between inverters and grid.

use super::{Outputs, Row, Shelf};
use crate::losses::Transformer;

pub(super) const FUNCTIONS: Shelf = &[("transformer", transformer)];

fn transformer(r: &Row<'_>) -> Outputs {
    let [rating_va, no_load, full_load] = r.numbers(["rating_va", "no_load_fraction", "full_load_fraction"]);
    let transformer = Transformer::new(rating_va, no_load, full_load, false);
    vec![("output_w", transformer.output_w(r.number("input_w"), true))]
}
