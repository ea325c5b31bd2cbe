//! The answer: what is locked in every row, and what pixi does with it.

use pixi_workspace::predict::{Command, Outcome, Prediction, Situation, predict, recommended_for};
use pixi_workspace::stale::Verdict;
use pixi_workspace::{DeclaredRow, Era, Finding, Machine, Overrides, View};

use super::Wanted;
use crate::answer::{
    Answer, Asks, EnvironmentFacts, FrameworkFacts, LockFacts, ManifestFacts, Override, Pixi,
    Predicted, Predictions, Reason, RowFacts, RowOverride, UpToDate,
};
use crate::sizes::Size;
use crate::subject::Subject;
use crate::variants;
use crate::variants::Variants;

/// What an answer is made from.
pub(super) struct Given<'a> {
    pub(super) subject: &'a Subject,
    pub(super) views: &'a [View<'a>],
    pub(super) machine: &'a Machine,
    pub(super) overrides: &'a Overrides,
    pub(super) wanted: &'a Wanted,
    /// Whether the lock fits the manifest, where it can be read.
    pub(super) verdict: Option<&'a Verdict>,
    /// The value of `CONDA_OVERRIDE_CUDA` that the predictions are for.
    pub(super) in_force: Option<String>,
}

/// The answer.
pub(super) fn answer(given: &Given<'_>) -> Answer {
    let subject = given.subject;
    Answer {
        pixi: Pixi { version: subject.pixi.version.to_string(), because: subject.pixi.why.clone() },
        manifest: ManifestFacts {
            path: subject.manifest.source.name().to_owned(),
            dialect: dialect(subject),
        },
        lock: LockFacts {
            path: subject.files.name("pixi.lock"),
            state: match &subject.files.lock {
                Ok(lock) if lock.version > subject.pixi.version.lock_format() => {
                    "lock/newer-format".to_owned()
                }
                Ok(_) => "ok".to_owned(),
                Err(trouble) => trouble.finding(subject.pixi.version, true, false).code.to_owned(),
            },
            version: subject.lock().map(|lock| lock.version),
        },
        up_to_date: up_to_date(given),
        cuda_override: Override {
            needed: given.wanted.needed,
            value: given.wanted.value.clone(),
            in_force: given.in_force.clone(),
            exported: given.wanted.exported().map(str::to_owned),
            reasons: given.wanted.reasons.clone(),
        },
        environments: environments(given),
    }
}

fn dialect(subject: &Subject) -> &'static str {
    let manifest = &subject.manifest;
    let declares = |feature: &pixi_workspace::manifest::Feature| {
        feature.system_requirements.as_ref().is_some_and(|table| table.cuda.is_some())
    };
    if manifest.has_rich_platforms() {
        "platforms"
    } else if manifest.features.iter().any(declares) {
        "system-requirements"
    } else {
        "none"
    }
}

/// Whether the lock fits. One that this pixi cannot read does not: `--locked` refuses it.
fn up_to_date(given: &Given<'_>) -> UpToDate {
    let (lock, version) = (&given.subject.files.lock, given.subject.pixi.version);
    let unreadable = match lock {
        Err(trouble) => Some(trouble.finding(version, true, false)),
        Ok(lock) if lock.version > version.lock_format() => {
            lock.findings(version, true, false).into_iter().next()
        }
        Ok(_) => None,
    };
    if let Some(Finding { message: truth, prevents: logged, .. }) = unreadable {
        let reason = Reason { environment: None, platform: None, truth, logged };
        return UpToDate { answer: "no", reasons: vec![reason] };
    }
    match given.verdict {
        None => UpToDate { answer: "unknown", reasons: Vec::new() },
        Some(Verdict::UpToDate) => UpToDate { answer: "yes", reasons: Vec::new() },
        Some(Verdict::Stale(reasons)) => UpToDate {
            answer: "no",
            reasons: reasons
                .iter()
                .map(|reason| Reason {
                    environment: Some(reason.environment.clone()),
                    platform: reason.platform.clone(),
                    truth: reason.truth.clone().unwrap_or_else(|| reason.logged.clone()),
                    logged: Some(reason.logged.clone()),
                })
                .collect(),
        },
        Some(Verdict::Unknown(doubts)) => UpToDate {
            answer: "unknown",
            reasons: doubts
                .iter()
                .map(|doubt| Reason {
                    environment: doubt.environment.clone(),
                    platform: doubt.platform.clone(),
                    truth: doubt.why.clone(),
                    logged: None,
                })
                .collect(),
        },
    }
}

/// The environments, those that were asked for first.
fn environments(given: &Given<'_>) -> Vec<EnvironmentFacts> {
    let mut all: Vec<EnvironmentFacts> =
        given.views.iter().map(|view| environment(given, view)).collect();
    all.sort_by_key(|one| !one.requested);
    all
}

fn environment(given: &Given<'_>, view: &View<'_>) -> EnvironmentFacts {
    let lock = given.subject.lock();
    let does = |command, installed: Option<&str>| {
        let situation =
            Situation { lock, machine: given.machine, overrides: given.overrides, installed };
        predict(view, &situation, command)
    };
    let prediction = lock.map(|_| {
        let install = does(Command::Install, None);
        let installed = install.row.clone().filter(|_| install.outcome != Outcome::Error);
        let run = does(Command::Run, installed.as_deref());
        Predictions { install: predicted(install), run: predicted(run) }
    });
    EnvironmentFacts {
        name: view.name().to_owned(),
        requested: given.subject.is_requested(view.name()),
        rows: view.rows().iter().map(|declared| row(given, view, declared)).collect(),
        prediction,
    }
}

fn predicted(prediction: Prediction) -> Predicted {
    Predicted {
        outcome: match prediction.outcome {
            Outcome::Ok => "ok",
            Outcome::Warning => "warning",
            Outcome::Error => "error",
        },
        row: prediction.row,
        installs_nothing: prediction.installs_nothing,
        message: prediction.message,
    }
}

fn row(given: &Given<'_>, view: &View<'_>, declared: &DeclaredRow) -> RowFacts {
    let mut facts = RowFacts {
        platform: declared.name.clone(),
        subdir: declared.subdir.clone(),
        locked: false,
        declared_cuda: view.declared_cuda(declared).map(|declared| declared.version),
        variant: "none",
        cuda_level: None,
        frameworks: Vec::new(),
        cuda_in_depends: Vec::new(),
        cuda_in_constrains: Vec::new(),
        cuda_override: RowOverride::default(),
        download_bytes: 0,
        without_size: 0,
    };
    let Some(lock) = given.subject.lock() else { return facts };
    let Some(locked) = view.locked_row(lock, declared) else { return facts };
    facts.locked = true;
    let found = Variants::of(lock, locked);
    facts.variant = found.word();
    facts.cuda_level = found.level().map(str::to_owned);
    facts.frameworks = found
        .frameworks
        .iter()
        .map(|one| FrameworkFacts {
            name: one.name.clone(),
            version: one.version.clone(),
            variant: one.variant.word(),
            cuda_level: one.level.clone(),
            evidence: one.evidence.clone(),
        })
        .collect();
    facts.cuda_in_depends = asks(&found.depends);
    facts.cuda_in_constrains = asks(&found.constrains);
    facts.cuda_override = RowOverride {
        needed: match view.version().era() {
            Era::Unaware => false,
            Era::Overridable => facts.declared_cuda.is_some(),
            Era::Packages | Era::Rows => !found.depends.is_empty(),
        },
        value: recommended_for(&[(view, declared)], Some(lock)).map(|one| one.cuda),
    };
    let size = Size::of(lock, locked);
    facts.download_bytes = size.download;
    facts.without_size = size.without_size();
    facts
}

fn asks(found: &[variants::Asks]) -> Vec<Asks> {
    found.iter().map(|one| Asks { package: one.package.clone(), spec: one.spec.clone() }).collect()
}
