//! The GraphQL endpoint.

use github_stand_in::{Protection, Rule, Ruleset, Settings, Target};
use serde_json::{Value, json};

use crate::scene::{READER, Scene, TOKEN};

const COMMIT: &str = "mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) {
    clientMutationId
    commit { oid url signature { isValid state } author { name email } }
    ref { name target { oid } }
  }
}";

fn input(scene: &Scene) -> Value {
    json!({ "input": {
        "clientMutationId": "one",
        "branch": { "repositoryNameWithOwner": "octo/demo", "branchName": "main" },
        "expectedHeadOid": scene.head(),
        "message": { "headline": "chore: release", "body": "Why." },
        "fileChanges": {
            "additions": [{ "path": "src/version", "contents": "MQo=" }],
            "deletions": [{ "path": "README.md" }],
        },
    }})
}

#[test]
fn a_commit_on_a_branch_is_signed_and_moves_it() {
    let scene = Scene::new();
    let before = scene.head();
    let reply = scene.graphql(TOKEN, COMMIT, &input(&scene));
    let made = &reply.json["data"]["createCommitOnBranch"];
    assert_eq!(made["commit"]["oid"], scene.head(), "{}", reply.message());
    assert_eq!(made["commit"]["signature"], json!({ "isValid": true, "state": "VALID" }));
    assert_eq!(made["commit"]["author"]["name"], "github-actions[bot]");
    assert_eq!(made["ref"], json!({ "name": "main", "target": { "oid": scene.head() } }));
    assert_eq!(made["clientMutationId"], "one");
    assert_eq!(scene.git(&["rev-parse", "main~1"]), before);
    assert_eq!(scene.git(&["log", "-1", "--format=%B", "main"]), "chore: release\n\nWhy.");
    let files = scene.git(&["ls-tree", "-r", "--name-only", "main"]);
    assert_eq!(files, "src/run.sh\nsrc/version");
    scene.is_sound();
}

#[test]
fn a_head_that_moved_is_stale_data() {
    let scene = Scene::new();
    let mut input = input(&scene);
    input["input"]["expectedHeadOid"] = json!(scene.git(&["rev-parse", "main~1"]));
    let before = scene.head();
    let reply = scene.graphql(TOKEN, COMMIT, &input);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["data"], json!({ "createCommitOnBranch": null }));
    assert_eq!(reply.json["errors"][0]["type"], "STALE_DATA");
    assert!(reply.message().contains("Expected branch to point to"));
    assert_eq!(scene.head(), before);
}

#[test]
fn the_mode_of_a_changed_executable_is_lost() {
    let scene = Scene::new();
    let mut input = input(&scene);
    input["input"]["fileChanges"] =
        json!({ "additions": [{ "path": "src/run.sh", "contents": "MQo=" }] });
    scene.graphql(TOKEN, COMMIT, &input);
    assert!(scene.git(&["ls-tree", "main", "src/run.sh"]).starts_with("100644"));
}

#[test]
fn what_does_not_fit_is_refused() {
    let scene = Scene::new();
    let before = scene.head();
    let mut deletion = input(&scene);
    deletion["input"]["fileChanges"] = json!({ "deletions": [{ "path": "none" }] });
    assert!(scene.graphql(TOKEN, COMMIT, &deletion).message().contains("requested for deletion"));
    let mut repository = input(&scene);
    repository["input"]["branch"]["repositoryNameWithOwner"] = json!("octo/none");
    let reply = scene.graphql(TOKEN, COMMIT, &repository);
    assert_eq!(reply.json["errors"][0]["type"], "NOT_FOUND");
    let reply = scene.graphql(READER, COMMIT, &input(&scene));
    assert_eq!(reply.json["errors"][0]["type"], "FORBIDDEN");
    let mut member = input(&scene);
    member["input"]["author"] = json!("Mona");
    let reply = scene.graphql(TOKEN, COMMIT, &member);
    assert!(reply.json["errors"][0]["message"].is_string());
    assert_eq!(scene.head(), before);
}

#[test]
fn protection_and_rulesets_have_errors_of_their_own() {
    let protected = vec![Protection::of("main")];
    let scene = Scene::with(Settings { protected, ..Settings::default() });
    let reply = scene.graphql(TOKEN, COMMIT, &input(&scene));
    assert_eq!(reply.json["errors"][0]["type"], "BRANCH_PROTECTION_RULE_VIOLATION");

    let rulesets = vec![Ruleset::new("rules", Target::Branch, "main", &[Rule::PullRequest])];
    let scene = Scene::with(Settings { rulesets, ..Settings::default() });
    let reply = scene.graphql(TOKEN, COMMIT, &input(&scene));
    assert_eq!(reply.json["errors"][0]["type"], "UNPROCESSABLE");
    assert!(reply.message().contains("Repository rule violations found"));
}

#[test]
fn queries_select_what_they_name() {
    let scene = Scene::new();
    let query = "query Q($owner: String!, $name: String!) {
      me: viewer { login }
      repository(owner: $owner, name: $name) {
        nameWithOwner
        defaultBranchRef { name target { __typename ...c } }
        missing: ref(qualifiedName: \"refs/tags/none\") { name }
        object(expression: \"main:README.md\") { ... on Blob { text } }
      }
    }
    fragment c on Commit { oid messageHeadline parents(first: 1) { totalCount } }";
    let reply = scene.graphql(TOKEN, query, &json!({ "owner": "octo", "name": "demo" }));
    let expected = json!({ "data": {
        "me": { "login": "github-actions[bot]" },
        "repository": {
            "nameWithOwner": "octo/demo",
            "defaultBranchRef": { "name": "main", "target": {
                "__typename": "Commit", "oid": scene.head(), "messageHeadline": "fix: more",
                "parents": { "totalCount": 1 },
            }},
            "missing": null,
            "object": { "text": "# Demo\n\nMore.\n" },
        },
    }});
    assert_eq!(reply.json, expected);
    scene.is_sound();
}

#[test]
fn wrong_documents_are_refused() {
    let scene = Scene::new();
    for query in [
        "query { nonsense }",
        "query { viewer }",
        "query { viewer { login ",
        "query($a: String!) { repository(owner: $a, name: \"demo\") { name } }",
        "subscription { x }",
    ] {
        let reply = scene.graphql(TOKEN, query, &json!({}));
        assert!(reply.json["errors"][0]["message"].is_string(), "{query}: {}", reply.message());
        assert_eq!(reply.json["data"], Value::Null, "{query}");
    }
    let body = json!({ "query": "query { viewer { login } }" });
    assert_eq!(scene.send(None, "POST", "/graphql", &body).unwrap().status, 401);
}

#[test]
fn only_mutations_count_as_changes() {
    let scene = Scene::new();
    scene.graphql(TOKEN, "query { viewer { login } }", &json!({}));
    assert!(scene.server.mutations().is_empty());
    scene.graphql(TOKEN, COMMIT, &input(&scene));
    assert_eq!(scene.server.mutations(), ["POST /graphql"]);
}
