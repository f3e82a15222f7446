//! Our own results, frozen: a change that moves them must be meant, and is then noted in the changelog.

use pvess::{Project, Simulation};

const FIGURES: [&str; 7] = [
    "pv_mv_mwh",
    "export_mwh",
    "import_mwh",
    "curtailed_mwh",
    "charge_dc_mwh",
    "discharge_dc_mwh",
    "limit_approximation_mwh",
];

/// Annual figures of every shipped plant.
const FROZEN: [(&str, [f64; 7]); 4] = [
    (
        "daggett-lgia-excess",
        [
            390_482.282_533_387_54,
            363_372.681_205_106_14,
            1_273.468_642_314_034_7,
            17_912.052_668_372_933,
            31_524.993_052_933_85,
            29_058.912_438_258_994,
            73.896_108_661_665_9,
        ],
    ),
    (
        "daggett-evening-peak",
        [
            299_950.285_061_267_1,
            288_574.368_262_808_1,
            979.272_214_895_899_4,
            0.0,
            62_510.932_903_795_12,
            57_617.614_913_982_645,
            0.0,
        ],
    ),
    (
        "greensboro-custom",
        [
            19_768.079_878_369_263,
            18_781.623_086_701_096,
            53.788_430_668_065_83,
            143.986_802_487_948_75,
            4_137.342_347_141_338,
            3_827.429_608_995_821_6,
            0.0,
        ],
    ),
    (
        "moffat-series",
        [
            49_271.736_249_999_99,
            45_996.107_181_923_39,
            294.534_096_955_096_9,
            2_475.729_081_918_406_3,
            3_578.157_381_301_058_6,
            3_314.277_215_757_504_6,
            0.0,
        ],
    ),
];

#[test]
fn regress_annual_figures_of_the_shipped_plants() {
    for (name, frozen) in FROZEN {
        let project = Project::shipped(name, &[]).unwrap_or_else(|p| panic!("{name}: {p}"));
        let total = Simulation::new(&project).keep_steps(false).run().summary.total;
        for (figure, frozen) in FIGURES.iter().zip(frozen) {
            let ours = total.get(figure).unwrap();
            // What is left of a small difference of large sums carries their rounding.
            let allowed = 1e-9 * frozen.abs() + 1e-6;
            assert!((ours - frozen).abs() <= allowed, "{name}: {figure} is {ours}, was {frozen}");
        }
    }
}
