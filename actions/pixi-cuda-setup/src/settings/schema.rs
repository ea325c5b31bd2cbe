//! The JSON schema of the settings file, for editors.

use action_kit::{Default, Input, Kind};
use serde_json::{Map, Value, json};

use super::read::KEYS;
use crate::definition::DEFINITION;

/// The schema: every key of the file with its help and type. What is kept in the repository is
/// compared with it.
pub fn schema() -> Value {
    let inputs =
        KEYS.iter().filter_map(|key| DEFINITION.inputs.iter().find(|one| one.name == *key));
    let own = json!({ "description": "The version of this format.", "const": 1 });
    let mut properties = Map::from_iter([("schema".to_owned(), own)]);
    properties.extend(inputs.map(|input| (input.name.to_owned(), property(input))));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of pixi-cuda-setup",
        "description": "`pixi-cuda-setup.toml`, or `.github/pixi-cuda-setup.toml`, `.yml`, `.json`.",
        "type": "object",
        "required": ["schema"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn property(input: &Input) -> Value {
    let mut property = match input.kind {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Choice(words) => {
            // `locked = true` is as good as `locked = "true"`.
            let flags =
                [true, false].into_iter().filter(|flag| words.contains(&flag.to_string().as_str()));
            let words = words.iter().map(|word| Value::from(*word)).chain(flags.map(Value::from));
            json!({ "enum": words.collect::<Vec<_>>() })
        }
        Kind::List => json!({ "type": ["array", "string"], "items": { "type": "string" } }),
        // A version may be written without quotes.
        Kind::Text | Kind::Path => json!({ "type": ["string", "number"] }),
    };
    let help = match input.default {
        Default::None => input.help.to_owned(),
        Default::Expression(shown) | Default::Builtin(shown) => {
            format!("{} Default: {shown}.", input.help)
        }
    };
    if let Some(property) = property.as_object_mut() {
        property.insert("description".to_owned(), help.into());
    }
    property
}

#[cfg(test)]
mod tests {
    use config::{Format, Value as Written};
    use diagnostics::Source;

    use super::*;

    /// The settings file the README shows.
    fn example(readme: &str) -> &str {
        let (_, section) = readme.split_once("\n## Settings file\n").expect("a section");
        let (_, rest) = section.split_once("```toml\n").expect("a TOML block");
        rest.split_once("```").expect("its end").0
    }

    /// As editors see it.
    fn json_of(value: &Written) -> Value {
        match value {
            Written::Bool(flag) => (*flag).into(),
            Written::Number(text) => serde_json::from_str(text).expect(text),
            Written::String(text) => text.as_str().into(),
            Written::Sequence(items) => items.iter().map(|item| json_of(&item.value)).collect(),
            Written::Mapping(entries) => entries
                .iter()
                .map(|(key, node)| (key.text.clone(), json_of(&node.value)))
                .collect::<Map<_, _>>()
                .into(),
            other => panic!("{other:?}"),
        }
    }

    fn file(toml: &str) -> Value {
        let tree = config::parse(Format::Toml, &Source::file("x.toml", toml)).expect(toml);
        json_of(&tree.root().value)
    }

    #[test]
    fn every_key_is_in_it() {
        let schema = schema();
        let known = schema["properties"].as_object().expect("properties");
        for key in KEYS {
            let about = known.get(key).unwrap_or_else(|| panic!("{key} is no input"));
            assert!(about["description"].as_str().is_some_and(|help| !help.is_empty()), "{key}");
        }
        assert_eq!(known.len(), KEYS.len() + 1);
    }

    #[test]
    fn it_accepts_what_is_read_and_nothing_else() {
        let validator = jsonschema::validator_for(&schema()).expect("a schema");
        let readme = include_str!("../../README.md");
        for toml in [
            example(readme),
            "schema = 1\nlocked = true\ncuda = 12.4\ndockerfile = \"off\"\nfail-on = \"never\"\n",
            "schema = 1\nlocked = \"auto\"\nfrozen = false\nfix = \"diff\"\n",
        ] {
            let problems: Vec<String> =
                validator.iter_errors(&file(toml)).map(|error| error.to_string()).collect();
            assert_eq!(problems, Vec::<String>::new(), "{toml}");
        }
        for toml in [
            "locked = true\n",
            "schema = 2\n",
            "schema = 1\nlokced = true\n",
            "schema = 1\nfix = true\n",
            "schema = 1\nfail-on = \"fatal\"\n",
            "schema = 1\nignore = [1]\n",
            "schema = 1\nfrozen = \"true\"\n",
        ] {
            assert!(!validator.is_valid(&file(toml)), "{toml}");
        }
    }
}
