//! A run with users' own templates: what they are given, and what is made of what they give.

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, Failure};
use history::{Person, Time};

use crate::changelog;
use crate::files;
use crate::remote::Known;
use crate::session::{Session, Target};
use crate::survey::{self, Notes, Position, Record, Tagged};
use crate::template::{Facts, Reader, Release, Rendered, Server, Templates};

/// Whoever python-semantic-release says releases when nobody is configured.
const NOBODY: &str = "semantic-release";

impl Session {
    /// Whether templates take the place of the default changelog.
    pub(crate) fn has_own_changelog(&self) -> bool {
        self.templates.as_ref().is_some_and(Templates::has_changelog)
    }

    /// The files that templates make; `None` when there are no such templates.
    ///
    /// # Errors
    /// History or files that cannot be read, a template that cannot be rendered.
    pub(crate) fn own_files(
        &self,
        position: &Position,
        target: &Target,
        known: Option<&Known>,
    ) -> Result<Option<Vec<Rendered>>, Failure> {
        let release = self.own_release(target, known);
        self.own_files_of(position, &target.tags, Some(&release))
    }

    /// The same for what is released already, and what is not yet.
    ///
    /// # Errors
    /// As [`Session::own_files`].
    pub(crate) fn own_files_of(
        &self,
        position: &Position,
        tags: &[Tagged],
        release: Option<&Release>,
    ) -> Result<Option<Vec<Rendered>>, Failure> {
        let Some(templates) = self.templates.as_ref().filter(|found| found.has_changelog()) else {
            return Ok(None);
        };
        let server = self.own_server()?;
        let record = self.record(position, tags)?;
        let mask = self.settings.changelog.mask_initial_release;
        let facts = self.facts(&server, record, release, mask);
        let (clean, dirty) = self.outputs(templates, position)?;
        let syntax = &self.settings.changelog.environment;
        let render = |instead: BTreeMap<String, Option<Vec<u8>>>| {
            let reader = Reader::new(&self.root, &self.directory).instead(instead);
            templates.files(syntax, &facts, reader)
        };
        let made = render(clean.clone())?;
        if dirty.is_empty() {
            return Ok(Some(made));
        }
        // Where the files are what an earlier run of this release made of the commit's, they are
        // made of those again.
        let from_commit =
            dirty.iter().map(|(path, (committed, _))| (path.clone(), committed.clone()));
        let again = render(clean.into_iter().chain(from_commit).collect())?;
        let is_same = again.iter().all(|file| {
            dirty.get(&file.path).is_none_or(|(_, here)| here.as_ref() == Some(&file.contents))
        });
        Ok(Some(if is_same { again } else { made }))
    }

    /// The notes of a template; `None` when there is none.
    ///
    /// # Errors
    /// History that cannot be read, a template that cannot be rendered.
    pub(crate) fn own_notes(
        &self,
        position: &Position,
        target: &Target,
        known: Option<&Known>,
    ) -> Result<Option<String>, Failure> {
        let Some(templates) = self.templates.as_ref().filter(|found| found.has_notes()) else {
            return Ok(None);
        };
        let server = self.own_server()?;
        let record = self.record(position, &target.tags)?;
        let release = self.own_release(target, known);
        let release = Some(&release);
        let mask = self.settings.changelog.mask_initial_release;
        let license = self.settings.license.as_deref().unwrap_or_default();
        let since_full = self.wishes.notes_since_full && !target.decision.version.is_prerelease();
        let notes = if since_full {
            let full = target.decision.base.full.as_ref();
            let settings = &self.settings;
            let since = survey::since(record, &self.repository, position.head, full, settings)?;
            // Prereleases that are told here make it no initial release.
            let mask = mask && record.released.is_empty();
            templates.notes(&self.facts(&server, &since, release, mask), license)?
        } else {
            templates.notes(&self.facts(&server, record, release, mask), license)?
        };
        Ok(Some(changelog::fit(notes)))
    }

    /// The notes of a template for a release of the past; `None` when there is none.
    ///
    /// # Errors
    /// As [`Session::own_notes`].
    pub(crate) fn own_past_notes(
        &self,
        position: &Position,
        tags: &[Tagged],
        notes: &Notes,
        license: &str,
    ) -> Result<Option<String>, Failure> {
        let Some(templates) = self.templates.as_ref().filter(|found| found.has_notes()) else {
            return Ok(None);
        };
        let server = self.own_server()?;
        let record = self.record(position, tags)?;
        let settings = &self.settings;
        let mask = settings.changelog.mask_initial_release;
        let index = record.released.iter().position(|past| past.version == notes.version);
        let past = index.and_then(|index| record.released.get(index));
        let text = if let Some(past) = past.filter(|_| notes.since_full) {
            let full = notes.previous.as_ref();
            let since = survey::since(record, &self.repository, notes.commit, full, settings)?;
            let release = Release {
                version: past.version.clone(),
                author: past.tagger.clone(),
                time: past.time,
            };
            let mask = mask && notes.is_first;
            templates.notes(&self.facts(&server, &since, Some(&release), mask), license)?
        } else {
            let facts = self.facts(&server, record, None, mask);
            let facts = Facts { notes_of: index.unwrap_or_default(), ..facts };
            templates.notes(&facts, license)?
        };
        Ok(Some(changelog::fit(text)))
    }

    fn record(&self, position: &Position, tags: &[Tagged]) -> Result<&Record, Diagnostic> {
        if let Some(record) = self.record.get() {
            return Ok(record);
        }
        let record = survey::record(&self.repository, position.head, tags, &self.settings)?;
        Ok(self.record.get_or_init(|| record))
    }

    fn own_server(&self) -> Result<Server, Diagnostic> {
        let slug = self.slug.as_ref().ok_or_else(crate::remote::no_remote)?;
        Ok(Server {
            address: self.server.clone(),
            owner: slug.owner.clone(),
            name: slug.name.clone(),
        })
    }

    fn own_release(&self, target: &Target, known: Option<&Known>) -> Release {
        let author = self.author.clone();
        let author = author.map_or_else(
            || Person { name: NOBODY.to_owned(), email: NOBODY.to_owned() },
            |author| Person { name: author.name, email: author.email },
        );
        let known = known.and_then(|known| {
            let commit = known.sha.parse().ok().and_then(|id| self.repository.commit(id).ok());
            let day = || {
                let day: jiff::civil::Date = known.date.as_ref()?.parse().ok()?;
                let seconds = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
                Some(Time { seconds, offset: 0 })
            };
            commit.map(|commit| Time { seconds: commit.committed.seconds, offset: 0 }).or_else(day)
        });
        let version = target.decision.version.clone();
        Release { version, author, time: known.unwrap_or(self.now) }
    }

    fn facts<'f>(
        &'f self,
        server: &'f Server,
        record: &'f Record,
        release: Option<&'f Release>,
        mask_initial_release: bool,
    ) -> Facts<'f> {
        let changelog = &self.settings.changelog;
        Facts {
            server,
            record,
            release,
            notes_of: 0,
            format: &self.settings.tag_format,
            rewrite: changelog.rewrite,
            previous: self.directory.join(&changelog.file.value).display().to_string(),
            insertion_flag: &changelog.insertion_flag,
            mask_initial_release,
        }
    }

    /// Files that templates write and may read too: those that are as the commit has them but
    /// for line ends, and those that are not, with what the commit has and what is here.
    fn outputs(
        &self,
        templates: &Templates,
        position: &Position,
    ) -> Result<(Instead, Dirty), Diagnostic> {
        let (mut clean, mut dirty) = (Instead::new(), Dirty::new());
        for path in templates.outputs() {
            let file = self.repository.file_at(position.head, path)?;
            let committed = file.map(|file| file.contents);
            // What cannot be read is reported where it is written.
            let here = files::read(&self.root.join(path)).ok().flatten();
            if !files::is_unchanged(here.as_deref(), committed.as_deref()) {
                dirty.insert(path.to_owned(), (committed, here));
            } else if here != committed {
                clean.insert(path.to_owned(), committed);
            }
        }
        Ok((clean, dirty))
    }
}

/// Contents of the commit, by path.
type Instead = BTreeMap<String, Option<Vec<u8>>>;
/// Contents of the commit and of the working tree, by path.
type Dirty = BTreeMap<String, (Option<Vec<u8>>, Option<Vec<u8>>)>;
