//! A tag in the plant file that chooses one of a catalogue's variants, whose keys stand beside it.

use super::{Keys, Value, not_one_of};

/// One choice of a catalogue: its name in the plant file, what it is, and how its own keys are read.
pub struct Variant<T> {
    /// The tag in the plant file.
    pub name: &'static str,
    /// One line for the reference.
    pub doc: &'static str,
    /// Reads the keys of this variant, which stand beside the tag.
    pub read: fn(&mut Keys<'_>) -> T,
}

impl Keys<'_> {
    /// The variant named by `tag`, read from the keys beside it. Without a tag the default, if there is one.
    pub fn tagged<T>(
        &mut self,
        tag: &'static str,
        doc: &'static str,
        variants: &[Variant<T>],
        default: Option<&'static str>,
    ) -> T {
        if self.schema.is_some() {
            return self.describe_variants(tag, doc, variants, default);
        }
        let names: Vec<_> = variants.iter().map(|v| v.name).collect();
        let node = self.take(tag);
        let name = match node.map(|n| &n.value) {
            Some(Value::Text(name)) => Some(name.as_str()),
            Some(_) => None,
            None => default,
        };
        if let Some(variant) = variants.iter().find(|v| Some(v.name) == name) {
            return (variant.read)(self);
        }
        match node {
            Some(node) => self.note(node.place.to_string(), self.path_of(tag), not_one_of(node, &names)),
            None => self.missing(tag, doc),
        }
        // Which keys belong beside an unknown tag cannot be told, so none is refused.
        self.silent = true;
        (variants[0].read)(&mut Keys::absent(self.door, self.path.clone(), false))
    }

    fn describe_variants<T>(
        &mut self,
        tag: &'static str,
        doc: &'static str,
        variants: &[Variant<T>],
        default: Option<&'static str>,
    ) -> T {
        let mut read = None;
        let mut described = vec![];
        for variant in variants {
            let mut keys = Keys::absent(self.door, self.path.clone(), true);
            read = Some((variant.read)(&mut keys));
            described.push((variant.name, variant.doc, keys.schema.unwrap_or_default()));
        }
        if let Some(schema) = &mut self.schema {
            schema.add_variants(tag, doc, default, described);
        }
        read.expect("a catalogue has at least one variant")
    }
}
