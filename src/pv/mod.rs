//! Room 3: from the sky to power at the MV bus. Mount, shading, light on the cells, cell temperature, module, inverter, block.

mod block;
mod checks;
mod dc;
mod light;
mod monthly;
mod shading;
mod stages;
mod step;
mod turn;
mod year;

pub mod iam;
pub mod inverter;
pub mod module;
pub mod mount;
pub mod temperature;

pub use block::{Block, Origins};
pub use checks::check;
pub use dc::{DcArray, DcLosses, DcPoint, DcYear, left_after, read_degradation};
pub use light::{Ground, Light, Optics};
pub use monthly::Monthly;
pub use shading::{Rows, Shading, Shadow, View};
pub use stages::{Stage, Stages};
pub use turn::Turn;
pub use year::PvYear;

use crate::inputs::Weather;
use crate::keys::Keys;
use crate::solar::{Sky, Transposition};
use crate::time::Moment;
use step::{Air, BlockPower, BlockYear, InLight};

/// Albedo where neither the block nor the weather has one: grass and soil.
const ALBEDO: f64 = 0.2;

/// What the plant file says about this room.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Kinds of blocks.
    pub blocks: Vec<Block>,
}

impl Plan {
    /// Reads the `block` list of the `[pv]` table.
    pub fn read(k: &mut Keys<'_>) -> Self {
        let blocks = k.sections("block", "blocks of modules and inverters", Block::read);
        if blocks.is_empty() {
            k.reject("block", "there is no block; give at least one [[pv.block]]");
        }
        Self { blocks: blocks.into_iter().flatten().collect() }
    }

    /// Nameplate DC power of the plant, W.
    pub fn nominal_dc_w(&self) -> f64 {
        self.blocks.iter().map(|b| b.count * b.nominal_dc_w()).sum()
    }

    /// Largest AC power of all PV inverters, W.
    pub fn rated_ac_w(&self) -> f64 {
        self.blocks.iter().map(|b| b.count * b.rated_ac_w()).sum()
    }

    fn asks_the_calendar(&self) -> bool {
        let monthly = |b: &Block| !b.soiling.is_constant() || b.albedo.is_some_and(|a| !a.is_constant());
        self.blocks.iter().any(monthly)
    }
}

/// PV power of the whole plant, step by step. `years_since_start` is 0 in the first year of the modules' life.
///
/// By night the inverters draw their tare, the blocks their auxiliary load and the transformers their no-load loss. Any
/// finite weather gives finite power.
pub fn generate(
    plan: &Plan,
    weather: &Weather,
    sky: &Sky,
    transposition: Transposition,
    years_since_start: f64,
) -> PvYear {
    let len = weather.temp_air_c.len();
    let moments = if plan.asks_the_calendar() { weather.axis.moments() } else { vec![] };
    let hours = weather.axis.step_h();
    let mut year = PvYear::dark(len);
    for (n, block) in plan.blocks.iter().enumerate() {
        let aged = BlockYear::new(block, years_since_start, transposition);
        let mut nights = 0_u32;
        for i in 0..len {
            if sky.is_night(i) {
                nights += 1;
                year.add(i, &aged.night, block.count);
                if n == 0 {
                    year.temp_cell_c[i] = weather.temp_air_c[i];
                }
                continue;
            }
            let air = Air { temp_c: weather.temp_air_c[i], wind_m_s: weather.wind_speed_m_s[i] };
            let step = aged.in_light(&sky.point(i), air, ground(block, weather, i, moments.get(i)));
            let power = aged.power(&step);
            year.add(i, &power, block.count);
            year.stages.add(&power.ladder, block.count * hours);
            if n == 0 {
                year.show(i, &step);
            }
        }
        year.stages.add(&aged.night.ladder, block.count * hours * f64::from(nights));
    }
    year
}

fn ground(block: &Block, weather: &Weather, i: usize, moment: Option<&Moment>) -> Ground {
    let month0 = moment.map_or(0, |m| m.month0);
    let albedo = match (&block.albedo, &weather.albedo) {
        (Some(own), _) => own.in_month(month0),
        (None, Some(given)) => given[i],
        (None, None) => ALBEDO,
    };
    Ground { albedo, soiling: block.soiling.in_month(month0) }
}

impl PvYear {
    /// Adds so many blocks of one kind to a step.
    #[inline]
    fn add(&mut self, i: usize, power: &BlockPower, count: f64) {
        let ladder = &power.ladder;
        self.nominal_w[i] += count * ladder.after(Stage::PlaneOfArray);
        self.dc_w[i] += count * ladder.after(Stage::DcWiring);
        self.inverter_ac_w[i] += count * ladder.after(Stage::NightTare);
        self.inverter_clipped_w[i] += count * ladder.loss(Stage::Clipping);
        self.mv_w[i] += count * ladder.after(Stage::Collection);
        self.running[i] |= power.running;
    }

    /// Shows one block's light and cells.
    fn show(&mut self, i: usize, step: &InLight) {
        self.tracker_angle_deg[i] = step.pose.tracker_angle_deg;
        self.poa_w_m2[i] = step.light.poa_w_m2;
        self.poa_effective_w_m2[i] = step.light.effective_w_m2;
        self.temp_cell_c[i] = step.temp_cell_c;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::error::{Findings, Problem};
    use crate::keys::{Door, Node};
    use crate::solar::SkyPoint;
    use crate::time::TimeAxis;
    use proptest::prelude::*;

    /// CS6X-310P on SG2500U, as the library has them.
    fn shelf(shelf: &str, name: &str) -> Result<Node, Vec<Problem>> {
        let text = match (shelf, name) {
            ("modules", "cs6x-310p") => MODULE,
            ("inverters", "sg2500u") => INVERTER,
            ("transformers", "pad") => "rating_mva = 5.0\nno_load_pct = 0.2\nfull_load_pct = 0.7\nsource = \"here\"",
            _ => return Err(vec![Problem { place: String::new(), key: String::new(), message: format!("no {name}") }]),
        };
        Node::parse(text, &format!("models/{shelf}/{name}.toml"))
    }

    const MODULE: &str = "manufacturer = \"Canadian Solar\"\nmodel = \"CS6X-310P\"\ntechnology = \"Multi-c-Si\"\n\
        source = \"SAM\"\ndc_model = \"cec\"\npower_stc_w = 310.128\narea_m2 = 1.901\ncells_in_series = 72\n\
        i_sc_ref_a = 9.08\nv_oc_ref_v = 44.9\ni_mp_ref_a = 8.52\nv_mp_ref_v = 36.4\nalpha_sc_a_per_c = -0.004304\n\
        beta_oc_v_per_c = -0.137888\ngamma_pmp_pct_per_c = -0.4002\na_ref_v = 1.559073\ni_l_ref_a = 9.097388\n\
        i_o_ref_a = 2.766528e-12\nr_s_ohm = 0.429443\nr_sh_ref_ohm = 224.251984\nadjust_pct = -18.547718\n\
        noct_c = 45.8\nbifacial = false";

    const INVERTER: &str = "manufacturer = \"Sungrow\"\nmodel = \"SG2500U\"\nsource = \"SAM\"\nac_model = \"sandia\"\n\
        ac_power_max_w = 2500000\ndc_power_max_w = 2542502.5\ndc_voltage_nominal_v = 900\n\
        dc_power_startup_w = 3912.462158\nc0_per_w = -3.864416e-9\nc1_per_v = 4.990351e-6\nc2_per_v = 0.000279\n\
        c3_per_v = -0.000498\nnight_tare_w = 750\ndc_voltage_max_v = 1200\nmppt_low_v = 800\nmppt_high_v = 1200\n\
        ac_voltage_v = 550";

    /// Two inverters, 6.2 MW of modules on trackers, every loss in use.
    pub(crate) const BLOCK: &str = "[[block]]\nname = \"A\"\ncount = 20\nmodule = \"cs6x-310p\"\ninverter = \"sg2500u\"\n\
        inverters = 2\nstrings = 800\nmodules_per_string = 26\n\
        mount = { kind = \"single_axis_tracker\", max_angle_deg = 60, gcr = 0.4 }\nsoiling_pct = 2\nmismatch_pct = 1\n\
        dc_wiring_pct = 1.5\nlid_pct = 1\nmodule_quality_pct = -0.5\ndegradation_pct_per_year = 0.5\n\
        auxiliary_kw = 1\ntransformer = \"pad\"\ncollection_pct = 1\n";

    /// The plan of a text, or every problem with it.
    pub(crate) fn plan(text: &str) -> Result<Plan, String> {
        let node = Node::parse(text, "plant.toml").unwrap();
        let findings = Findings::default();
        let plan = Keys::read(&node, &Door { findings: &findings, shelf: &shelf }, Plan::read);
        findings.conclude(plan).map(|(plan, _)| plan).map_err(|p| p.to_string())
    }

    /// Weather and sky of hours given as zenith, azimuth, DNI, DHI, air temperature and wind.
    fn hours(steps: &[[f64; 6]]) -> (Weather, Sky) {
        let start = jiff::civil::date(2021, 6, 21).at(0, 0, 0, 0);
        let axis = TimeAxis { start, step_s: 3600, len: steps.len(), utc_offset_s: 0, leap_days: true };
        let weather = Weather {
            axis,
            mid_utc_s: vec![0; steps.len()],
            ghi_w_m2: None,
            dni_w_m2: None,
            dhi_w_m2: None,
            temp_air_c: steps.iter().map(|s| s[4]).collect(),
            wind_speed_m_s: steps.iter().map(|s| s[5]).collect(),
            pressure_pa: None,
            albedo: None,
            irradiance_factor: 1.0,
            coldest_daylight_c: 10.0,
        };
        let point = |[zenith, azimuth, dni, dhi, ..]: &[f64; 6]| {
            let beam = dni * zenith.to_radians().cos();
            SkyPoint::new(*zenith, *azimuth, [beam + dhi, *dni, *dhi, 1361.0], 1.5)
        };
        (weather, steps.iter().map(point).collect())
    }

    const NIGHT: [f64; 6] = [120.0, 0.0, 0.0, 0.0, 12.0, 2.0];
    const NOON: [f64; 6] = [12.0, 180.0, 950.0, 80.0, 30.0, 2.0];
    const MORNING: [f64; 6] = [82.0, 75.0, 400.0, 40.0, 15.0, 1.0];

    #[test]
    fn every_hour_of_a_day_has_its_power_and_the_ladder_ends_at_the_mv_bus() {
        let plan = plan(BLOCK).unwrap();
        let (weather, sky) = hours(&[NIGHT, MORNING, NOON]);
        let year = generate(&plan, &weather, &sky, Transposition::Perez, 0.0);
        assert_eq!(year.running, [false, true, true]);
        // 20 blocks of 2·750 W tare and 1 kW auxiliary before the transformer's 10 kW; cable and windings lose a few watts.
        assert_eq!((year.dc_w[0], year.inverter_ac_w[0]), (0.0, -30e3));
        assert!((year.mv_w[0] + 20.0 * 12.5e3).abs() < 20.0, "{}", year.mv_w[0]);
        assert!((year.inverter_ac_w[2] - plan.rated_ac_w()).abs() < 1e-6 && year.inverter_clipped_w[2] > 0.0);
        assert_eq!((year.temp_cell_c[0], year.poa_w_m2[0], year.tracker_angle_deg[0]), (12.0, 0.0, 0.0));
        assert!(year.tracker_angle_deg[1] < 0.0 && year.temp_cell_c[2] > 50.0);
        let sum_wh: f64 = year.mv_w.iter().sum();
        let ladder = &year.stages;
        assert!((ladder.after(Stage::Collection) - sum_wh).abs() < 1e-12 * ladder.after(Stage::PlaneOfArray));
    }

    #[test]
    fn a_block_of_power_models_by_hand() {
        // Level modules, 1000 W/m² from the zenith (no reflection, no temperature effect at 25 °C): 2000 kW DC.
        // ζ = 2000/2500 = 0.8: η = 0.96/0.9637·(0.9858 − 0.01296 − 0.007375) = 0.961 758; AC = 1923.5165 kW
        let text = "[[block]]\nstrings = 100\nmodules_per_string = 50\n\
            module = { dc_model = \"pvwatts\", power_stc_w = 400, gamma_pmp_pct_per_c = 0 }\n\
            inverter = { ac_model = \"pvwatts\", ac_power_max_w = 2400000 }\n\
            mount = { kind = \"fixed\", tilt_deg = 0, azimuth_deg = 180 }\ncollection_pct = 1\n";
        let (weather, sky) = hours(&[[0.0, 180.0, 1000.0, 0.0, 25.0, 0.0]]);
        let year = generate(&plan(text).unwrap(), &weather, &sky, Transposition::Isotropic, 0.0);
        assert!((year.dc_w[0] - 2e6).abs() < 1e-6);
        let ac_w = 2e6 * 0.96 / 0.9637 * (0.9858 - 0.012_96 - 0.007_375);
        assert!((year.inverter_ac_w[0] - ac_w).abs() < 1e-6);
        assert!((year.mv_w[0] - (ac_w - 0.01 / 2.4e6 * ac_w * ac_w)).abs() < 1e-6);
    }

    #[test]
    fn soiling_follows_the_month_and_aging_the_year() {
        let dirty_june = BLOCK.replace("soiling_pct = 2", "soiling_pct = [0,0,0,0,0,50,0,0,0,0,0,0]");
        let (weather, sky) = hours(&[MORNING]);
        let run = |text: &str, age| generate(&plan(text).unwrap(), &weather, &sky, Transposition::Perez, age);
        let (clean, june) = (run(&BLOCK.replace("soiling_pct = 2", "soiling_pct = 0"), 0.0), run(&dirty_june, 0.0));
        assert!((june.poa_effective_w_m2[0] / clean.poa_effective_w_m2[0] - 0.5).abs() < 1e-12);
        let loss = run(BLOCK, 10.0).stages;
        assert!((loss.loss(Stage::Degradation) / loss.after(Stage::Mismatch) - 0.05).abs() < 1e-12);
        assert_eq!(run(BLOCK, 0.0).stages.loss(Stage::Degradation), 0.0);
    }

    #[test]
    fn the_block_s_albedo_goes_before_the_weather_s() {
        let (mut weather, sky) = hours(&[MORNING]);
        weather.albedo = Some(vec![0.9]);
        let poa = |text: &str, weather: &Weather| {
            generate(&plan(text).unwrap(), weather, &sky, Transposition::Perez, 0.0).poa_w_m2[0]
        };
        let own = format!("{BLOCK}albedo = 0.2\n");
        assert!(poa(BLOCK, &weather) > poa(&own, &weather));
        weather.albedo = None;
        assert_eq!(poa(BLOCK, &weather), poa(&own, &weather));
    }

    #[test]
    fn a_plan_without_blocks_gives_a_dark_year() {
        let (weather, sky) = hours(&[NOON, NIGHT]);
        assert_eq!(generate(&Plan::default(), &weather, &sky, Transposition::Perez, 0.0), PvYear::dark(2));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn stages_close_and_all_is_finite_for_any_weather(
            steps in prop::collection::vec(
                (0.0..180.0f64, 0.0..360.0f64, 0.0..1200.0f64, 0.0..800.0f64, -60.0..60.0f64, 0.0..40.0f64), 1..20),
            age in 0u32..300,
        ) {
            let steps: Vec<_> = steps
                .into_iter()
                .map(|(z, a, dni, dhi, t, w)| [z, a, if z < 90.0 { dni } else { 0.0 }, dhi, t, w])
                .collect();
            let (weather, sky) = hours(&steps);
            let year = generate(&plan(BLOCK).unwrap(), &weather, &sky, Transposition::Perez, f64::from(age));
            let scale = year.stages.after(Stage::PlaneOfArray).max(1e6);
            let sum_wh: f64 = year.mv_w.iter().sum();
            prop_assert!((year.stages.after(Stage::Collection) - sum_wh).abs() <= 1e-12 * scale);
            for stage in [Stage::RowShading, Stage::Soiling, Stage::MpptWindow, Stage::DcWiring, Stage::Clipping] {
                prop_assert!(year.stages.loss(stage) >= -1e-9 * scale, "{stage:?}");
            }
            for column in [&year.dc_w, &year.mv_w, &year.temp_cell_c, &year.poa_w_m2, &year.poa_effective_w_m2] {
                prop_assert!(column.iter().all(|x| x.is_finite()));
            }
        }
    }
}
