//! The REST side.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::schema::{convert, references};
use crate::call::Input;
use crate::dispatch::Arrived;
use crate::routes::{ROUTES, Route};

/// The part of the description that the stand-in serves.
pub(super) struct OpenApi {
    /// By method and path: the operation.
    operations: BTreeMap<(String, String), Value>,
    /// Components of the description those operations need, converted.
    components: Map<String, Value>,
    /// Validators that have been built: making one takes longer than using it.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The name of an operation: method and path as the description writes them.
fn name(route: &Route) -> (String, String) {
    (route.method.to_lowercase(), route.template.replace("{+", "{"))
}

impl OpenApi {
    /// Reads a description and keeps what is served.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let whole: Value = serde_json::from_slice(&text)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        let mut operations = BTreeMap::new();
        for route in ROUTES {
            let (method, path) = name(route);
            let operation = &whole["paths"][&path][&method];
            if operation.is_object() {
                operations.insert((method, path), inline(&whole, operation));
            }
        }
        anyhow::ensure!(!operations.is_empty(), "{} describes no known path", path.display());
        let mut needed = Vec::new();
        for operation in operations.values() {
            references(operation, &mut needed);
        }
        needed.push("basic-error".to_owned());
        let mut components = Map::new();
        let mut seen = BTreeSet::new();
        while let Some(name) = needed.pop() {
            if seen.insert(name.clone()) {
                let component = &whole["components"]["schemas"][&name];
                references(component, &mut needed);
                components.insert(name, convert(component, false));
            }
        }
        // GitHub's documentation of uploads tells of this state, its description leaves it out.
        let states = components.get_mut("release-asset");
        let states = states.and_then(|asset| asset.pointer_mut("/properties/state/enum"));
        if let Some(Value::Array(states)) = states {
            states.push(json!("starter"));
        }
        Ok(Self { operations, components, validators: Mutex::default() })
    }

    /// What is wrong with a request to a described endpoint.
    pub(super) fn request(&self, route: &Route, arrived: &Arrived, input: &Input) -> Vec<String> {
        let Some(operation) = self.operations.get(&name(route)) else { return Vec::new() };
        let mut complaints = query(operation, input);
        let content = &operation["requestBody"]["content"];
        let schema = &content["application/json"]["schema"];
        if schema.is_object() {
            // A body that is not JSON at all is for the endpoint to refuse.
            if let Ok(body) = serde_json::from_slice::<Value>(&arrived.body) {
                let key = format!("request {} {}", route.method, route.template);
                complaints.extend(self.check(&key, schema, &body, true));
            }
        } else if !arrived.body.is_empty() && !content.is_object() {
            complaints.push("the endpoint takes no body".to_owned());
        }
        complaints
    }

    /// What is wrong with an answer of a described endpoint.
    pub(super) fn answer(&self, route: &Route, status: u16, body: Option<&Value>) -> Vec<String> {
        let Some(operation) = self.operations.get(&name(route)) else { return Vec::new() };
        let described = &operation["responses"][status.to_string()];
        if status < 400 && !described.is_object() {
            return vec![format!("status {status} is not described")];
        }
        let schema = &described["content"]["application/json"]["schema"];
        let error = json!({ "$ref": "#/components/schemas/basic-error" });
        // The description leaves out errors that every endpoint can give, such as 401.
        let schema = if status >= 400 && !schema.is_object() { &error } else { schema };
        match (schema.is_object(), body) {
            (true, Some(body)) => {
                let key = format!("{status} {} {}", route.method, route.template);
                self.check(&key, schema, body, false)
            }
            (false, None) => Vec::new(),
            (true, None) => vec!["a body is described, none was sent".to_owned()],
            (false, Some(_)) => vec!["no body is described, one was sent".to_owned()],
        }
    }

    fn check(&self, key: &str, schema: &Value, value: &Value, closed: bool) -> Vec<String> {
        match self.validator(key, schema, closed) {
            Ok(validator) => validator
                .iter_errors(value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect(),
            Err(error) => vec![format!("cannot use the schema: {error:#}")],
        }
    }

    fn validator(&self, key: &str, schema: &Value, closed: bool) -> Result<Arc<Validator>> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = validators.get(key) {
            return Ok(Arc::clone(found));
        }
        let mut needed = Vec::new();
        references(schema, &mut needed);
        let mut components = Map::new();
        while let Some(name) = needed.pop() {
            if let Some(component) = self.components.get(&name)
                && !components.contains_key(&name)
            {
                references(component, &mut needed);
                components.insert(name, component.clone());
            }
        }
        // In draft 4 a reference hides its neighbours, so it goes one level down.
        let whole = json!({
            "allOf": [convert(schema, closed)],
            "components": { "schemas": components },
        });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .build(&whole)
            .map_err(|error| anyhow!("{error}"))?;
        let validator = Arc::new(validator);
        validators.insert(key.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }
}

/// The operation with its parameters and responses in place of references to them.
fn inline(whole: &Value, operation: &Value) -> Value {
    let resolve = |value: &Value| match value["$ref"].as_str() {
        Some(reference) => {
            whole.pointer(reference.trim_start_matches('#')).cloned().unwrap_or_default()
        }
        None => value.clone(),
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(resolve);
    let parameters: Vec<Value> = parameters.collect();
    let responses = operation["responses"].as_object().into_iter().flatten();
    let responses: Map<String, Value> =
        responses.map(|(status, response)| (status.clone(), resolve(response))).collect();
    json!({
        "parameters": parameters,
        "responses": responses,
        "requestBody": resolve(&operation["requestBody"]),
    })
}

/// Unknown, missing and wrong query parameters.
fn query(operation: &Value, input: &Input) -> Vec<String> {
    let described: Vec<&Value> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["in"] == "query")
        .collect();
    let mut complaints = Vec::new();
    for (name, value) in &input.query {
        let Some(parameter) = described.iter().find(|parameter| parameter["name"] == **name) else {
            complaints.push(format!("the query parameter {name} is not described"));
            continue;
        };
        let schema = &parameter["schema"];
        if schema["type"] == "integer" && value.parse::<i64>().is_err() {
            complaints.push(format!("the query parameter {name} must be an integer: {value}"));
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.iter().any(|one| one == value.as_str())
        {
            complaints.push(format!("the query parameter {name} cannot be {value}"));
        }
    }
    for parameter in described.iter().filter(|parameter| parameter["required"] == true) {
        let name = parameter["name"].as_str().unwrap_or_default();
        if input.query(name).is_none() {
            complaints.push(format!("the query parameter {name} is missing"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest description with one endpoint of the stand-in.
    fn described() -> OpenApi {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let description = json!({
            "paths": { "/rate_limit": { "get": { "responses": { "200": {
                "content": { "application/json": { "schema": {
                    "type": "array", "items": { "$ref": "#/components/schemas/rate" },
                }}},
            }}}}},
            "components": { "schemas": {
                "rate": {
                    "type": "object", "required": ["limit"],
                    "properties": { "limit": { "$ref": "#/components/schemas/limit" } },
                },
                "limit": { "type": "integer", "nullable": true },
                "basic-error": {
                    "type": "object", "properties": { "message": { "type": "string" } },
                },
            }},
        });
        std::fs::write(file.path(), description.to_string()).expect("written");
        OpenApi::read(file.path()).expect("a description")
    }

    #[test]
    fn answers_are_judged_through_references() {
        let openapi = described();
        let (route, _) = crate::routes::find("GET", "/rate_limit").expect("a route");
        for (status, body, sound) in [
            (200, Some(json!([{ "limit": 1 }, { "limit": null }])), true),
            (200, Some(json!([{ "limit": "1" }])), false),
            (200, Some(json!([{}])), false),
            (200, None, false),
            (201, Some(json!([])), false),
            (404, Some(json!({ "message": "Not Found" })), true),
            (404, Some(json!({ "message": 404 })), false),
        ] {
            let complaints = openapi.answer(route, status, body.as_ref());
            assert_eq!(complaints.is_empty(), sound, "{status} {body:?}: {complaints:?}");
        }
    }
}
