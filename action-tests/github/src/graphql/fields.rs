//! What the fields of the types hold.

use serde_json::{Map, Value, json};

use super::{GraphQlError, commit_on_branch};
use crate::access::{Level, Token, account_id};
use crate::api::view;
use crate::call::Input;
use crate::clock::rfc3339;
use crate::git::{Kind, ObjectId, Person, oid};
use crate::world::{Repo, World};

/// A value of the graph.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Query,
    Mutation,
    /// By its place among the repositories.
    Repository(usize),
    /// Repository, full name, object.
    Ref(usize, String, ObjectId),
    /// Repository, object.
    Object(usize, ObjectId, Kind),
    /// Repository, number.
    PullRequest(usize, u64),
    /// Type and fields that are plain values.
    Plain(&'static str, Value),
    /// A connection: all its nodes.
    Connection(&'static str, Vec<Node>),
    /// What createCommitOnBranch returns: client's word, reference, commit.
    Committed(Value, Box<(Node, Node)>),
    List(Vec<Node>),
    Scalar(Value),
}

impl Node {
    /// The type's name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Mutation => "Mutation",
            Self::Repository(_) => "Repository",
            Self::Ref(..) => "Ref",
            Self::Object(_, _, Kind::Commit) => "Commit",
            Self::Object(_, _, Kind::Tag) => "Tag",
            Self::Object(_, _, Kind::Tree) => "Tree",
            Self::Object(_, _, Kind::Blob) => "Blob",
            Self::PullRequest(..) => "PullRequest",
            Self::Plain(name, _) | Self::Connection(name, _) => name,
            Self::Committed(..) => "CreateCommitOnBranchPayload",
            Self::List(_) | Self::Scalar(_) => "",
        }
    }

    /// Whether a fragment on this type or interface applies.
    pub(super) fn fits(&self, condition: Option<&str>) -> bool {
        let name = self.name();
        match condition {
            None | Some("Node") => true,
            Some("GitObject") => matches!(self, Self::Object(..)),
            Some("Actor" | "RepositoryOwner") => name == "User" || name == "Bot",
            Some("GitSignature") => name == "GpgSignature",
            Some(wanted) => wanted == name,
        }
    }
}

/// Looks values up.
pub(super) struct Resolver<'a> {
    pub(super) world: &'a mut World,
    pub(super) input: &'a Input,
}

type Resolved = Result<Node, GraphQlError>;

fn text(arguments: &Map<String, Value>, name: &str) -> Option<String> {
    arguments.get(name).and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn unknown(node: &Node, name: &str) -> GraphQlError {
    GraphQlError::document(format!("Field '{name}' doesn't exist on type '{}'", node.name()))
}

impl Resolver<'_> {
    /// One field of a value.
    pub(super) fn field(
        &mut self,
        node: &Node,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Resolved {
        if name == "__typename" {
            return Ok(Node::Scalar(json!(node.name())));
        }
        match node {
            Node::Query => self.query(node, name, arguments),
            Node::Mutation if name == "createCommitOnBranch" => {
                commit_on_branch::run(self.world, self.input, arguments)
            }
            Node::Repository(index) => self.repository(node, *index, name, arguments),
            Node::Ref(index, full, id) => self.reference(node, *index, full, *id, name),
            Node::Object(index, id, kind) => self.object(node, *index, *id, *kind, name),
            Node::PullRequest(index, number) => {
                super::pulls::field(self.at(*index)?, self.input, node, *number, name)
            }
            Node::Plain(_, value) => match value.get(name) {
                Some(value) => Ok(Node::Scalar(value.clone())),
                None => Err(unknown(node, name)),
            },
            Node::Connection(_, nodes) => match name {
                "nodes" => Ok(Node::List(nodes.clone())),
                "totalCount" => Ok(Node::Scalar(json!(nodes.len()))),
                "pageInfo" => Ok(Node::Plain(
                    "PageInfo",
                    json!({ "hasNextPage": false, "hasPreviousPage": false, "endCursor": null,
                            "startCursor": null }),
                )),
                _ => Err(unknown(node, name)),
            },
            Node::Committed(client, made) => match name {
                "clientMutationId" => Ok(Node::Scalar(client.clone())),
                "ref" => Ok(made.0.clone()),
                "commit" => Ok(made.1.clone()),
                _ => Err(unknown(node, name)),
            },
            Node::Mutation | Node::List(_) | Node::Scalar(_) => Err(unknown(node, name)),
        }
    }

    fn query(&self, node: &Node, name: &str, arguments: &Map<String, Value>) -> Resolved {
        match name {
            "viewer" => {
                let login = self.input.actor.as_ref().map_or("ghost", |token| token.login.as_str());
                Ok(account(login, self.input))
            }
            "repository" => {
                let owner = text(arguments, "owner").unwrap_or_default();
                let repo = text(arguments, "name").unwrap_or_default();
                find_repository(self.world, self.input, &owner, &repo).map(Node::Repository)
            }
            "rateLimit" => Ok(Node::Plain(
                "RateLimit",
                json!({ "limit": 5000, "remaining": 4999, "used": 1, "cost": 1, "nodeCount": 0,
                        "resetAt": rfc3339(4_102_444_800) }),
            )),
            _ => Err(unknown(node, name)),
        }
    }

    fn at(&self, index: usize) -> Result<&Repo, GraphQlError> {
        let repo = self.world.repositories.get(index);
        repo.ok_or_else(|| GraphQlError::new("NOT_FOUND", "Could not resolve to a Repository"))
    }

    fn repository(
        &self,
        node: &Node,
        index: usize,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Resolved {
        let repo = self.at(index)?;
        let full = |id: ObjectId, name: String| Node::Ref(index, name, id);
        let scalar = |value: Value| Ok(Node::Scalar(value));
        match name {
            "id" => scalar(json!(view::node_id("Repository", &repo.id.to_string()))),
            "databaseId" => scalar(json!(repo.id)),
            "name" => scalar(json!(repo.name)),
            "nameWithOwner" => scalar(json!(repo.full_name())),
            "isPrivate" => scalar(json!(repo.settings.private)),
            "isArchived" => scalar(json!(repo.settings.archived)),
            "url" => scalar(json!(self.input.urls.html(repo, ""))),
            "owner" => Ok(account(&repo.owner, self.input)),
            "viewerPermission" => {
                let writes = self.input.actor.as_ref().is_some_and(|token| {
                    token.reaches(&repo.full_name())
                        && token.permissions.allows("contents", Level::Write)
                });
                scalar(json!(if writes { "WRITE" } else { "READ" }))
            }
            "pullRequest" => {
                let number = arguments.get("number").and_then(Value::as_u64).unwrap_or_default();
                super::pulls::find(repo, number).map(|_| Node::PullRequest(index, number))
            }
            "defaultBranchRef" => {
                let name = format!("refs/heads/{}", repo.default_branch());
                let id = repo.store.reference(&name)?;
                Ok(id.map_or(Node::Scalar(Value::Null), |id| full(id, name)))
            }
            "ref" => {
                let wanted = text(arguments, "qualifiedName").unwrap_or_default();
                let candidates =
                    [wanted.clone(), format!("refs/heads/{wanted}"), format!("refs/tags/{wanted}")];
                for name in candidates.into_iter().filter(|name| name.starts_with("refs/")) {
                    if let Some(id) = repo.store.reference(&name)? {
                        return Ok(full(id, name));
                    }
                }
                scalar(Value::Null)
            }
            "object" => {
                let id = match (text(arguments, "oid"), text(arguments, "expression")) {
                    (Some(id), _) => oid(&id),
                    (None, Some(expression)) => expressed(repo, &expression)?,
                    (None, None) => None,
                };
                let Some(id) = id else { return scalar(Value::Null) };
                let kind = repo.store.kind(id)?;
                Ok(kind.map_or(Node::Scalar(Value::Null), |kind| Node::Object(index, id, kind)))
            }
            _ => Err(unknown(node, name)),
        }
    }

    fn reference(
        &self,
        node: &Node,
        index: usize,
        full: &str,
        id: ObjectId,
        name: &str,
    ) -> Resolved {
        let repo = self.at(index)?;
        let prefix =
            ["refs/heads/", "refs/tags/"].into_iter().find(|prefix| full.starts_with(prefix));
        let prefix = prefix.unwrap_or("refs/");
        match name {
            "id" => Ok(Node::Scalar(json!(view::node_id("Ref", full)))),
            "name" => Ok(Node::Scalar(json!(full.trim_start_matches(prefix)))),
            "prefix" => Ok(Node::Scalar(json!(prefix))),
            "target" => {
                let kind = repo.store.kind(id)?.unwrap_or(Kind::Commit);
                Ok(Node::Object(index, id, kind))
            }
            "repository" => Ok(Node::Repository(index)),
            _ => Err(unknown(node, name)),
        }
    }

    fn object(&self, node: &Node, index: usize, id: ObjectId, kind: Kind, name: &str) -> Resolved {
        let repo = self.at(index)?;
        let scalar = |value: Value| Ok(Node::Scalar(value));
        match name {
            "oid" => return scalar(json!(id.to_string())),
            "abbreviatedOid" => return scalar(json!(id.to_hex_with_len(7).to_string())),
            "id" => return scalar(json!(view::node_id(node.name(), &id.to_string()))),
            "repository" => return Ok(Node::Repository(index)),
            "commitUrl" => {
                return scalar(json!(self.input.urls.html(repo, &format!("/commit/{id}"))));
            }
            _ => {}
        }
        match kind {
            Kind::Commit => self.commit(node, index, id, name),
            Kind::Tag => {
                let tag = repo.store.tag(id)?.ok_or_else(|| unknown(node, name))?;
                match name {
                    "name" => scalar(json!(tag.name)),
                    "message" => scalar(json!(tag.message)),
                    "tagger" => Ok(actor(&tag.tagger)),
                    "target" => Ok(Node::Object(index, tag.target, tag.kind)),
                    _ => Err(unknown(node, name)),
                }
            }
            Kind::Blob => {
                let bytes = repo.store.blob(id)?.unwrap_or_default();
                match name {
                    "byteSize" => scalar(json!(bytes.len())),
                    "isBinary" => scalar(json!(std::str::from_utf8(&bytes).is_err())),
                    "text" => scalar(json!(std::str::from_utf8(&bytes).ok())),
                    _ => Err(unknown(node, name)),
                }
            }
            Kind::Tree => Err(unknown(node, name)),
        }
    }

    fn commit(&self, node: &Node, index: usize, id: ObjectId, name: &str) -> Resolved {
        let repo = self.at(index)?;
        let commit = repo.store.commit(id)?.ok_or_else(|| unknown(node, name))?;
        let scalar = |value: Value| Ok(Node::Scalar(value));
        let (headline, rest) = commit.message.split_once('\n').unwrap_or((&commit.message, ""));
        match name {
            "message" => scalar(json!(commit.message)),
            "messageHeadline" => scalar(json!(headline)),
            "messageBody" => scalar(json!(rest.trim())),
            "committedDate" => scalar(json!(rfc3339(commit.committer.seconds))),
            "authoredDate" => scalar(json!(rfc3339(commit.author.seconds))),
            "url" => scalar(json!(self.input.urls.html(repo, &format!("/commit/{id}")))),
            "author" => Ok(actor(&commit.author)),
            "committer" => Ok(actor(&commit.committer)),
            "tree" => Ok(Node::Object(index, commit.tree, Kind::Tree)),
            "parents" => {
                let parents = commit.parents.iter();
                let parents = parents.map(|id| Node::Object(index, *id, Kind::Commit)).collect();
                Ok(Node::Connection("CommitConnection", parents))
            }
            "signature" => {
                let found = view::verification(&commit);
                if commit.signature.is_none() {
                    return scalar(Value::Null);
                }
                let valid = found["verified"] == true;
                Ok(Node::Plain(
                    "GpgSignature",
                    json!({
                        "isValid": valid,
                        "state": if valid { "VALID" } else { "UNKNOWN_KEY" },
                        "signature": found["signature"],
                        "payload": found["payload"],
                        "wasSignedByGitHub": valid,
                        "email": commit.committer.email,
                        "keyId": null,
                        "verifiedAt": found["verified_at"],
                    }),
                ))
            }
            _ => Err(unknown(node, name)),
        }
    }
}

/// `branch:path`, or a name for a commit.
fn expressed(repo: &Repo, expression: &str) -> Result<Option<ObjectId>, GraphQlError> {
    let (name, path) = match expression.split_once(':') {
        Some((name, path)) => (name, Some(path)),
        None => (expression, None),
    };
    let Some(commit) = repo.store.resolve(name)? else { return Ok(None) };
    let Some(path) = path else { return Ok(Some(commit)) };
    let Some(tree) = repo.store.commit(commit)?.map(|commit| commit.tree) else { return Ok(None) };
    Ok(repo.store.entry(tree, path)?.map(|entry| entry.id))
}

fn account(login: &str, input: &Input) -> Node {
    let id = account_id(login);
    let name = if login.ends_with("[bot]") { "Bot" } else { "User" };
    // `viewer` is of type User for apps as well.
    Node::Plain(
        if name == "Bot" { "User" } else { name },
        json!({
            "login": login,
            "id": view::node_id(name, &id.to_string()),
            "databaseId": id,
            "name": null,
            "email": "",
            "url": input.urls.server.clone() + "/" + &crate::call::encode(login),
        }),
    )
}

fn actor(person: &Person) -> Node {
    Node::Plain(
        "GitActor",
        json!({ "name": person.name, "email": person.email, "date": rfc3339(person.seconds) }),
    )
}

/// The place of a repository that the token may see.
pub(super) fn find_repository(
    world: &World,
    input: &Input,
    owner: &str,
    name: &str,
) -> Result<usize, GraphQlError> {
    let visible = |repo: &Repo| {
        !repo.settings.private
            || input.actor.as_ref().is_some_and(|token: &Token| token.reaches(&repo.full_name()))
    };
    let same = |repo: &Repo| {
        repo.owner.eq_ignore_ascii_case(owner) && repo.name.eq_ignore_ascii_case(name)
    };
    world.repositories.iter().position(|repo| same(repo) && visible(repo)).ok_or_else(|| {
        GraphQlError::new(
            "NOT_FOUND",
            format!("Could not resolve to a Repository with the name '{owner}/{name}'."),
        )
    })
}
