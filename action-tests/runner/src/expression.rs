//! A small evaluator of `${{ }}` expressions: literals, contexts, comparison, logic, and the
//! functions that inputs and conditions of actions use.

use anyhow::{Context as _, bail};
use serde_json::{Map, Value};

/// The contexts an expression may read, by name.
pub type Contexts = Map<String, Value>;

/// Replaces every `${{ }}` in a text.
///
/// # Errors
/// An expression does not parse, or names an unknown context or function.
pub fn interpolate(text: &str, contexts: &Contexts) -> anyhow::Result<String> {
    let mut result = String::new();
    for piece in pieces(text)? {
        match piece {
            Piece::Text(text) => result.push_str(text),
            Piece::Expression(expression) => {
                result.push_str(&to_text(&evaluate(expression, contexts)?));
            }
        }
    }
    Ok(result)
}

/// Checks that a text reads only the given contexts and functions (of the general functions all).
///
/// # Errors
/// Names the first context or function that is not allowed.
pub fn check(text: &str, contexts: &[&str], functions: &[&str]) -> anyhow::Result<()> {
    for piece in pieces(text)? {
        if let Piece::Expression(expression) = piece {
            let tree = parse(expression)?;
            tree.visit(&mut |tree| match tree {
                Tree::Context(name) if !contexts.iter().any(|c| c.eq_ignore_ascii_case(name)) => {
                    bail!("Unrecognized named-value: '{name}' in expression: {expression}")
                }
                Tree::Call(name, _)
                    if !GENERAL.iter().chain(functions).any(|f| f.eq_ignore_ascii_case(name)) =>
                {
                    bail!("Unrecognized function: '{name}' in expression: {expression}")
                }
                _ => Ok(()),
            })?;
        }
    }
    Ok(())
}

const GENERAL: &[&str] = &["contains", "endsWith", "format", "join", "startsWith", "toJson"];

enum Piece<'a> {
    Text(&'a str),
    Expression(&'a str),
}

/// Splits a text at `${{` and the `}}` that is not inside a string.
fn pieces(text: &str) -> anyhow::Result<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        pieces.push(Piece::Text(before));
        let mut quoted = false;
        let end = after.char_indices().find(|(at, character)| {
            quoted ^= *character == '\'';
            !quoted && after[*at..].starts_with("}}")
        });
        let (end, _) = end.with_context(|| format!("the expression is not closed: {text}"))?;
        pieces.push(Piece::Expression(after[..end].trim()));
        rest = &after[end + 2..];
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

#[derive(Debug)]
enum Tree {
    Literal(Value),
    Context(String),
    Index(Box<Tree>, Box<Tree>),
    Call(String, Vec<Tree>),
    Not(Box<Tree>),
    Binary(&'static str, Box<Tree>, Box<Tree>),
}

impl Tree {
    fn visit(&self, check: &mut dyn FnMut(&Self) -> anyhow::Result<()>) -> anyhow::Result<()> {
        check(self)?;
        match self {
            Self::Literal(_) | Self::Context(_) => Ok(()),
            Self::Not(inner) => inner.visit(check),
            Self::Index(left, right) | Self::Binary(_, left, right) => {
                left.visit(check)?;
                right.visit(check)
            }
            Self::Call(_, arguments) => arguments.iter().try_for_each(|tree| tree.visit(check)),
        }
    }
}

/// Evaluates one expression without its `${{ }}`.
///
/// # Errors
/// The expression does not parse, or names an unknown context or function.
pub fn evaluate(expression: &str, contexts: &Contexts) -> anyhow::Result<Value> {
    value(&parse(expression)?, contexts)
}

fn parse(expression: &str) -> anyhow::Result<Tree> {
    let tokens = tokens(expression)?;
    let mut parser = Parser { tokens: &tokens };
    let tree = parser.binary(0).with_context(|| format!("cannot read expression: {expression}"))?;
    if !parser.tokens.is_empty() {
        bail!("cannot read expression: {expression}");
    }
    Ok(tree)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(Value),
    Name(String),
    Mark(&'static str),
}

const MARKS: &[&str] =
    &["&&", "||", "==", "!=", "<=", ">=", "!", "(", ")", "[", "]", ".", ",", "<", ">"];

fn tokens(text: &str) -> anyhow::Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if first == '\'' {
            let mut string = String::new();
            loop {
                let (part, after) = rest[1..].split_once('\'').context("the string has no end")?;
                string.push_str(part);
                rest = after;
                if !rest.starts_with('\'') {
                    break;
                }
                string.push('\'');
            }
            tokens.push(Token::Literal(Value::String(string)));
        } else if first.is_ascii_digit() || (first == '-' && rest[1..].starts_with(is_digit)) {
            let end = rest.find(|c: char| !is_name(c) && c != '.').unwrap_or(rest.len());
            let number: f64 = rest[..end].parse().context("not a number")?;
            tokens.push(Token::Literal(serde_json::json!(number)));
            rest = &rest[end..];
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
            let name = &rest[..end];
            tokens.push(match name {
                "true" => Token::Literal(true.into()),
                "false" => Token::Literal(false.into()),
                "null" => Token::Literal(Value::Null),
                _ => Token::Name(name.to_owned()),
            });
            rest = &rest[end..];
        } else {
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
            let mark = mark.with_context(|| format!("unexpected symbol: {rest}"))?;
            tokens.push(Token::Mark(mark));
            rest = &rest[mark.len()..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

struct Parser<'a> {
    tokens: &'a [Token],
}

const LEVELS: &[&[&str]] = &[&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"]];

impl Parser<'_> {
    fn take(&mut self, mark: &str) -> bool {
        match self.tokens.split_first() {
            Some((Token::Mark(found), rest)) if *found == mark => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn binary(&mut self, level: usize) -> anyhow::Result<Tree> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.binary(level + 1)?;
            left = Tree::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> anyhow::Result<Tree> {
        if self.take("!") {
            return Ok(Tree::Not(Box::new(self.unary()?)));
        }
        let mut tree = self.primary()?;
        loop {
            if self.take(".") {
                let Some((Token::Name(name), rest)) = self.tokens.split_first() else {
                    bail!("a name is missing after `.`");
                };
                self.tokens = rest;
                let key = Tree::Literal(Value::String(name.clone()));
                tree = Tree::Index(Box::new(tree), Box::new(key));
            } else if self.take("[") {
                let key = self.binary(0)?;
                if !self.take("]") {
                    bail!("`]` is missing");
                }
                tree = Tree::Index(Box::new(tree), Box::new(key));
            } else {
                return Ok(tree);
            }
        }
    }

    fn primary(&mut self) -> anyhow::Result<Tree> {
        if self.take("(") {
            let tree = self.binary(0)?;
            if !self.take(")") {
                bail!("`)` is missing");
            }
            return Ok(tree);
        }
        let (token, rest) = self.tokens.split_first().context("the expression ends too early")?;
        self.tokens = rest;
        match token {
            Token::Literal(value) => Ok(Tree::Literal(value.clone())),
            Token::Name(name) if self.take("(") => {
                let mut arguments = Vec::new();
                while !self.take(")") {
                    arguments.push(self.binary(0)?);
                    if !self.take(",") && self.tokens.first() != Some(&Token::Mark(")")) {
                        bail!("`)` is missing");
                    }
                }
                Ok(Tree::Call(name.clone(), arguments))
            }
            Token::Name(name) => Ok(Tree::Context(name.clone())),
            Token::Mark(mark) => bail!("unexpected `{mark}`"),
        }
    }
}

fn value(tree: &Tree, contexts: &Contexts) -> anyhow::Result<Value> {
    Ok(match tree {
        Tree::Literal(value) => value.clone(),
        Tree::Context(name) => lookup(contexts, name)
            .with_context(|| format!("Unrecognized named-value: '{name}'"))?
            .clone(),
        Tree::Index(object, key) => {
            let object = value(object, contexts)?;
            let key = to_text(&value(key, contexts)?);
            object.as_object().and_then(|object| lookup(object, &key)).cloned().unwrap_or_default()
        }
        Tree::Not(inner) => (!truthy(&value(inner, contexts)?)).into(),
        Tree::Binary(operator, left, right) => {
            let left = value(left, contexts)?;
            match *operator {
                "&&" if !truthy(&left) => left,
                "||" if truthy(&left) => left,
                "&&" | "||" => value(right, contexts)?,
                operator => compare(operator, &left, &value(right, contexts)?).into(),
            }
        }
        Tree::Call(name, arguments) => {
            let arguments = arguments.iter().map(|tree| value(tree, contexts));
            call(name, &arguments.collect::<anyhow::Result<Vec<_>>>()?)?
        }
    })
}

/// Names are compared without case.
fn lookup<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn call(name: &str, arguments: &[Value]) -> anyhow::Result<Value> {
    let text = |index: usize| arguments.get(index).map(to_text).unwrap_or_default();
    let lower = |index: usize| text(index).to_lowercase();
    Ok(match name.to_ascii_lowercase().as_str() {
        "contains" => match arguments.first() {
            Some(Value::Array(items)) => {
                items.iter().any(|item| to_text(item).to_lowercase() == lower(1)).into()
            }
            _ => lower(0).contains(&lower(1)).into(),
        },
        "startswith" => lower(0).starts_with(&lower(1)).into(),
        "endswith" => lower(0).ends_with(&lower(1)).into(),
        "format" => {
            let mut result = text(0);
            for index in 1..arguments.len() {
                result = result.replace(&format!("{{{}}}", index - 1), &text(index));
            }
            result.replace("{{", "{").replace("}}", "}").into()
        }
        "join" => {
            let separator = if arguments.len() > 1 { text(1) } else { ",".to_owned() };
            let items = arguments.first().and_then(Value::as_array);
            let items: Vec<_> = items.into_iter().flatten().map(to_text).collect();
            items.join(&separator).into()
        }
        "tojson" => serde_json::to_string_pretty(arguments.first().unwrap_or(&Value::Null))?.into(),
        "always" => true.into(),
        _ => bail!("Unrecognized function: '{name}'"),
    })
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        Value::Array(_) | Value::Object(_) => f64::NAN,
    }
}

fn compare(operator: &str, left: &Value, right: &Value) -> bool {
    if let (Value::String(left), Value::String(right)) = (left, right) {
        let (left, right) = (left.to_lowercase(), right.to_lowercase());
        return ordered(operator, left.partial_cmp(&right));
    }
    ordered(operator, number(left).partial_cmp(&number(right)))
}

fn ordered(operator: &str, order: Option<std::cmp::Ordering>) -> bool {
    match operator {
        "==" => order.is_some_and(std::cmp::Ordering::is_eq),
        "!=" => order.is_none_or(std::cmp::Ordering::is_ne),
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        _ => order.is_some_and(std::cmp::Ordering::is_ge),
    }
}

/// A value as it is put into a text.
pub fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_f64().map_or_else(String::new, |number| {
            if number.fract() == 0.0 { format!("{number:.0}") } else { number.to_string() }
        }),
        Value::String(text) => text.clone(),
        Value::Array(_) => "Array".to_owned(),
        Value::Object(_) => "Object".to_owned(),
    }
}
