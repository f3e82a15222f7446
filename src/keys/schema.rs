//! The description of a table of keys, as a JSON schema.

use serde_json::{Map, Value, json};

/// The keys of one table: what they are, which are required.
#[derive(Debug, Default)]
pub struct Schema {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    variants: Option<Value>,
}

impl Schema {
    pub(super) fn add(&mut self, key: &'static str, required: bool, entry: Value) {
        self.properties.insert(key.to_owned(), entry);
        if required {
            self.require(key);
        }
    }

    pub(super) fn require(&mut self, key: &'static str) {
        if !self.required.contains(&key) {
            self.required.push(key);
        }
    }

    /// Each variant's keys stand beside the tag that names it.
    pub(super) fn add_variants(
        &mut self,
        tag: &'static str,
        doc: &'static str,
        default: Option<&'static str>,
        variants: Vec<(&'static str, &'static str, Self)>,
    ) {
        let one = |(name, what, schema): (&'static str, &'static str, Self)| {
            let mut object = schema.into_object(what);
            let mut constant = json!({ "const": name, "description": doc });
            if let Some(default) = default {
                constant["default"] = default.into();
            }
            object["properties"][tag] = constant;
            if default != Some(name) {
                also_require(&mut object, [tag]);
            }
            object
        };
        self.variants = Some(variants.into_iter().map(one).collect());
    }

    /// As [`Schema::into_object`], for a table whose key `base` may name equipment that gives the keys not written.
    pub fn into_object_on_base(self, doc: &str, base: &str) -> Value {
        let mut object = self.into_object(doc);
        require_without(&mut object, base);
        object
    }

    /// The schema of the whole table. Keys beside a tag are repeated in each variant, so that no other key passes.
    pub fn into_object(self, doc: &str) -> Value {
        let Self { properties, required, variants } = self;
        let Some(Value::Array(variants)) = variants else {
            return json!({
                "type": "object",
                "description": doc,
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            });
        };
        let with_shared = |mut variant: Value| {
            for (key, entry) in &properties {
                variant["properties"][key] = entry.clone();
            }
            also_require(&mut variant, required.iter().copied());
            variant
        };
        json!({ "description": doc, "anyOf": variants.into_iter().map(with_shared).collect::<Vec<_>>() })
    }
}

/// Requires the keys only where no base gives them.
fn require_without(object: &mut Value, base: &str) {
    if let Some(Value::Array(variants)) = object.get_mut("anyOf") {
        for variant in variants {
            require_without(variant, base);
        }
    } else if let Some(required) = object.as_object_mut().and_then(|o| o.remove("required")) {
        object["if"] = json!({ "required": [base] });
        object["else"] = json!({ "required": required });
    }
}

fn also_require<'k>(object: &mut Value, keys: impl IntoIterator<Item = &'k str>) {
    if let Some(Value::Array(required)) = object.get_mut("required") {
        required.extend(keys.into_iter().map(Value::from));
    }
}
