//! A toy world: files that steps write, a build, and a branch that others may move.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Serialize;

use super::*;
use crate::{Deferred, Silent};

#[derive(Clone, Debug, Default, PartialEq)]
struct World {
    files: BTreeMap<String, String>,
    head: u32,
    /// Others push whenever they see the file of this name being written.
    pushed_on: Vec<&'static str>,
    /// What happens when the step writing this file is applied.
    trouble: Option<(&'static str, Trouble)>,
    applied: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    /// The process is killed before the request.
    Before,
    /// The request is carried out and the answer lost.
    AnswerLost,
    /// The request is refused.
    Refused,
    /// The request never ends.
    Hangs,
    /// The branch moved between probe and request.
    Moved,
}

/// Writes a file, made for a state of the branch.
#[derive(Clone, Debug, Serialize)]
struct Write {
    file: &'static str,
    text: Deferred,
    head: Option<u32>,
}

impl Effect for Write {
    type World = World;

    async fn probe(&self, world: &mut World, values: &Values) -> Result<Probe, Failure> {
        let text = values.resolve(&self.text).map_err(Diagnostic::from)?;
        if world.files.get(self.file) == Some(&text) {
            return Ok(Probe::Done(left(&text)));
        }
        match self.head {
            Some(head) if head != world.head => Ok(Probe::Conflict("the branch moved".to_owned())),
            _ => Ok(Probe::NotDone),
        }
    }

    async fn apply(&self, world: &mut World, values: &Values) -> Result<Applied, Failure> {
        let text = values.resolve(&self.text).map_err(Diagnostic::from)?;
        let trouble =
            world.trouble.take_if(|(file, _)| *file == self.file).map(|(_, trouble)| trouble);
        match trouble {
            Some(Trouble::Before | Trouble::Refused) => return Err(outside()),
            Some(Trouble::Hangs) => std::future::pending().await,
            Some(Trouble::Moved) => {
                world.head += 1;
                return Ok(Applied::Conflict("not a fast-forward".to_owned()));
            }
            Some(Trouble::AnswerLost) | None => {}
        }
        world.applied.push(self.file.to_owned());
        world.files.insert(self.file.to_owned(), text.clone());
        if world.pushed_on.contains(&self.file) {
            world.head += 1;
        }
        if trouble == Some(Trouble::AnswerLost) { Err(outside()) } else { Ok(left(&text).into()) }
    }

    fn uses(&self) -> Vec<&Deferred> {
        vec![&self.text]
    }
}

fn left(text: &str) -> Outputs {
    Outputs::from([("text".to_owned(), text.to_owned())])
}

fn outside() -> Failure {
    Failure::from(Diagnostic::outside("toy/outside", "no answer"))
}

/// Plans: a file `version` for the present head, a build (a barrier), and a tag of the version.
struct Toy {
    build: bool,
    asked: Vec<Why>,
}

impl Toy {
    fn new() -> Self {
        Self { build: false, asked: Vec::new() }
    }

    fn plan(&self, world: &World) -> Plan<Write> {
        let write = |file, text: Deferred, head| Write { file, text, head };
        let version = format!("v{}", world.head);
        let mut steps =
            vec![Step::new("version", "write", write("version", version.into(), Some(world.head)))];
        if self.build {
            let text = Deferred::output("version", "text");
            steps.push(
                Step::new("build", "build", write("build", text, None)).needs("version").barrier(),
            );
        }
        let text = Deferred::Joined(vec!["tag ".into(), Deferred::output("version", "text")]);
        steps.push(Step::new("tag", "tag", write("tag", text, Some(world.head))).needs("version"));
        let text = Deferred::from("${tag.text}");
        steps.push(Step::new("note", "note", write("note", text, None)).needs("tag"));
        Plan::new(steps).expect("a good plan")
    }
}

impl Planner for Toy {
    type Effect = Write;

    async fn replan(
        &mut self,
        world: &mut World,
        why: &Why,
        _: &Values,
    ) -> Result<Plan<Write>, Failure> {
        self.asked.push(why.clone());
        Ok(self.plan(world))
    }
}

async fn run(toy: &mut Toy, world: &mut World) -> Result<Report, Stopped> {
    carry_out(toy.plan(world), toy, world, &mut Silent).await
}

fn end_state() -> BTreeMap<String, String> {
    [("version", "v0"), ("tag", "tag v0"), ("note", "${tag.text}")]
        .map(|(file, text)| (file.to_owned(), text.to_owned()))
        .into()
}

#[tokio::test]
async fn steps_run_in_order_with_outputs_of_earlier_ones() {
    let (mut toy, mut world) = (Toy::new(), World::default());
    let report = run(&mut toy, &mut world).await.unwrap();
    assert_eq!(world.files, end_state());
    assert_eq!(report.values.get("tag", "text"), Some("tag v0"));
    assert!(report.changed());
    let again = run(&mut toy, &mut world).await.unwrap();
    assert!(!again.changed());
    assert_eq!(again.values, report.values, "a second run has the same outputs");
    assert_eq!(world.applied, ["version", "tag", "note"]);
}

#[tokio::test]
async fn killed_anywhere_a_second_run_ends_in_the_same_state() {
    for file in ["version", "tag", "note"] {
        for trouble in [Trouble::Before, Trouble::AnswerLost, Trouble::Refused] {
            let mut world = World { trouble: Some((file, trouble)), ..World::default() };
            let first = run(&mut Toy::new(), &mut world).await;
            assert_eq!(first.is_ok(), trouble == Trouble::AnswerLost, "{file} {trouble:?}");
            run(&mut Toy::new(), &mut world).await.unwrap();
            assert_eq!(world.files, end_state(), "{file} {trouble:?}");
            assert_eq!(world.applied, ["version", "tag", "note"], "nothing is done twice");
        }
    }
}

#[tokio::test]
async fn dropped_at_any_step_a_second_run_ends_in_the_same_state() {
    for file in ["version", "tag", "note"] {
        let mut world = World { trouble: Some((file, Trouble::Hangs)), ..World::default() };
        let mut toy = Toy::new();
        tokio::select! {
            biased;
            _ = run(&mut toy, &mut world) => panic!("{file} hangs"),
            () = tokio::task::yield_now() => {}
        }
        run(&mut Toy::new(), &mut world).await.unwrap();
        assert_eq!((&world.files, world.applied.len()), (&end_state(), 3), "{file}");
    }
}

#[tokio::test]
async fn a_failing_step_tells_what_is_done_and_what_is_not() {
    let mut world = World { trouble: Some(("tag", Trouble::Refused)), ..World::default() };
    let stopped = run(&mut Toy::new(), &mut world).await.unwrap_err();
    assert_eq!(stopped.remaining, ["tag", "note"]);
    assert_eq!(stopped.report.values.get("version", "text"), Some("v0"));
    assert_eq!(stopped.failure.exit(), Exit::Outside);
    assert_eq!(
        stopped.failure.diagnostics[0].notes,
        ["done: `version`; not done: `tag`, `note`; a further run completes the rest"]
    );
}

#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    let mut world = World { trouble: Some(("tag", Trouble::AnswerLost)), ..World::default() };
    let report = run(&mut Toy::new(), &mut world).await.unwrap();
    assert_eq!(report.finished[1].how, How::Recovered);
    assert_eq!(report.values.get("tag", "text"), Some("tag v0"));
}

#[tokio::test]
async fn a_conflict_leads_to_a_new_plan() {
    for (pushed_on, trouble) in [(vec!["version"], None), (vec![], Some(("tag", Trouble::Moved)))] {
        let mut world = World { pushed_on, trouble, ..World::default() };
        let mut toy = Toy::new();
        let mut watcher = Watcher::default();
        let plan = toy.plan(&world);
        // The push of others happens once.
        let result = carry_out(plan, &mut toy, &mut world, &mut watcher).await;
        if world.pushed_on.is_empty() {
            result.unwrap();
            assert_eq!(world.files["tag"], "tag v1", "the tag is of the new plan's version");
            assert_eq!(watcher.plans, 1, "the new plan is shown");
            assert!(
                matches!(&toy.asked[..], [Why::Conflict { attempt: 1, step, .. }] if step == "tag")
            );
        } else {
            let stopped = result.unwrap_err();
            assert_eq!(stopped.failure.diagnostics[0].code, "effects/conflict");
            assert_eq!(stopped.remaining, ["tag", "note"]);
            assert_eq!((toy.asked.len(), watcher.plans), (3, 3), "three new plans and no more");
        }
    }
}

#[tokio::test]
async fn after_a_barrier_the_rest_is_planned_again_and_an_equal_barrier_is_not_passed_twice() {
    let mut world = World { pushed_on: vec!["build"], ..World::default() };
    let mut toy = Toy { build: true, ..Toy::new() };
    let stopped = run(&mut toy, &mut world).await.unwrap_err();
    // The build moves the branch, so what it was given is another version each time.
    assert_eq!(world.applied.iter().filter(|file| *file == "build").count(), 4);
    assert_eq!(stopped.failure.diagnostics[0].code, "effects/conflict");

    let mut world = World::default();
    let mut toy = Toy { build: true, ..Toy::new() };
    let report = run(&mut toy, &mut world).await.unwrap();
    assert_eq!(world.applied, ["version", "build", "tag", "note"]);
    assert_eq!(toy.asked, [Why::Barrier { step: "build".to_owned() }]);
    let how: Vec<_> = report.finished.iter().map(|step| step.how).collect();
    assert_eq!(how, [How::Applied; 4], "what this run did stays its work under a new plan");
}

/// Counts, and cancels after some steps.
#[derive(Default)]
struct Watcher {
    plans: usize,
    events: Vec<String>,
    cancel_after: Option<usize>,
    asked: Cell<usize>,
}

impl Observer<Write> for Watcher {
    fn cancelled(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.cancel_after.is_some_and(|steps| {
            self.events.iter().filter(|e| e.starts_with("done")).count() >= steps
        })
    }

    async fn cancellation(&self) {
        if self.cancel_after.is_none() {
            std::future::pending::<()>().await;
        }
    }

    fn started(&mut self, step: &Step<Write>, number: usize, total: usize) {
        self.events.push(format!("started {} {number}/{total}", step.id));
    }

    fn done(&mut self, step: &Step<Write>, _: &Finished) {
        self.events.push(format!("done {}", step.id));
    }

    fn skipped(&mut self, step: &Step<Write>, _: &Finished) {
        self.events.push(format!("skipped {}", step.id));
    }

    fn replanned(&mut self, _: &Plan<Write>, _: &Why) {
        self.plans += 1;
    }
}

#[tokio::test]
async fn the_observer_sees_every_step() {
    let mut world = World::default();
    world.files.insert("version".to_owned(), "v0".to_owned());
    let mut watcher = Watcher::default();
    let mut toy = Toy::new();
    carry_out(toy.plan(&world), &mut toy, &mut world, &mut watcher).await.unwrap();
    let expected =
        ["skipped version", "started tag 2/3", "done tag", "started note 3/3", "done note"];
    assert_eq!(watcher.events, expected);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_starts_no_step_and_a_further_run_completes_it() {
    let mut world = World::default();
    let mut watcher = Watcher { cancel_after: Some(1), ..Watcher::default() };
    let mut toy = Toy::new();
    let stopped =
        carry_out(toy.plan(&world), &mut toy, &mut world, &mut watcher).await.unwrap_err();
    assert!(stopped.is_cancelled());
    assert_eq!(stopped.failure.exit(), Exit::Cancelled);
    assert_eq!((world.applied.len(), stopped.remaining.len()), (1, 2));
    run(&mut toy, &mut world).await.unwrap();
    assert_eq!(world.files, end_state());
}

#[tokio::test(start_paused = true)]
async fn a_running_step_has_its_grace_and_no_more() {
    let mut world = World { trouble: Some(("version", Trouble::Hangs)), ..World::default() };
    let mut watcher = Watcher { cancel_after: Some(1), ..Watcher::default() };
    let mut toy = Toy::new();
    let start = tokio::time::Instant::now();
    let stopped =
        carry_out(toy.plan(&world), &mut toy, &mut world, &mut watcher).await.unwrap_err();
    assert!(stopped.is_cancelled());
    assert_eq!(start.elapsed(), GRACE);
    assert_eq!(watcher.events, ["started version 1/3"]);
}
