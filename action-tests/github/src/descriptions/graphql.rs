//! The `GraphQL` side.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use apollo_compiler::ast::Type;
use apollo_compiler::executable::{ExecutableDocument, Selection, SelectionSet};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::{ExtendedType, Schema};
use apollo_compiler::validation::Valid;
use serde_json::Value;

use crate::graphql::GraphQlRequest;

/// GitHub's schema.
pub(super) struct GraphQl {
    schema: Valid<Schema>,
}

impl GraphQl {
    /// Reads the schema.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        // GitHub's own schema names a few fields twice, which is not valid; all else counts.
        let schema = Schema::parse_and_validate(text, path)
            .unwrap_or_else(|error| Valid::assume_valid(error.partial));
        ensure!(
            schema.types.contains_key("CreateCommitOnBranchInput"),
            "{} is not GitHub's schema",
            path.display()
        );
        Ok(Self { schema })
    }

    fn document(
        &self,
        request: &GraphQlRequest,
    ) -> std::result::Result<Valid<ExecutableDocument>, String> {
        ExecutableDocument::parse_and_validate(&self.schema, &request.query, "request.graphql")
            .map_err(|error| error.errors.to_string())
    }

    /// What is wrong with a document and its variables.
    pub(super) fn request(&self, request: &GraphQlRequest) -> Vec<String> {
        let document = match self.document(request) {
            Ok(document) => document,
            Err(errors) => return vec![errors],
        };
        let operation = match document.operations.get(request.operation.as_deref()) {
            Ok(operation) => operation,
            Err(error) => return vec![error.message().to_string()],
        };
        let variables = Value::Object(request.variables.clone()).to_string();
        let variables: JsonMap = serde_json::from_str(&variables).unwrap_or_default();
        match coerce_variable_values(&self.schema, operation, &variables) {
            Ok(_) => Vec::new(),
            Err(error) => vec![error.message().to_string()],
        }
    }

    /// What is wrong with the data of an answer.
    pub(super) fn answer(&self, request: &GraphQlRequest, body: &Value) -> Vec<String> {
        let Ok(document) = self.document(request) else { return Vec::new() };
        let Ok(operation) = document.operations.get(request.operation.as_deref()) else {
            return Vec::new();
        };
        let mut complaints = Vec::new();
        // With errors, what could not be had is null.
        if body["errors"].is_null() {
            let check = Check { schema: &self.schema, document: &document };
            check.object(&operation.selection_set, &body["data"], "data", true, &mut complaints);
        }
        complaints
    }
}

struct Check<'a> {
    schema: &'a Valid<Schema>,
    document: &'a Valid<ExecutableDocument>,
}

impl Check<'_> {
    /// `whole` is false for a fragment, whose fields may be absent when its type is another one.
    fn object(
        &self,
        selection: &SelectionSet,
        value: &Value,
        path: &str,
        whole: bool,
        complaints: &mut Vec<String>,
    ) {
        for item in &selection.selections {
            match item {
                Selection::Field(field) => {
                    let key = field.response_key();
                    let path = format!("{path}.{key}");
                    match value.get(key.as_str()) {
                        Some(value) => {
                            self.value(field.ty(), &field.selection_set, value, &path, complaints);
                        }
                        None if whole => complaints.push(format!("{path} is missing")),
                        None => {}
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.object(&fragment.selection_set, value, path, false, complaints);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.object(&fragment.selection_set, value, path, false, complaints);
                    }
                }
            }
        }
    }

    fn value(
        &self,
        kind: &Type,
        selection: &SelectionSet,
        value: &Value,
        path: &str,
        complaints: &mut Vec<String>,
    ) {
        if value.is_null() {
            if kind.is_non_null() {
                complaints.push(format!("{path} is null, its type is {kind}"));
            }
            return;
        }
        if let Type::List(item) | Type::NonNullList(item) = kind {
            match value.as_array() {
                Some(items) => {
                    for value in items {
                        self.value(item, selection, value, path, complaints);
                    }
                }
                None => complaints.push(format!("{path} is no list, its type is {kind}")),
            }
            return;
        }
        let name = kind.inner_named_type();
        let fits = match self.schema.types.get(name) {
            Some(ExtendedType::Enum(values)) => {
                value.as_str().is_some_and(|value| values.values.contains_key(value))
            }
            Some(ExtendedType::Scalar(_)) => match name.as_str() {
                "Int" => value.is_i64(),
                "Float" => value.is_number(),
                "Boolean" => value.is_boolean(),
                _ => value.is_string(),
            },
            Some(_) => {
                self.object(selection, value, path, true, complaints);
                value.is_object()
            }
            None => false,
        };
        if !fits {
            complaints.push(format!("{path} is {value}, its type is {kind}"));
        }
    }
}
