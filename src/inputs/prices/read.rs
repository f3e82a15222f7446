//! The keys of `[prices]`: one source for each of buy and sell, what the file's values mean, and the demand charge.

use super::super::series::{SeriesColumn, SeriesPlan};
use super::{PricesPlan, Source};
use crate::keys::{Keys, Origin};

/// The billing interval where the plant file gives none, minutes.
const BILLING_INTERVAL_MIN: f64 = 15.0;

/// The keys of one of the two prices.
struct Side {
    column: SeriesColumn,
    constant: (&'static str, &'static str),
    table: (&'static str, &'static str),
    adder: (&'static str, &'static str),
}

const fn column(key: &'static str, doc: &'static str, default: &'static str) -> SeriesColumn {
    SeriesColumn { key, doc, default: Some(default), low: f64::NEG_INFINITY, high: f64::INFINITY }
}

const BUY: Side = Side {
    column: column("buy_column", "column of the price of a kWh from the grid", "buy_per_kwh"),
    constant: ("buy_per_kwh", "price of a kWh from the grid, the same always"),
    table: ("buy_table_per_kwh", "price of a kWh from the grid by month and hour: 12 rows of 24"),
    adder: ("buy_adder_per_kwh", "fees and levies added to the file's price of a kWh from the grid"),
};
const SELL: Side = Side {
    column: column("sell_column", "column of the price of a kWh to the grid", "sell_per_kwh"),
    constant: ("sell_per_kwh", "price of a kWh to the grid, the same always"),
    table: ("sell_table_per_kwh", "price of a kWh to the grid by month and hour: 12 rows of 24"),
    adder: ("sell_adder_per_kwh", "fees (negative) or premiums added to the file's price of a kWh to the grid"),
};

impl Side {
    /// The key beside the file that gives this price, if one does.
    fn own_key(&self, k: &Keys<'_>) -> Option<&'static str> {
        [self.constant.0, self.table.0].into_iter().find(|key| k.has(key))
    }

    fn read(&self, k: &mut Keys<'_>) -> Source {
        let constant = k.number(self.constant.0, self.constant.1).optional();
        let table = k.number(self.table.0, self.table.1).month_by_hour();
        let adder = k.number(self.adder.0, self.adder.1).or(0.0);
        if k.has(self.constant.0) && k.has(self.table.0) {
            k.reject(self.table.0, format!("given beside {}; give one of the two", self.constant.0));
        }
        let own = self.own_key(k);
        if let Some(own) = own {
            if k.has(self.column.key) {
                k.reject(self.column.key, format!("given beside {own}; give one of the two"));
            }
            if k.has(self.adder.0) {
                k.reject(self.adder.0, format!("is added to the file's values; {own} gives the price itself"));
            }
        } else if !k.has("file") {
            let (constant, table) = (self.constant.0, self.table.0);
            k.reject(constant, format!("missing; give {constant}, {table} or a file"));
        }
        let own = constant.map(Source::Constant).or(table.map(Source::Table));
        own.unwrap_or(Source::Series { adder_per_kwh: adder })
    }
}

impl PricesPlan {
    /// Reads `[prices]`.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let from_file: Vec<_> = [BUY, SELL].into_iter().filter(|side| side.own_key(k).is_none()).collect();
        let series = read_series(k, &from_file);
        let units = [("per_kwh", 1.0), ("per_mwh", 1e-3)];
        let per_kwh = k.choice("unit", "unit of the file's prices", &units, 1.0);
        let [buy, sell] = [BUY, SELL].map(|side| side.read(k));
        for key in ["unit", BUY.adder.0, SELL.adder.0] {
            if k.has(key) && !k.has("file") {
                k.reject(key, "is about a file's values, and there is no `file`");
            }
        }
        let doc = "charge per kW of the month's highest mean import over a billing interval: one value or 12 by month";
        let demand_charge_per_kw = k.number("demand_charge_per_kw", doc).at_least(0.0).monthly();
        let billing_interval_s = read_interval_s(k);
        let currency = k.text("currency", "name of the currency, for reports; default EUR");
        if currency.as_deref().is_some_and(|name| name.trim().is_empty()) {
            k.reject("currency", "is empty; name the currency");
        }
        Self {
            buy,
            sell,
            series,
            per_kwh,
            demand_charge_per_kw,
            billing_interval_s,
            interval_at: Origin::of(k, "billing_interval_min"),
            currency: currency.unwrap_or_else(|| "EUR".to_owned()),
        }
    }
}

/// The file with the columns of the sides that have no value of their own.
fn read_series(k: &mut Keys<'_>, from_file: &[Side]) -> Option<SeriesPlan> {
    for side in [BUY, SELL] {
        // Known all the same; the side refuses it where its price is given otherwise.
        k.text(side.column.key, side.column.doc);
    }
    if k.has("file") && from_file.is_empty() {
        k.reject("file", "gives nothing: both prices have a value of their own; take it out");
    }
    if k.has("file") {
        let columns: Vec<_> = from_file.iter().map(|side| side.column).collect();
        return SeriesPlan::read_if_given(k, &columns).filter(|_| !columns.is_empty());
    }
    SeriesPlan::read_if_given(k, &[BUY.column, SELL.column])
}

fn read_interval_s(k: &mut Keys<'_>) -> u32 {
    let key = "billing_interval_min";
    let doc =
        "length of a billing interval of the demand charge, minutes; raised to the run's step where that is longer";
    let interval_min = k.number(key, doc).within(1.0, 1440.0).whole().or(BILLING_INTERVAL_MIN);
    if 1440.0 % interval_min != 0.0 {
        k.reject(key, format!("a day is no whole number of {interval_min} min; give 15, 30 or 60, say"));
    }
    if k.has(key) && !k.has("demand_charge_per_kw") {
        k.reject(key, "there is no `demand_charge_per_kw` to bill");
    }
    interval_min as u32 * 60
}
