//! What templates know: the project, its releases, their commits.

use history::{Person, Time};
use minijinja::Value;

use super::filters::Server;
use super::moment::Moment;
use super::objects::{Fields, PieceObject, VersionObject, person};
use super::values::{Dict, List};
use crate::survey::{Elements, Record};
use crate::tags::TagFormat;
use crate::version::Version;

/// Steps a template may take whatever the history.
const BASE_FUEL: u64 = 20_000_000;
/// Further steps for each commit.
const FUEL_PER_COMMIT: u64 = 20_000;

/// The release that is being made.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its version.
    pub version: Version,
    /// Who makes it.
    pub author: Person,
    /// When.
    pub time: Time,
}

/// What the contexts of templates are made of.
pub struct Facts<'f> {
    /// The repository on the server.
    pub server: &'f Server,
    /// What history says.
    pub record: &'f Record,
    /// The release whose changes are the unreleased ones; `None` leaves them unreleased.
    pub release: Option<&'f Release>,
    /// Which release the notes are for, counted from the newest.
    pub notes_of: usize,
    /// How tags are named.
    pub format: &'f TagFormat,
    /// Changelogs are written whole.
    pub rewrite: bool,
    /// The changelog there is, absolute path.
    pub previous: String,
    /// What marks the place for new sections.
    pub insertion_flag: &'f str,
    /// The very first release says "Initial Release" only.
    pub mask_initial_release: bool,
}

impl Facts<'_> {
    pub(super) fn fuel(&self) -> u64 {
        let commits = u64::try_from(self.record.pieces()).unwrap_or(u64::MAX);
        BASE_FUEL.saturating_add(commits.saturating_mul(FUEL_PER_COMMIT))
    }

    fn version(&self, version: &Version) -> Value {
        Value::from_object(VersionObject { version: version.clone(), format: self.format.clone() })
    }

    fn released(
        &self,
        version: &Version,
        (tagger, committer): (&Person, &Person),
        time: Time,
        elements: Value,
    ) -> (Value, Value) {
        let version = self.version(version);
        let release = Dict::value(vec![
            (Value::from("tagger"), person(tagger)),
            (Value::from("committer"), person(committer)),
            (Value::from("tagged_date"), Moment::value(time)),
            (Value::from("elements"), elements),
            (Value::from("version"), version.clone()),
        ]);
        (version, release)
    }

    /// All releases, newest first, and what is unreleased.
    fn history(&self) -> (Vec<(Value, Value)>, Value) {
        let unreleased = elements(&self.record.unreleased);
        let mut releases = Vec::new();
        let unreleased = match self.release {
            Some(release) => {
                let by = (&release.author, &release.author);
                releases.push(self.released(&release.version, by, release.time, unreleased));
                Dict::value(Vec::new())
            }
            None => unreleased,
        };
        for past in &self.record.released {
            let by = (&past.tagger, &past.committer);
            releases.push(self.released(&past.version, by, past.time, elements(&past.elements)));
        }
        (releases, unreleased)
    }

    /// The context of a changelog.
    pub(super) fn changelog(&self) -> Value {
        let (releases, unreleased) = self.history();
        Value::from_object(Fields(vec![
            ("repo_name", Value::from(self.server.name.as_str())),
            ("repo_owner", Value::from(self.server.owner.as_str())),
            ("hvcs_type", Value::from("github")),
            ("history", history(Dict::value(releases), unreleased)),
            ("changelog_mode", Value::from(if self.rewrite { "init" } else { "update" })),
            ("prev_changelog_file", Value::from(self.previous.as_str())),
            ("changelog_insertion_flag", Value::from(self.insertion_flag)),
            ("mask_initial_release", Value::from(self.mask_initial_release)),
        ]))
    }

    /// What the template of the notes knows; the release they are for is one of the history's.
    pub(super) fn notes(&self, license: &str) -> Vec<(&'static str, Value)> {
        let (releases, unreleased) = self.history();
        let (version, release) = releases.get(self.notes_of).cloned().unwrap_or_default();
        let mask = Value::from(self.mask_initial_release);
        let context = Value::from_object(Fields(vec![
            ("history", history(Dict::value(releases), unreleased)),
            ("mask_initial_release", mask.clone()),
        ]));
        vec![
            ("repo_name", Value::from(self.server.name.as_str())),
            ("repo_owner", Value::from(self.server.owner.as_str())),
            ("hvcs_type", Value::from("github")),
            ("version", version),
            ("release", release),
            ("mask_initial_release", mask),
            ("license_name", Value::from(license)),
            ("context", context.clone()),
            ("ctx", context),
        ]
    }
}

fn history(released: Value, unreleased: Value) -> Value {
    Value::from_object(Fields(vec![("unreleased", unreleased), ("released", released)]))
}

fn elements(elements: &Elements) -> Value {
    let pairs = elements.iter().map(|(kind, pieces)| {
        let pieces = pieces.iter().map(|told| Value::from_object(PieceObject(told.clone())));
        (Value::from(kind.as_str()), List::value(pieces.collect()))
    });
    Dict::of_lists(pairs.collect())
}
