//! Versions, commits and people as templates see them.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use history::Person;
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, Tuple, from_args};
use minijinja::{Error, State, Value};

use super::moment::Moment;
use super::values::{List, no_method, quote};
use crate::number::Number;
use crate::survey::Told;
use crate::tags::TagFormat;
use crate::version::{Level, Version};

/// A version.
#[derive(Debug)]
pub(super) struct VersionObject {
    pub(super) version: Version,
    pub(super) format: TagFormat,
}

fn number(number: &Number) -> Value {
    let text = number.to_string();
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}

impl VersionObject {
    fn tag(&self, text: &str) -> Value {
        let (before, after) = self.format.around();
        Value::from(format!("{before}{text}{after}"))
    }
}

impl Object for VersionObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let version = &self.version;
        Some(match key.as_str()? {
            "major" => number(&version.major),
            "minor" => number(&version.minor),
            "patch" => number(&version.patch),
            "is_prerelease" => Value::from(version.is_prerelease()),
            "prerelease_token" => Value::from(version.token.as_str()),
            "prerelease_revision" => {
                version.revision.as_ref().map_or_else(|| Value::from(()), number)
            }
            "build_metadata" => Value::from(version.build.as_str()),
            "tag_format" => self.tag("{version}"),
            _ => return None,
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        from_args::<()>(args)?;
        let Version { major, minor, patch, .. } = &self.version;
        Ok(match method {
            "as_tag" => self.tag(&self.version.to_string()),
            "as_semver_tag" => Value::from(format!("v{}", self.version)),
            "as_major_tag" => self.tag(&major.to_string()),
            "as_minor_tag" => self.tag(&format!("{major}.{minor}")),
            "as_patch_tag" => self.tag(&format!("{major}.{minor}.{patch}")),
            "finalize_version" => Value::from_object(Self {
                version: self.version.to_full(),
                format: self.format.clone(),
            }),
            _ => return Err(no_method()),
        })
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        let order = self.version.precedence(&other.version);
        // Full versions of different lines are different keys.
        Some(order.then_with(|| self.version.token.cmp(&other.version.token)))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.version)
    }
}

/// A person.
#[derive(Debug)]
struct PersonObject(Person);

/// A person as a value.
pub(super) fn person(person: &Person) -> Value {
    Value::from_object(PersonObject(person.clone()))
}

impl Object for PersonObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "name" => Some(Value::from(self.0.name.as_str())),
            "email" => Some(Value::from(self.0.email.as_str())),
            _ => None,
        }
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let key = |person: &Person| (person.name.clone(), person.email.clone());
        Some(key(&self.0).cmp(&key(&other.downcast_ref::<Self>()?.0)))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.name)
    }
}

/// How far a piece moves the version: a number with a name.
#[derive(Debug)]
struct Bump(Level);

impl Object for Bump {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "name" => Some(Value::from(self.name().to_uppercase())),
            "value" => Some(Value::from(self.0 as u8)),
            _ => None,
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.0 != Level::None
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<Self>()?.0))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl Bump {
    const fn name(&self) -> &'static str {
        match self.0 {
            Level::None => "no_release",
            Level::Prerelease => "prerelease_revision",
            Level::Patch => "patch",
            Level::Minor => "minor",
            Level::Major => "major",
        }
    }
}

/// A piece of a commit, read or not.
#[derive(Debug)]
pub(super) struct PieceObject(pub(super) Told);

fn tuple(items: &[String]) -> Value {
    Value::from(Tuple::from(
        items.iter().map(|item| Value::from(item.as_str())).collect::<Vec<_>>(),
    ))
}

impl PieceObject {
    fn hash(&self) -> String {
        self.0.commit.commit.id.to_string()
    }
}

impl Object for PieceObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let piece = &self.0.piece;
        match key {
            "commit" => return Some(Value::from_object(CommitObject(self.0.clone()))),
            "message" => return Some(Value::from(piece.message.replace('\r', ""))),
            "hexsha" => return Some(Value::from(self.hash())),
            "short_hash" => return Some(Value::from(self.0.commit.commit.id.short())),
            _ => {}
        }
        let Some(parsed) = &piece.parsed else {
            let error = format!("Unable to parse commit message: {}", quote(&piece.message));
            return (key == "error").then(|| Value::from(error));
        };
        Some(match key {
            "bump" => Value::from_object(Bump(parsed.level)),
            "type" => Value::from(parsed.category.as_str()),
            "scope" => Value::from(parsed.scope.as_str()),
            "descriptions" => List::texts(&parsed.descriptions),
            "breaking_descriptions" => List::texts(&parsed.breaking),
            "release_notices" => tuple(&parsed.notices),
            "linked_issues" => tuple(&parsed.issues),
            "linked_merge_request" | "linked_pull_request" => {
                Value::from(parsed.pull_request.as_str())
            }
            "include_in_changelog" => Value::from(true),
            _ => return None,
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if method != "is_merge_commit" {
            return Err(no_method());
        }
        from_args::<()>(args)?;
        Ok(Value::from(self.0.commit.commit.is_merge()))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.0.piece.parsed.is_some() { "ParsedCommit" } else { "ParseError" };
        write!(out, "{name}({})", self.hash())
    }
}

/// The git commit of a piece, with the piece's message.
#[derive(Debug)]
struct CommitObject(Told);

impl Object for CommitObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let commit = &self.0.commit.commit;
        let message = self.0.piece.message.as_str();
        Some(match key.as_str()? {
            "message" => Value::from(message),
            "summary" => Value::from(message.split('\n').next().unwrap_or_default()),
            "hexsha" => Value::from(commit.id.to_string()),
            "author" => person(&commit.author),
            "committer" => person(&self.0.commit.committer),
            "authored_date" => Value::from(commit.authored.seconds),
            "committed_date" => Value::from(commit.committed.seconds),
            "author_tz_offset" => Value::from(-commit.authored.offset),
            "committer_tz_offset" => Value::from(-commit.committed.offset),
            "authored_datetime" => Moment::value(commit.authored),
            "committed_datetime" => Moment::value(commit.committed),
            "parents" => Value::from(Tuple::from(
                commit
                    .parents
                    .iter()
                    .map(|id| Value::from_object(Parent(id.to_string())))
                    .collect::<Vec<_>>(),
            )),
            "type" => Value::from("commit"),
            "encoding" => Value::from("UTF-8"),
            _ => return None,
        })
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.commit.commit.id)
    }
}

/// A parent, of which only the name is known.
#[derive(Debug)]
struct Parent(String);

impl Object for Parent {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str()? == "hexsha").then(|| Value::from(self.0.as_str()))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// An object with fixed fields.
#[derive(Debug)]
pub(super) struct Fields(pub(super) Vec<(&'static str, Value)>);

impl Object for Fields {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(name, _)| Value::from(*name)).collect())
    }
}
