//! The GraphQL endpoint, as far as a release needs it.

mod commit_on_branch;
mod document;
mod fields;
mod pulls;

use serde_json::{Map, Value, json};

use crate::answer::{Answer, Outcome};
use crate::call::Input;
use crate::world::World;

/// An error of GraphQL: kind, text, and where it is not about the whole request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphQlError {
    kind: &'static str,
    message: String,
    path: Vec<String>,
}

impl GraphQlError {
    fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), path: Vec::new() }
    }

    /// The document itself is wrong.
    fn document(message: impl Into<String>) -> Self {
        Self::new("", message)
    }

    fn at(mut self, name: &str) -> Self {
        self.path.insert(0, name.to_owned());
        self
    }

    fn json(&self) -> Value {
        let mut error = json!({
            "message": self.message,
            "locations": [{ "line": 1, "column": 1 }],
        });
        if !self.kind.is_empty() {
            error["type"] = json!(self.kind);
        }
        if !self.path.is_empty() {
            error["path"] = json!(self.path);
        }
        error
    }
}

/// An answer of the stand-in's own trouble.
impl From<anyhow::Error> for GraphQlError {
    fn from(error: anyhow::Error) -> Self {
        Self::new("INTERNAL", format!("the stand-in failed: {error:#}"))
    }
}

/// The parts of a GraphQL request.
#[derive(Clone, Debug)]
pub(crate) struct GraphQlRequest {
    /// The document.
    pub(crate) query: String,
    /// Values of the variables.
    pub(crate) variables: Map<String, Value>,
    /// Which operation of the document.
    pub(crate) operation: Option<String>,
}

impl GraphQlRequest {
    pub(crate) fn read(input: &Input) -> Result<Self, Answer> {
        let body = input.body(&["query", "variables", "operationName", "extensions"])?;
        let query = body.text("query")?;
        let query = query.ok_or_else(|| {
            Answer::error(400, "A query attribute must be specified and must be a string.")
        })?;
        let variables = match body.raw("variables") {
            Some(Value::Object(map)) => map.clone(),
            Some(Value::Null) | None => Map::new(),
            Some(_) => return Err(Answer::error(400, "Variables are invalid JSON.")),
        };
        Ok(Self { query, variables, operation: body.text("operationName")? })
    }
}

/// True when the body holds a mutation.
pub(crate) fn is_mutation(body: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return false };
    value["query"].as_str().is_some_and(document::has_mutation)
}

/// `POST /graphql`
pub(crate) fn post(world: &mut World, input: &Input) -> Outcome {
    if input.actor.is_none() {
        return Err(Answer::error(401, "This endpoint requires you to be authenticated."));
    }
    let request = GraphQlRequest::read(input)?;
    let mut errors = Vec::new();
    let answer = match document::execute(world, input, &request, &mut errors) {
        Ok(data) if errors.is_empty() => json!({ "data": data }),
        Ok(data) => {
            let errors: Vec<Value> = errors.iter().map(GraphQlError::json).collect();
            json!({ "data": data, "errors": errors })
        }
        Err(error) => json!({ "errors": [error.json()] }),
    };
    Ok(Answer::ok(answer))
}
