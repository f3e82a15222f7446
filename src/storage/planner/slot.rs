//! What the planner looks at in a slot, and what it says about one. All powers are means at the POI.

use super::Settings;

/// What is known or forecast of one slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// All-in price of consumption, per kWh.
    pub buy_per_kwh: f64,
    /// Price of feed-in, per kWh.
    pub sell_per_kwh: f64,
    /// Available PV, W. Night draw is negative and counts as demand.
    pub pv_w: f64,
    /// Site load and vehicles, W.
    pub demand_w: f64,
    /// Largest import, W, 0 to infinite.
    pub import_limit_w: f64,
    /// Largest export, W, 0 to infinite.
    pub export_limit_w: f64,
    /// Whether the battery may charge from the grid in this slot.
    pub grid_charge_allowed: bool,
}

/// The battery as seen from the POI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Store {
    /// Level under which neither sale nor self-supply discharges, Wh.
    pub floor_wh: f64,
    /// What lies right under the floor that may keep the import limit in this step, because vehicles need it, Wh.
    pub boost_wh: f64,
    /// Level of the full battery, Wh.
    pub full_wh: f64,
    /// Largest charge power, W.
    pub charge_w: f64,
    /// Largest discharge power, W.
    pub discharge_w: f64,
    /// Stored energy per energy taken, 0 to 1.
    pub eta_charge: f64,
    /// Energy given per stored energy, 0 to 1.
    pub eta_discharge: f64,
}

/// Why a slot is as it is: what the battery does in it, or else why nothing is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing to do.
    Idle,
    /// Serves the site.
    SelfSupply,
    /// Sells what the plan does not need.
    SaleSurplus,
    /// Sells what was kept for a later, cheaper deficit.
    SaleArbitrage,
    /// Charges from the grid for a later deficit.
    GridCharge,
    /// Stores PV surplus.
    PvCharge,
    /// The consumption price is negative: charges as much as it can, and never sells.
    NegativePrice,
    /// Discharges so that the import limit holds.
    ImportLimit,
    /// Not sold: the feed-in price is not positive or less than the minimum price difference.
    BelowMargin,
    /// Not sold: a charging slot.
    ChargingSlot,
    /// Not sold: too near the end of the horizon.
    Tail,
    /// Not sold: the stock is kept for dearer deficits than the slot's own, which a sale would have to serve first.
    OwnDeficit,
    /// Not sold: no power or export room left.
    NoRoom,
    /// Not sold: the plan needs all there is.
    NoBudget,
}

impl Reason {
    /// The reason's name in the results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::SelfSupply => "self_supply",
            Self::SaleSurplus => "sale_surplus",
            Self::SaleArbitrage => "sale_arbitrage",
            Self::GridCharge => "grid_charge",
            Self::PvCharge => "pv_charge",
            Self::NegativePrice => "negative_price",
            Self::ImportLimit => "import_limit",
            Self::BelowMargin => "below_margin",
            Self::ChargingSlot => "charging_slot",
            Self::Tail => "tail",
            Self::OwnDeficit => "own_deficit",
            Self::NoRoom => "no_room",
            Self::NoBudget => "no_budget",
        }
    }
}

/// The plan for one slot; powers 0 or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannedSlot {
    /// PV stored, W.
    pub charge_pv_w: f64,
    /// Taken from the grid to be stored, W.
    pub charge_grid_w: f64,
    /// Discharge that serves the site, W.
    pub self_supply_w: f64,
    /// Sale of what the plan does not need (mode 1), W.
    pub sale_surplus_w: f64,
    /// Sale of what was kept for later (mode 2), W.
    pub sale_arbitrage_w: f64,
    /// PV that is neither used, stored nor exported, W.
    pub pv_curtailed_w: f64,
    /// Import, W.
    pub import_w: f64,
    /// Export, W.
    pub export_w: f64,
    /// Stored energy at the slot's end, Wh.
    pub stored_end_wh: f64,
    /// Whether all surplus is stored, however much comes.
    pub stores_all: bool,
    /// Whether every deficit is served, however large.
    pub serves_all: bool,
    /// Whether PV is curtailed although it would fit, because the room is kept for something better.
    pub keeps_room: bool,
    /// Why.
    pub reason: Reason,
}

impl PlannedSlot {
    /// A slot about which nothing is planned.
    pub const IDLE: Self = Self {
        charge_pv_w: 0.0,
        charge_grid_w: 0.0,
        self_supply_w: 0.0,
        sale_surplus_w: 0.0,
        sale_arbitrage_w: 0.0,
        pv_curtailed_w: 0.0,
        import_w: 0.0,
        export_w: 0.0,
        stored_end_wh: 0.0,
        stores_all: false,
        serves_all: false,
        keeps_room: false,
        reason: Reason::Idle,
    };

    /// Both sales, W.
    pub fn sale_w(&self) -> f64 {
        self.sale_surplus_w + self.sale_arbitrage_w
    }

    /// Planned battery power, W, positive when discharging.
    pub fn pb_w(&self) -> f64 {
        self.self_supply_w + self.sale_w() - self.charge_pv_w - self.charge_grid_w
    }
}

/// A slot's powers before the battery, under the price rules for PV.
///
/// PV feeds in while the feed-in price is 0 or more. Below, export is curtailed to zero. While both prices are negative
/// PV is off, if that is chosen and the import limit allows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Flow {
    /// PV beyond demand, W.
    pub surplus_w: f64,
    /// Demand beyond PV, W.
    pub deficit_w: f64,
    /// The part of the deficit above the import limit, W.
    pub overload_w: f64,
    /// Whether PV is switched off.
    pub pv_off: bool,
    /// Largest export, W; 0 where the price curtails it.
    pub export_cap_w: f64,
    /// Surplus above the largest export, W.
    pub above_cap_w: f64,
    /// Whether charging is paid for: a negative consumption price, and the grid may charge the battery.
    pub paid_to_charge: bool,
    /// Whether the battery may charge from the grid.
    pub grid_allowed: bool,
    /// What the battery may take without being bought for later, W: PV surplus, or all the limits allow where charging
    /// is paid for. Not yet limited by the room.
    pub free_w: f64,
}

impl Flow {
    pub fn of(slot: &Slot, store: &Store, settings: &Settings) -> Self {
        let negative = (slot.buy_per_kwh < 0.0, slot.sell_per_kwh < 0.0);
        let off_is_possible = slot.pv_w > 0.0 && slot.demand_w <= slot.import_limit_w;
        let pv_off = settings.pv_off_both_negative && negative == (true, true) && off_is_possible;
        let pv_w = if pv_off { 0.0 } else { slot.pv_w };
        let (surplus_w, deficit_w) = ((pv_w - slot.demand_w).max(0.0), (slot.demand_w - pv_w).max(0.0));
        let export_cap_w = if negative.1 { 0.0 } else { slot.export_limit_w };
        let grid_allowed = settings.grid_charging && slot.grid_charge_allowed;
        let paid_to_charge = grid_allowed && negative.0;
        let import_room_w = (slot.import_limit_w - deficit_w).max(0.0);
        let offered_w = if paid_to_charge { surplus_w + import_room_w } else { surplus_w };
        Self {
            surplus_w,
            deficit_w,
            overload_w: (deficit_w - slot.import_limit_w).max(0.0),
            pv_off,
            export_cap_w,
            above_cap_w: (surplus_w - export_cap_w).max(0.0),
            paid_to_charge,
            grid_allowed,
            free_w: if store.eta_charge > 0.0 { offered_w.min(store.charge_w) } else { 0.0 },
        }
    }
}
