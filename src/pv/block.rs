//! A block: strings of modules on one mount, their inverters, the block's transformer and its cable to the MV bus.

use super::dc::{DcArray, DcLosses};
use super::iam::Iam;
use super::inverter::Inverter;
use super::module::Module;
use super::monthly::Monthly;
use super::mount::Mount;
use super::shading::Shading;
use super::temperature::Temperature;
use crate::keys::{Keys, Origin};
use crate::losses::{Auxiliary, Line, Transformer};
use crate::units::{KILO, fraction};

/// Blocks of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Name in messages and reports; may be empty.
    pub name: String,
    /// Number of such blocks.
    pub count: f64,
    /// How the modules stand.
    pub mount: Mount,
    /// Whether rows shade each other.
    pub shading: Shading,
    /// Share of light the ground reflects; none where the weather or the default decides.
    pub albedo: Option<Monthly>,
    /// Share of light the dirt takes.
    pub soiling: Monthly,
    /// Reflection at the glass.
    pub iam: Iam,
    /// Cell temperature.
    pub temperature: Temperature,
    /// Modules and DC losses of one block.
    pub array: DcArray,
    /// The inverter, of which all are alike.
    pub inverter: Inverter,
    /// Inverters of one block; they share its DC power equally.
    pub inverters: f64,
    /// Constant load of one block, day and night.
    pub auxiliary: Auxiliary,
    /// Transformer of one block.
    pub transformer: Transformer,
    /// Cable of one block to the MV bus.
    pub collection: Line,
    /// Where the keys were written that are judged when the weather is known.
    pub origins: Origins,
}

/// Places of keys in the plant file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origins {
    /// `modules_per_string`.
    pub modules_per_string: Origin,
    /// `strings`.
    pub strings: Origin,
    /// `transformer`.
    pub transformer: Origin,
}

impl Block {
    /// Reads one `[[pv.block]]`; none where a module or an inverter could not be read.
    pub fn read(k: &mut Keys<'_>) -> Option<Self> {
        let name = k.text("name", "name in reports").unwrap_or_default();
        let count = k.number("count", "number of identical blocks").whole().within(1.0, 1e6).or(1.0);
        let module = k.equipment("module", "modules", "PV module", Module::read);
        let inverter = k.equipment("inverter", "inverters", "PV inverter", Inverter::read);
        let strings = k.number("strings", "strings in parallel per block").whole().within(1.0, 1e7).required();
        let series = k.number("modules_per_string", "modules in series").whole().within(1.0, 1e4).required();
        let inverters = k.number("inverters", "inverters per block").whole().within(1.0, 1e6).or(1.0);
        let mount = k.required_section("mount", "how the modules stand", Mount::read);
        let light = read_light(k, &mount);
        let doc = "model of the cell temperature";
        let temperature = k.section_or_default("temperature", doc, |k| Temperature::read(k, module.as_ref()));
        let losses = DcLosses::read(k);
        let auxiliary = k.number("auxiliary_kw", "constant load of a block, kW").within(0.0, 1e5).or(0.0) * KILO;
        let doc = "transformer of a block: a name or its keys; lossless when left out";
        let transformer = k
            .optional_equipment("transformer", "transformers", doc, Transformer::read)
            .unwrap_or_else(Transformer::lossless);
        let doc = "resistive loss of a block's cable, % at its rated power";
        let collection = fraction(k.number("collection_pct", doc).within(0.0, 20.0).or(0.0));
        let (module, inverter) = (module?, inverter?);
        Some(Self {
            name,
            count,
            mount,
            shading: light.shading,
            albedo: light.albedo,
            soiling: light.soiling,
            iam: light.iam,
            temperature,
            array: DcArray { module, strings, modules_per_string: series, losses },
            inverter,
            inverters,
            auxiliary: Auxiliary::new(auxiliary),
            transformer,
            collection: Line::from_loss_at(collection, inverters * inverter.ac_power_max_w),
            origins: Origins {
                modules_per_string: Origin::of(k, "modules_per_string"),
                strings: Origin::of(k, "strings"),
                transformer: Origin::of(k, "transformer"),
            },
        })
    }

    /// Nameplate DC power of one block, W.
    pub fn nominal_dc_w(&self) -> f64 {
        self.array.nominal_w()
    }

    /// Largest AC power of the inverters of one block, W.
    pub fn rated_ac_w(&self) -> f64 {
        self.inverters * self.inverter.ac_power_max_w
    }
}

/// The keys of a block that act on the light.
struct LightKeys {
    shading: Shading,
    albedo: Option<Monthly>,
    soiling: Monthly,
    iam: Iam,
}

fn read_light(k: &mut Keys<'_>, mount: &Mount) -> LightKeys {
    let shading = k.section("shading", "effect of the rows' shade", Shading::read);
    if shading == Some(Shading::Linear) && mount.rows().is_none() {
        k.reject("shading", "rows cannot shade each other without a distance: give gcr in the mount");
    }
    let doc = "share of light the ground reflects; the weather file's, or 0.2, unless given";
    let albedo = k.number("albedo", doc).within(0.0, 1.0).monthly();
    let soiling =
        k.number("soiling_pct", "light the dirt takes, %, one value or 12").within(0.0, 100.0).monthly_or(0.0);
    let iam = k.section_or_default("iam", "reflection at the glass", Iam::read);
    LightKeys {
        shading: shading.unwrap_or_default(),
        albedo: albedo.map(Monthly::new),
        soiling: Monthly::new(soiling.map(fraction)),
        iam,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{BLOCK, plan};
    use crate::keys::Keys;
    use crate::pv::Plan;

    #[test]
    fn a_full_block_is_read_and_rated() {
        let plan = plan(BLOCK).unwrap();
        assert!((plan.nominal_dc_w() - 20.0 * 800.0 * 26.0 * 310.128).abs() < 1e-3);
        assert_eq!(plan.rated_ac_w(), 20.0 * 2.0 * 2.5e6);
        assert_eq!(plan.blocks[0].transformer.rating_va(), 5e6);
    }

    #[test]
    fn the_same_plan_on_other_lines_is_the_same_plan() {
        assert_eq!(plan(BLOCK).unwrap(), plan(&format!("\n\n{BLOCK}")).unwrap());
        assert_ne!(plan(BLOCK).unwrap(), plan(&BLOCK.replace("lid_pct = 1", "lid_pct = 2")).unwrap());
    }

    #[test]
    fn wrong_keys_are_refused_with_what_would_be_right() {
        for (from, to, message) in [
            ("inverters = 2", "inverters = 0", "pv.inverters: 0 is out of range"),
            ("gcr = 0.4", "gcr = 4", "mount.gcr: 4 is out of range; it must be above 0 and up to 1"),
            (", gcr = 0.4", "", "mount.gcr: missing; backtracking goes by the ground coverage ratio"),
            ("lid_pct", "lid_pc", "lid_pc: unknown key; did you mean lid_pct"),
            ("\"sg2500u\"", "\"sg\"", "inverter: no sg"),
            ("\"pad\"", "\"pod\"", "transformer: no pod"),
            ("gcr = 0.4 }", "backtrack = false }\nshading = { model = \"linear\" }", "without a distance"),
            ("lid_pct = 1", "temperature = { model = \"noct\" }", "did you mean noct_sam"),
            ("module = \"cs6x-310p\"", "", "module: missing; it is required: PV module"),
        ] {
            let text = BLOCK.replace(from, to);
            let refused = plan(&text).unwrap_err();
            assert!(refused.contains(message.trim_start_matches("pv.")), "{refused}");
        }
    }

    #[test]
    fn the_noct_model_takes_from_the_module_what_it_needs() {
        let noct = format!("{BLOCK}temperature = {{ model = \"noct_sam\" }}\n");
        assert!(plan(&noct).is_ok());
        let bare = "module = { dc_model = \"pvwatts\", power_stc_w = 300, gamma_pmp_pct_per_c = -0.4 }";
        let refused = plan(&noct.replace("module = \"cs6x-310p\"", bare)).unwrap_err();
        assert!(refused.contains("noct_c: missing") && refused.contains("area_m2"), "{refused}");
    }

    #[test]
    fn the_schema_knows_a_transformer_by_name_and_by_its_keys() {
        let schema = Keys::describe(|k| drop(Plan::read(k))).into_object("pv");
        let block = &schema["properties"]["block"]["items"];
        assert_eq!(block["properties"]["transformer"]["anyOf"][0]["type"], "string");
        assert!(block["properties"]["transformer"]["anyOf"][1]["properties"]["rating_mva"].is_object());
        assert!(!block["required"].as_array().unwrap().contains(&"transformer".into()));
    }
}
