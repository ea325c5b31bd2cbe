use diagnostics::{Diagnostic, Exit, Failure};

use super::*;
use crate::{Applied, Deferred, Probe, Values};

/// Writes a text; may use another step's output.
#[derive(Clone, Debug, Serialize)]
struct Write {
    to: &'static str,
    text: Deferred,
}

impl Effect for Write {
    type World = ();

    async fn probe(&self, (): &mut (), _values: &Values) -> Result<Probe, Failure> {
        Ok(Probe::NotDone)
    }

    async fn apply(&self, (): &mut (), _values: &Values) -> Result<Applied, Failure> {
        Ok(Applied::nothing())
    }

    fn uses(&self) -> Vec<&Deferred> {
        vec![&self.text]
    }
}

fn step(id: &str, text: impl Into<Deferred>) -> Step<Write> {
    Step::new(id, format!("write {id}"), Write { to: "file", text: text.into() })
}

#[test]
fn wrong_plans_are_bugs_found_before_anything_is_done() {
    let sha = || Deferred::output("commit", "sha");
    for (steps, expected) in [
        (vec![step("a", ""), step("a", "")], "plan: two steps are called `a`"),
        (vec![step("a", "").needs("b")], "plan: step `a` needs `b`, which is not a step"),
        (
            vec![step("a", "").needs("b"), step("b", "")],
            "plan: step `a` needs `b`, which stands after it",
        ),
        (
            vec![step("a", "").needs("b"), step("b", "").needs("a")],
            "plan: step `a` needs itself through its needs",
        ),
        (vec![step("a", "").needs("a")], "plan: step `a` needs itself through its needs"),
        (
            vec![step("commit", ""), step("tag", sha())],
            "plan: step `tag` uses `${commit.sha}` and does not need `commit`",
        ),
        (
            vec![step("tag", sha())],
            "plan: step `tag` uses `${commit.sha}` and does not need `commit`",
        ),
    ] {
        let error = Plan::new(steps).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(Diagnostic::from(error).exit, Exit::Bug);
    }
}

#[test]
fn needs_through_others_count() {
    let steps = vec![
        step("commit", ""),
        step("tag", "").needs("commit"),
        step("release", Deferred::output("commit", "sha")).needs("tag"),
    ];
    assert_eq!(Plan::new(steps).unwrap().steps().len(), 3);
}

#[test]
fn people_get_a_numbered_list_without_tricks() {
    let mut steps: Vec<_> = (1..=8).map(|number| step(&format!("s{number}"), "")).collect();
    steps.push(
        Step { summary: "build\u{1b}[2J\nand \u{202e}more".to_owned(), ..step("build", "") }
            .barrier(),
    );
    steps.push(step("a-longer-name", "").needs("build"));
    insta::assert_snapshot!(Plan::new(steps).unwrap().to_string(), @r"
     1. s1             write s1
     2. s2             write s2
     3. s3             write s3
     4. s4             write s4
     5. s5             write s5
     6. s6             write s6
     7. s7             write s7
     8. s8             write s8
     9. build          build\u{1b}[2J and \u{202e}more
        (the steps below are planned again after this one)
    10. a-longer-name  write a-longer-name
    ");
    assert_eq!(Plan::<Write>::empty().to_string(), "nothing to do\n");
}

#[test]
fn programs_get_json_with_placeholders() {
    let steps = vec![
        step("commit", "fix ${tag.name}"),
        step("tag", Deferred::output("commit", "sha")).needs("commit"),
    ];
    let json = Plan::new(steps).unwrap().to_json("semantic-release", "0.1.0", "version").unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap(), @r#"
    {
      "schema": 1,
      "action": "semantic-release",
      "version": "0.1.0",
      "mode": "version",
      "steps": [
        {
          "id": "commit",
          "summary": "write commit",
          "needs": [],
          "barrier": false,
          "effect": {
            "to": "file",
            "text": "fix $${tag.name}"
          }
        },
        {
          "id": "tag",
          "summary": "write tag",
          "needs": [
            "commit"
          ],
          "barrier": false,
          "effect": {
            "to": "file",
            "text": "${commit.sha}"
          }
        }
      ]
    }
    "#);
}

#[test]
fn an_effect_without_json_form_is_a_bug() {
    #[derive(Serialize)]
    struct Bad(std::collections::BTreeMap<(u8, u8), u8>);
    impl Effect for Bad {
        type World = ();
        async fn probe(&self, (): &mut (), _values: &Values) -> Result<Probe, Failure> {
            Ok(Probe::NotDone)
        }
        async fn apply(&self, (): &mut (), _values: &Values) -> Result<Applied, Failure> {
            Ok(Applied::nothing())
        }
    }
    let effect = Bad(std::collections::BTreeMap::from([((1, 2), 3)]));
    let plan = Plan::new(vec![Step::new("a", "a", effect)]).unwrap();
    assert!(matches!(plan.to_json("x", "0", "m"), Err(EffectsError::NotJson { .. })));
}
