//! Catalogue of incidence angle modifiers: light lost at the glass because it does not come straight.

mod ashrae;
mod diffuse;
mod physical;

pub use ashrae::Ashrae;
pub use diffuse::DiffuseModifiers;
pub use physical::Physical;

use std::sync::{Arc, LazyLock};

use crate::keys::{Keys, Variant};

/// The models of a cover.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cover {
    /// Optics of a glass.
    Physical(Physical),
    /// One coefficient.
    Ashrae(Ashrae),
}

/// A cover with its means over sky and ground, tabulated once.
#[derive(Debug, Clone, PartialEq)]
pub struct Iam {
    cover: Cover,
    diffuse: Arc<DiffuseModifiers>,
}

/// The usual glass, whose tables most plants want.
static USUAL: LazyLock<Iam> = LazyLock::new(|| Iam::tabulated(Cover::Physical(Physical::usual())));

const VARIANTS: &[Variant<Cover>] = &[
    Variant { name: "physical", doc: physical::DOC, read: |k| Cover::Physical(Physical::read(k)) },
    Variant { name: "ashrae", doc: ashrae::DOC, read: |k| Cover::Ashrae(Ashrae::read(k)) },
];

impl Iam {
    /// A cover with its tables.
    pub fn new(cover: Cover) -> Self {
        if cover == USUAL.cover { USUAL.clone() } else { Self::tabulated(cover) }
    }

    fn tabulated(cover: Cover) -> Self {
        let blind_rad = match cover {
            Cover::Physical(_) => std::f64::consts::FRAC_PI_2,
            Cover::Ashrae(m) => m.blind_beyond_rad(),
        };
        Self { cover, diffuse: Arc::new(DiffuseModifiers::of(|cos| cover.modifier(cos), blind_rad)) }
    }

    /// Reads the `iam` table of a block.
    pub fn read(k: &mut Keys<'_>) -> Self {
        Self::new(k.tagged("model", "model of the cover", VARIANTS, Some("physical")))
    }

    /// Modifier of beam and circumsolar light, by the cosine of the angle of incidence; zero from behind.
    #[inline]
    pub fn beam(&self, cos_aoi: f64) -> f64 {
        self.cover.modifier(cos_aoi)
    }

    /// Modifiers of the light from the sky and from the ground, by the tilt of the plane, degrees.
    #[inline]
    pub fn diffuse(&self, tilt_deg: f64) -> (f64, f64) {
        self.diffuse.at(tilt_deg)
    }
}

impl Cover {
    /// Modifier of a beam by the cosine of the angle of incidence; zero from behind.
    #[inline]
    pub fn modifier(&self, cos_aoi: f64) -> f64 {
        match self {
            Self::Physical(m) => m.modifier(cos_aoi),
            Self::Ashrae(m) => m.modifier(cos_aoi),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_pvlib_diffuse_modifiers_to_the_width_of_its_pixels() {
        // pvlib 0.16.1 documents marion_diffuse('physical', 20) and ('ashrae', 20, b=0.04), summed over pixels of 1°.
        let glass = Iam::new(Cover::Physical(Physical::new(1.526, 4.0, 0.002, None))).diffuse(20.0);
        assert!((glass.0 - 0.953_917_8).abs() < 1e-4 && (glass.1 - 0.638_714).abs() < 1e-3, "{glass:?}");
        let ashrae = Iam::new(Cover::Ashrae(Ashrae { b0: 0.04 })).diffuse(20.0);
        assert!((ashrae.0 - 0.967_489_99).abs() < 1e-4 && (ashrae.1 - 0.770_044).abs() < 1e-3, "{ashrae:?}");
    }
}
