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
const FROZEN: [(&str, [f64; 7]); 11] = [
    (
        "daggett-lgia-excess",
        [
            390_482.281_865_415_57,
            363_372.680_544_066_36,
            1_273.468_642_286_707,
            17_912.052_668_378_274,
            31_524.993_052_938_655,
            29_058.912_438_263_43,
            73.896_108_662_604_14,
        ],
    ),
    (
        "daggett-evening-peak",
        [
            299_950.284_553_822_5,
            288_574.367_760_806_7,
            979.272_214_875_260_9,
            0.0,
            62_510.932_903_678_94,
            57_617.614_913_982_38,
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
    (
        "aachen-grid-capacity-expansion",
        [
            527.949_124_663_915_7,
            248.772_766_942_716_66,
            371.153_058_490_326_54,
            18.753_088_128_649_747,
            21.441_351_823_363_703,
            19.936_725_120_378_12,
            0.0,
        ],
    ),
    (
        "aachen-optimal",
        [
            527.949_124_663_915_7,
            170.301_664_843_926_12,
            294.939_197_141_347_56,
            7.587_936_262_354_77,
            146.372_233_586_354_95,
            137.589_899_571_173_87,
            0.0,
        ],
    ),
    (
        "aachen-peak-shaving",
        [
            527.949_124_663_915_7,
            246.323_356_651_756_88,
            371.008_038_002_102_35,
            18.753_088_128_649_747,
            51.882_697_151_461_79,
            48.652_058_575_681_245,
            0.0,
        ],
    ),
    (
        "aachen-pv-smoothing",
        [
            527.949_124_663_915_7,
            527.416_616_712_285_9,
            0.574_866_218_760_692_4,
            0.0,
            10.147_698_134_020_57,
            9.538_996_258_134_642,
            0.0,
        ],
    ),
    (
        "aachen-self-sufficiency",
        [
            527.949_124_663_915_7,
            149.997_272_440_484_98,
            278.114_867_804_684_1,
            28.887_058_148_095_06,
            86.648_755_940_048_82,
            81.623_910_767_325_68,
            0.0,
        ],
    ),
    (
        "aachen-self-sufficiency-zero-feed-in",
        [
            527.949_124_663_915_7,
            0.0,
            280.210_172_248_211_85,
            181.018_761_712_196_98,
            86.004_370_715_757_66,
            81.018_188_656_491_93,
            0.0,
        ],
    ),
    (
        "aachen-sell-to-grid",
        [
            527.949_124_664_517_7,
            169.534_369_716_196_98,
            298.222_253_379_225_2,
            8.205_558_188_916_946,
            179.383_495_680_335_7,
            168.795_002_414_382_76,
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
