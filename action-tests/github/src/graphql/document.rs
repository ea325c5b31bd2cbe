//! Walking a GraphQL document.

use graphql_parser::query::{
    Definition, Document, Field, OperationDefinition, Selection, SelectionSet, TypeCondition,
    Value as Literal, VariableDefinition, parse_query,
};
use serde_json::{Map, Value};

use super::fields::{Node, Resolver};
use super::{GraphQlError, GraphQlRequest};
use crate::call::Input;
use crate::world::World;

type Parsed<'a> = Document<'a, String>;

/// True when the document holds a mutation.
pub(super) fn has_mutation(query: &str) -> bool {
    parse_query::<String>(query).is_ok_and(|document| {
        document.definitions.iter().any(|definition| {
            matches!(definition, Definition::Operation(OperationDefinition::Mutation(_)))
        })
    })
}

/// Runs the operation of a request; the data. Errors of single fields go into `errors`.
pub(super) fn execute(
    world: &mut World,
    input: &Input,
    request: &GraphQlRequest,
    errors: &mut Vec<GraphQlError>,
) -> Result<Value, GraphQlError> {
    let document: Parsed<'_> = parse_query(&request.query)
        .map_err(|error| GraphQlError::document(format!("Parse error: {error}")))?;
    let (root, definitions, selection) = operation(&document, request.operation.as_deref())?;
    let variables = variables(definitions, &request.variables)?;
    let resolver = Resolver { world, input };
    let mut walk = Walk { document: &document, variables, resolver, errors };
    walk.object(&root, selection)
}

/// Root, variables and selection of an operation.
type Operation<'d> = (Node, &'d [VariableDefinition<'d, String>], &'d SelectionSet<'d, String>);

/// The operation that is meant.
fn operation<'d>(
    document: &'d Parsed<'d>,
    wanted: Option<&str>,
) -> Result<Operation<'d>, GraphQlError> {
    let mut found = Vec::new();
    for definition in &document.definitions {
        let Definition::Operation(operation) = definition else { continue };
        let (name, entry): (Option<&String>, _) = match operation {
            OperationDefinition::SelectionSet(set) => (None, (Node::Query, [].as_slice(), set)),
            OperationDefinition::Query(query) => (
                query.name.as_ref(),
                (Node::Query, query.variable_definitions.as_slice(), &query.selection_set),
            ),
            OperationDefinition::Mutation(mutation) => (
                mutation.name.as_ref(),
                (Node::Mutation, mutation.variable_definitions.as_slice(), &mutation.selection_set),
            ),
            OperationDefinition::Subscription(_) => {
                return Err(GraphQlError::document("Schema is not configured for subscriptions"));
            }
        };
        if wanted.is_none_or(|wanted| name.is_some_and(|name| name == wanted)) {
            found.push(entry);
        }
    }
    match found.len() {
        1 => found.pop().ok_or_else(|| GraphQlError::document("No operation")),
        0 => Err(GraphQlError::document("No operation with that name")),
        _ => Err(GraphQlError::document("An operation name is required")),
    }
}

/// The values of the declared variables.
fn variables(
    definitions: &[VariableDefinition<'_, String>],
    sent: &Map<String, Value>,
) -> Result<Map<String, Value>, GraphQlError> {
    let mut values = Map::new();
    for definition in definitions {
        let default = definition.default_value.as_ref();
        let value = match (sent.get(&definition.name), default) {
            (Some(value), _) => value.clone(),
            (None, Some(default)) => literal(default, &Map::new())?,
            (None, None) => Value::Null,
        };
        let required = matches!(definition.var_type, graphql_parser::query::Type::NonNullType(_));
        if required && value.is_null() {
            return Err(GraphQlError::document(format!(
                "Variable ${} of type {} was provided invalid value",
                definition.name, definition.var_type
            )));
        }
        values.insert(definition.name.clone(), value);
    }
    Ok(values)
}

fn literal(
    literal_value: &Literal<'_, String>,
    variables: &Map<String, Value>,
) -> Result<Value, GraphQlError> {
    Ok(match literal_value {
        Literal::Variable(name) => variables.get(name).cloned().ok_or_else(|| {
            GraphQlError::document(format!("Variable ${name} is used but not declared"))
        })?,
        Literal::Int(number) => number.as_i64().map_or(Value::Null, Value::from),
        Literal::Float(number) => Value::from(*number),
        Literal::String(text) | Literal::Enum(text) => Value::from(text.clone()),
        Literal::Boolean(flag) => Value::from(*flag),
        Literal::Null => Value::Null,
        Literal::List(items) => Value::Array(
            items.iter().map(|item| literal(item, variables)).collect::<Result<_, _>>()?,
        ),
        Literal::Object(members) => {
            let mut map = Map::new();
            for (name, member) in members {
                map.insert(name.clone(), literal(member, variables)?);
            }
            Value::Object(map)
        }
    })
}

struct Walk<'a> {
    document: &'a Parsed<'a>,
    variables: Map<String, Value>,
    resolver: Resolver<'a>,
    errors: &'a mut Vec<GraphQlError>,
}

impl Walk<'_> {
    /// The selected fields of an object.
    fn object(
        &mut self,
        node: &Node,
        selection: &SelectionSet<'_, String>,
    ) -> Result<Value, GraphQlError> {
        let mut map = Map::new();
        self.select(node, selection, &mut map)?;
        Ok(Value::Object(map))
    }

    fn select(
        &mut self,
        node: &Node,
        selection: &SelectionSet<'_, String>,
        map: &mut Map<String, Value>,
    ) -> Result<(), GraphQlError> {
        for item in &selection.items {
            match item {
                Selection::Field(field) => {
                    let name = field.alias.as_ref().unwrap_or(&field.name);
                    let value = self.field(node, field)?;
                    map.insert(name.clone(), value);
                }
                Selection::InlineFragment(fragment) => {
                    if node.fits(fragment.type_condition.as_ref().map(condition)) {
                        self.select(node, &fragment.selection_set, map)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let document = self.document;
                    let fragment = document.definitions.iter().find_map(|found| match found {
                        Definition::Fragment(fragment) if fragment.name == spread.fragment_name => {
                            Some(fragment)
                        }
                        _ => None,
                    });
                    let fragment = fragment.ok_or_else(|| {
                        let name = &spread.fragment_name;
                        GraphQlError::document(format!("Fragment {name} was used, but not defined"))
                    })?;
                    if node.fits(Some(condition(&fragment.type_condition))) {
                        self.select(node, &fragment.selection_set, map)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, node: &Node, field: &Field<'_, String>) -> Result<Value, GraphQlError> {
        let mut arguments = Map::new();
        for (name, value) in &field.arguments {
            arguments.insert(name.clone(), literal(value, &self.variables)?);
        }
        match self.resolver.field(node, &field.name, &arguments) {
            Ok(found) => self.value(&found, field),
            // A wrong document fails as a whole, an error of one field makes that field null.
            Err(error) if error.kind.is_empty() => Err(error),
            Err(error) => {
                self.errors.push(error.at(&field.name));
                Ok(Value::Null)
            }
        }
    }

    fn value(&mut self, node: &Node, field: &Field<'_, String>) -> Result<Value, GraphQlError> {
        match node {
            Node::Scalar(value) => Ok(value.clone()),
            Node::List(items) => {
                let items = items.iter().map(|item| self.value(item, field));
                items.collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            node if field.selection_set.items.is_empty() => Err(GraphQlError::document(format!(
                "Field must have selections (field '{}' returns {} but has no selections)",
                field.name,
                node.name()
            ))),
            node => self.object(node, &field.selection_set),
        }
    }
}

fn condition<'a>(condition: &'a TypeCondition<'_, String>) -> &'a str {
    let TypeCondition::On(name) = condition;
    name
}
