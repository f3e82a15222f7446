//! Interim.

/// Energy prices per step, in the currency of the file per kWh.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    /// What a kWh from the grid costs.
    pub buy_per_kwh: Vec<f64>,
    /// What a kWh to the grid earns.
    pub sell_per_kwh: Vec<f64>,
}
