//! Stages with dependencies, run a few at a time, timed, with a closing table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::interrupt::interrupted;
use crate::process::{Log, tail};
use crate::say;

/// How many stages run at once: cargo's own jobs share the same cores, so more would not be faster.
const LANES: usize = 3;

/// Characters of a note in the table; the whole text is in the log.
const NOTE_WIDTH: usize = 110;

/// Checks counted by a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

/// How a stage that did not fail ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It holds; the note goes into the table, the counts (one check when `None`) into the sum.
    Passed { note: String, counts: Option<Counts> },
    /// It could not be judged here; the reason goes into the table.
    NotRun(String),
}

impl Outcome {
    /// Passed, with a note for the table.
    pub(crate) fn passed(note: impl Into<String>) -> Self {
        Self::Passed { note: note.into(), counts: None }
    }
}

/// One stage. `C` is what all stages share.
pub(crate) struct Stage<C> {
    /// Name in the table and of its log.
    pub(crate) name: &'static str,
    /// Stages that must have passed.
    pub(crate) needs: &'static [&'static str],
    /// Stages that must have ended, however.
    pub(crate) after: &'static [&'static str],
    /// The work.
    pub(crate) run: fn(&C, &Log) -> Result<Outcome>,
}

#[derive(Debug)]
enum Verdict {
    Passed(String, Counts),
    Failed(String),
    NotRun(String),
}

struct Row {
    name: &'static str,
    took: Duration,
    verdict: Verdict,
}

/// Runs the stages and prints the table. True when none failed.
pub(crate) fn run<C: Sync>(stages: &[Stage<C>], shared: &C, logs: &Path) -> Result<bool> {
    std::fs::create_dir_all(logs)
        .with_context(|| format!("failed to create {}", logs.display()))?;
    let start = Instant::now();
    let mut waiting: Vec<&Stage<C>> = stages.iter().collect();
    let mut rows: Vec<Row> = Vec::new();
    let (report, reports) = mpsc::channel::<Row>();
    std::thread::scope(|scope| {
        let mut running = 0;
        loop {
            let mut held = Vec::new();
            for stage in std::mem::take(&mut waiting) {
                if let Some(missing) = unmet(stage, &rows) {
                    let verdict = Verdict::NotRun(format!("needs `{missing}`"));
                    finish(&mut rows, Row { name: stage.name, took: Duration::ZERO, verdict });
                } else if interrupted() {
                    let verdict = Verdict::NotRun("interrupted".to_owned());
                    finish(&mut rows, Row { name: stage.name, took: Duration::ZERO, verdict });
                } else if running < LANES && ready(stage, stages, &rows) {
                    running += 1;
                    say::line(&format!("… {}", stage.name));
                    let report = report.clone();
                    let log = logs.join(format!("{}.log", stage.name.replace([' ', '/'], "-")));
                    // The receiver lives as long as the scope.
                    scope.spawn(move || drop(report.send(execute(stage, shared, &log))));
                } else {
                    held.push(stage);
                }
            }
            waiting = held;
            if running == 0 && waiting.is_empty() {
                break;
            }
            if running > 0 {
                let Ok(row) = reports.recv() else { break };
                running -= 1;
                finish(&mut rows, row);
            }
        }
    });
    rows.sort_by_key(|row| stages.iter().position(|stage| stage.name == row.name));
    say::heading("Stages");
    for line in table(&rows, start.elapsed()).lines() {
        say::line(line);
    }
    let sum = sum(&rows);
    say::line(&format!("{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped));
    Ok(sum.failed == 0)
}

/// The first needed stage that ended without passing.
fn unmet<C>(stage: &Stage<C>, rows: &[Row]) -> Option<&'static str> {
    stage.needs.iter().copied().find(|name| {
        rows.iter().any(|row| row.name == *name && !matches!(row.verdict, Verdict::Passed(..)))
    })
}

/// Whether everything this stage waits for (and that is part of this run) has ended.
fn ready<C>(stage: &Stage<C>, stages: &[Stage<C>], rows: &[Row]) -> bool {
    stage.needs.iter().chain(stage.after).all(|name| {
        rows.iter().any(|row| row.name == *name) || !stages.iter().any(|other| other.name == *name)
    })
}

fn execute<C>(stage: &Stage<C>, shared: &C, path: &Path) -> Row {
    let start = Instant::now();
    // A log of an earlier run would only confuse.
    let _ = std::fs::remove_file(path);
    let log = Log::File(path.to_owned());
    let run = std::panic::AssertUnwindSafe(|| (stage.run)(shared, &log));
    let verdict = match std::panic::catch_unwind(run) {
        Ok(Ok(Outcome::Passed { note, counts })) => {
            Verdict::Passed(note, counts.unwrap_or(Counts { passed: 1, ..Counts::default() }))
        }
        Ok(Ok(Outcome::NotRun(why))) => Verdict::NotRun(why),
        Ok(Err(error)) => {
            log.line(&format!("error: {error:#}"));
            Verdict::Failed(format!("{error:#}"))
        }
        Err(_) => Verdict::Failed("the stage itself panicked".to_owned()),
    };
    if matches!(verdict, Verdict::Failed(_)) {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        say::heading(&format!("{} failed, the end of {}", stage.name, path.display()));
        say::block(&tail(&text, 150));
    }
    Row { name: stage.name, took: start.elapsed(), verdict }
}

fn finish(rows: &mut Vec<Row>, row: Row) {
    say::line(&line(&row));
    rows.push(row);
}

fn line(row: &Row) -> String {
    let (mark, note) = match &row.verdict {
        Verdict::Passed(note, _) => ("✓", note),
        Verdict::Failed(why) => ("✗", why),
        Verdict::NotRun(why) => ("-", why),
    };
    let note = first_line(note);
    format!("{mark} {:<22} {:>5.1} min  {note}", row.name, row.took.as_secs_f64() / 60.0)
}

/// What fits beside the other columns.
fn first_line(note: &str) -> String {
    let line = note.lines().next().unwrap_or_default();
    if line.chars().count() <= NOTE_WIDTH {
        return line.to_owned();
    }
    line.chars().take(NOTE_WIDTH - 1).chain(['…']).collect()
}

fn table(rows: &[Row], total: Duration) -> String {
    let mut text = format!("{:<24} {:>7}  {:<8} {}\n", "stage", "minutes", "result", "note");
    for row in rows {
        let (result, note) = match &row.verdict {
            Verdict::Passed(note, _) => ("passed", note),
            Verdict::Failed(why) => ("FAILED", why),
            Verdict::NotRun(why) => ("not run", why),
        };
        let note = first_line(note);
        let minutes = row.took.as_secs_f64() / 60.0;
        // Writing to a String does not fail.
        let _ = writeln!(text, "{:<24} {minutes:>7.1}  {result:<8} {note}", row.name);
    }
    let _ = writeln!(text, "{:<24} {:>7.1}", "total", total.as_secs_f64() / 60.0);
    text
}

fn sum(rows: &[Row]) -> Counts {
    let mut sum = Counts::default();
    for row in rows {
        match &row.verdict {
            Verdict::Passed(_, counts) => {
                sum.passed += counts.passed;
                sum.failed += counts.failed;
                sum.skipped += counts.skipped;
            }
            Verdict::Failed(_) => sum.failed += 1,
            Verdict::NotRun(_) => sum.skipped += 1,
        }
    }
    sum
}

/// Keeps the named stages and everything they need or come after.
pub(crate) fn only<C>(stages: Vec<Stage<C>>, names: &[String]) -> Result<Vec<Stage<C>>> {
    if names.is_empty() {
        return Ok(stages);
    }
    let by_name: BTreeMap<&str, &[&'static str]> =
        stages.iter().map(|stage| (stage.name, stage.needs)).collect();
    let mut wanted: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = names.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        let needs = by_name.get(name).with_context(|| {
            let known: Vec<&str> = by_name.keys().copied().collect();
            format!("no stage is called `{name}`; there are: {}", known.join(", "))
        })?;
        if !wanted.contains(&name) {
            wanted.push(name);
            open.extend(needs.iter().copied());
        }
    }
    let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
    Ok(stages.into_iter().filter(|stage| wanted.iter().any(|name| name == stage.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    type Order = Mutex<Vec<&'static str>>;

    fn stage(
        name: &'static str,
        needs: &'static [&'static str],
        after: &'static [&'static str],
        run: fn(&Order, &Log) -> Result<Outcome>,
    ) -> Stage<Order> {
        Stage { name, needs, after, run }
    }

    #[test]
    fn what_needs_a_failed_stage_is_not_run_and_the_run_fails() {
        let folder = tempfile::tempdir().unwrap();
        let order = Order::default();
        let stages = [
            stage("late", &["early"], &[], |order, _| {
                order.lock().unwrap().push("late");
                Ok(Outcome::passed(""))
            }),
            stage("early", &[], &[], |order, _| {
                order.lock().unwrap().push("early");
                anyhow::bail!("broken")
            }),
            stage("free", &[], &["early"], |order, _| {
                order.lock().unwrap().push("free");
                Ok(Outcome::passed(""))
            }),
        ];
        assert!(!run(&stages, &order, folder.path()).unwrap());
        assert_eq!(*order.lock().unwrap(), ["early", "free"]);
    }

    #[test]
    fn the_sum_counts_stages_and_their_checks() {
        let row = |verdict| Row { name: "x", took: Duration::ZERO, verdict };
        let counts = Counts { passed: 7, failed: 0, skipped: 2 };
        let rows = [
            row(Verdict::Passed(String::new(), counts)),
            row(Verdict::Failed("no".into())),
            row(Verdict::NotRun("no".into())),
        ];
        assert_eq!(sum(&rows), Counts { passed: 7, failed: 1, skipped: 3 });
    }

    #[test]
    fn only_keeps_what_is_needed() {
        let ok: fn(&Order, &Log) -> Result<Outcome> = |_, _| Ok(Outcome::passed(""));
        let stages =
            vec![stage("a", &[], &[], ok), stage("b", &["a"], &[], ok), stage("c", &[], &[], ok)];
        let kept = only(stages, &["b".to_owned()]).unwrap();
        assert_eq!(kept.iter().map(|stage| stage.name).collect::<Vec<_>>(), ["a", "b"]);
        assert!(only(Vec::<Stage<Order>>::new(), &["x".to_owned()]).is_err());
    }
}
