//! JSON forms that several endpoints share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::access::account_id;
use crate::call::{Call, Urls};
use crate::clock::rfc3339;
use crate::git::{CommitData, ObjectId, Person};
use crate::world::Repo;

/// A global node name, opaque as GitHub's.
pub(crate) fn node_id(kind: &str, id: &str) -> String {
    STANDARD.encode(format!("{:03}:{kind}{id}", kind.len()))
}

/// `simple-user`.
pub(crate) fn user(urls: &Urls, login: &str) -> Value {
    let id = account_id(login);
    let path = crate::call::encode(login);
    let url = urls.api(&format!("/users/{path}"));
    let mut user = json!({
        "login": login,
        "id": id,
        "node_id": node_id("User", &id.to_string()),
        "avatar_url": format!("{}/avatars/u/{id}", urls.server),
        "gravatar_id": "",
        "url": url,
        "html_url": format!("{}/{path}", urls.server),
        "type": if login.ends_with("[bot]") { "Bot" } else { "User" },
        "site_admin": false,
    });
    for name in [
        "followers",
        "following",
        "gists",
        "starred",
        "subscriptions",
        "organizations",
        "repos",
        "events",
        "received_events",
    ] {
        let segment = if name == "organizations" { "orgs" } else { name };
        user[format!("{name}_url")] = json!(format!("{url}/{segment}"));
    }
    user
}

/// `full-repository`; `repository` is the same without the last few members.
pub(crate) fn repository(urls: &Urls, repo: &Repo, permissions: Option<Value>) -> Value {
    let created = rfc3339(repo.created);
    let mut value = json!({
        "id": repo.id,
        "node_id": node_id("Repository", &repo.id.to_string()),
        "name": repo.name,
        "full_name": repo.full_name(),
        "owner": user(urls, &repo.owner),
        "private": repo.settings.private,
        "visibility": if repo.settings.private { "private" } else { "public" },
        "html_url": urls.html(repo, ""),
        "description": null,
        "fork": false,
        "url": urls.repository(repo, ""),
        "git_url": format!("{}.git", urls.html(repo, "")),
        "ssh_url": format!("git@localhost:{}.git", repo.full_name()),
        "clone_url": format!("{}.git", urls.html(repo, "")),
        "svn_url": urls.html(repo, ""),
        "mirror_url": null,
        "homepage": null,
        "language": null,
        "license": null,
        "default_branch": repo.default_branch(),
        "archived": repo.settings.archived,
        "disabled": false,
        "created_at": created,
        "updated_at": created,
        "pushed_at": created,
        "size": 0,
        "topics": [],
    });
    for name in ["issues", "projects", "wiki", "downloads"] {
        value[format!("has_{name}")] = json!(true);
    }
    for name in ["pages", "discussions"] {
        value[format!("has_{name}")] = json!(false);
    }
    for name in ["forks", "watchers", "open_issues"] {
        value[name] = json!(0);
        value[format!("{name}_count")] = json!(0);
    }
    for name in ["stargazers_count", "network_count", "subscribers_count"] {
        value[name] = json!(0);
    }
    for (name, path) in ADDRESSES {
        // The templates at the end of these addresses are not to be percent-encoded.
        let (path, template) = path.find('{').map_or((*path, ""), |at| path.split_at(at));
        value[format!("{name}_url")] = json!(format!("{}{template}", urls.repository(repo, path)));
    }
    if let Some(permissions) = permissions {
        value["permissions"] = permissions;
    }
    value
}

/// The addresses below a repository, as templates.
const ADDRESSES: &[(&str, &str)] = &[
    ("archive", "/{archive_format}{/ref}"),
    ("assignees", "/assignees{/user}"),
    ("blobs", "/git/blobs{/sha}"),
    ("branches", "/branches{/branch}"),
    ("collaborators", "/collaborators{/collaborator}"),
    ("comments", "/comments{/number}"),
    ("commits", "/commits{/sha}"),
    ("compare", "/compare/{base}...{head}"),
    ("contents", "/contents/{+path}"),
    ("contributors", "/contributors"),
    ("deployments", "/deployments"),
    ("downloads", "/downloads"),
    ("events", "/events"),
    ("forks", "/forks"),
    ("git_commits", "/git/commits{/sha}"),
    ("git_refs", "/git/refs{/sha}"),
    ("git_tags", "/git/tags{/sha}"),
    ("hooks", "/hooks"),
    ("issue_comment", "/issues/comments{/number}"),
    ("issue_events", "/issues/events{/number}"),
    ("issues", "/issues{/number}"),
    ("keys", "/keys{/key_id}"),
    ("labels", "/labels{/name}"),
    ("languages", "/languages"),
    ("merges", "/merges"),
    ("milestones", "/milestones{/number}"),
    ("notifications", "/notifications{?since,all,participating}"),
    ("pulls", "/pulls{/number}"),
    ("releases", "/releases{/id}"),
    ("stargazers", "/stargazers"),
    ("statuses", "/statuses/{sha}"),
    ("subscribers", "/subscribers"),
    ("subscription", "/subscription"),
    ("tags", "/tags"),
    ("teams", "/teams"),
    ("trees", "/git/trees{/sha}"),
];

/// Name, address and time of an author.
pub(crate) fn person(person: &Person) -> Value {
    json!({ "name": person.name, "email": person.email, "date": rfc3339(person.seconds) })
}

/// The start of signatures the stand-in makes in GitHub's place.
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----\n\nstand-in:";

/// A signature in the place of GitHub's own. It is a checksum, no cryptography: the stand-in is
/// its only judge.
pub(crate) fn sign(payload: &str) -> String {
    use sha2::Digest as _;
    let digest = STANDARD.encode(sha2::Sha256::digest(payload.as_bytes()));
    format!("{SIGNATURE}{digest}\n-----END PGP SIGNATURE-----\n")
}

/// `verification`: valid for what the stand-in signed, unsigned without a signature.
pub(crate) fn verification(commit: &CommitData) -> Value {
    let Some(signature) = &commit.signature else {
        return json!({
            "verified": false, "reason": "unsigned", "signature": null, "payload": null,
            "verified_at": null,
        });
    };
    let payload = commit.payload();
    let verified = signature.trim_end() == sign(&payload).trim_end();
    json!({
        "verified": verified,
        "reason": if verified { "valid" } else { "unknown_key" },
        "signature": signature,
        "payload": payload,
        "verified_at": verified.then(|| rfc3339(commit.committer.seconds)),
    })
}

impl Call<'_> {
    /// `git-commit`.
    pub(crate) fn git_commit(&self, id: ObjectId, commit: &CommitData) -> Value {
        let parents: Vec<Value> = commit
            .parents
            .iter()
            .map(|parent| {
                json!({
                    "sha": parent.to_string(),
                    "url": self.url(&format!("/git/commits/{parent}")),
                    "html_url": self.input.urls.html(self.repo, &format!("/commit/{parent}")),
                })
            })
            .collect();
        json!({
            "sha": id.to_string(),
            "node_id": node_id("Commit", &id.to_string()),
            "url": self.url(&format!("/git/commits/{id}")),
            "html_url": self.input.urls.html(self.repo, &format!("/commit/{id}")),
            "author": person(&commit.author),
            "committer": person(&commit.committer),
            "message": commit.message,
            "tree": self.tree_link(commit.tree),
            "parents": parents,
            "verification": verification(commit),
        })
    }

    fn tree_link(&self, tree: ObjectId) -> Value {
        json!({ "sha": tree.to_string(), "url": self.url(&format!("/git/trees/{tree}")) })
    }

    /// `commit`, as the commits, branches and compare endpoints show it.
    pub(crate) fn commit(&self, id: ObjectId, commit: &CommitData) -> Value {
        let data = self.git_commit(id, commit);
        let url = self.url(&format!("/commits/{id}"));
        let parents: Vec<Value> = commit
            .parents
            .iter()
            .map(|parent| {
                json!({
                    "sha": parent.to_string(),
                    "url": self.url(&format!("/commits/{parent}")),
                    "html_url": self.input.urls.html(self.repo, &format!("/commit/{parent}")),
                })
            })
            .collect();
        json!({
            "sha": id.to_string(),
            "node_id": data["node_id"],
            "url": url,
            "html_url": data["html_url"],
            "comments_url": format!("{url}/comments"),
            "commit": {
                "url": data["url"],
                "author": data["author"],
                "committer": data["committer"],
                "message": data["message"],
                "comment_count": 0,
                "tree": data["tree"],
                "verification": data["verification"],
            },
            "author": self.account(&commit.author),
            "committer": self.account(&commit.committer),
            "parents": parents,
        })
    }

    /// The account behind an author: GitHub knows it by the noreply address.
    fn account(&self, person: &Person) -> Value {
        if person.email == "noreply@github.com" {
            return user(&self.input.urls, "web-flow");
        }
        match person.email.strip_suffix("@users.noreply.github.com") {
            Some(name) => {
                let login = name.split_once('+').map_or(name, |(_, login)| login);
                user(&self.input.urls, login)
            }
            None => Value::Null,
        }
    }

    /// `git-ref`.
    pub(crate) fn git_ref(&self, name: &str, id: ObjectId) -> anyhow::Result<Value> {
        let kind = self.repo.store.kind(id)?.map_or_else(|| "commit".to_owned(), |k| k.to_string());
        Ok(json!({
            "ref": name,
            "node_id": node_id("Ref", name),
            "url": self.url(&format!("/git/{name}")),
            "object": {
                "sha": id.to_string(),
                "type": kind,
                "url": self.url(&format!("/git/{kind}s/{id}")),
            },
        }))
    }
}

/// The five permissions GitHub shows with a repository.
pub(crate) fn repository_permissions(push: bool, admin: bool) -> Value {
    let names = [("admin", admin), ("maintain", admin), ("push", push), ("triage", push)];
    let mut map: Map<String, Value> =
        names.into_iter().map(|(name, granted)| (name.to_owned(), json!(granted))).collect();
    map.insert("pull".to_owned(), json!(true));
    Value::Object(map)
}
