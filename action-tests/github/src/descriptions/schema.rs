//! From the schemas of `OpenAPI` 3.0 to JSON Schema draft 4.

use serde_json::{Map, Value, json};

/// Members that are about documentation.
const DROPPED: &[&str] = &[
    "example",
    "examples",
    "description",
    "title",
    "discriminator",
    "xml",
    "externalDocs",
    "default",
];

/// A schema of the description as JSON Schema. `closed` refuses members an object does not name.
pub(super) fn convert(schema: &Value, closed: bool) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    if let Some(reference) = map.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut made = Map::new();
    for (name, value) in map {
        if DROPPED.contains(&name.as_str()) || name.starts_with("x-") || name == "nullable" {
            continue;
        }
        made.insert(name.clone(), member(name, value, closed));
    }
    if closed && made.contains_key("properties") && !made.contains_key("additionalProperties") {
        made.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if map.get("nullable") == Some(&Value::Bool(true)) {
        return nullable(made);
    }
    Value::Object(made)
}

fn member(name: &str, value: &Value, closed: bool) -> Value {
    match (name, value) {
        ("properties", Value::Object(properties)) => Value::Object(
            properties.iter().map(|(name, value)| (name.clone(), convert(value, closed))).collect(),
        ),
        ("allOf" | "anyOf" | "oneOf", Value::Array(options)) => {
            Value::Array(options.iter().map(|option| convert(option, closed)).collect())
        }
        ("items" | "not" | "additionalProperties", value) => convert(value, closed),
        (_, value) => value.clone(),
    }
}

/// `nullable` is a word of its own in `OpenAPI` 3.0; in JSON Schema null is a type.
fn nullable(mut schema: Map<String, Value>) -> Value {
    if let Some(kind) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        return Value::Object(schema);
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// The names of the components a schema needs, itself not among them.
pub(super) fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            for (name, value) in map {
                let component = value.as_str().and_then(|text| text.strip_prefix(COMPONENTS));
                match component {
                    Some(component) if name == "$ref" => found.push(component.to_owned()),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Where the description keeps its components.
pub(super) const COMPONENTS: &str = "#/components/schemas/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_becomes_a_type() {
        for (from, to) in [
            (json!({ "type": "string", "nullable": true }), json!({ "type": ["string", "null"] })),
            (
                json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/a" }] }),
                json!({ "anyOf": [
                    { "allOf": [{ "$ref": "#/components/schemas/a" }] }, { "type": "null" },
                ]}),
            ),
        ] {
            assert_eq!(convert(&from, false), to);
        }
    }

    #[test]
    fn bodies_are_closed_and_a_member_called_description_stays() {
        let from = json!({ "type": "object", "properties": {
            "description": { "type": "string", "description": "words" },
        }});
        let to = json!({ "type": "object", "additionalProperties": false, "properties": {
            "description": { "type": "string" },
        }});
        assert_eq!(convert(&from, true), to);
    }
}
