//! What there is to do.

use diagnostics::{Diagnostic, Failure, Source};
use history::Oid;

use super::{Session, Target, Verdict};
use crate::next::Rules;
use crate::remote::Known;
use crate::survey::{self, Decision, Lineage, Position, Tagged};
use crate::version::Level;

impl Session {
    /// What there is to do.
    ///
    /// # Errors
    /// History that cannot be read.
    pub fn verdict(&self, position: &Position, rules: &Rules) -> Result<Verdict, Failure> {
        let (tags, _) =
            survey::version_tags(&self.repository, &self.settings.tag_format, &rules.token)?;
        let decide = |tags: &[Tagged]| {
            survey::decide(
                &self.repository,
                position.head,
                tags,
                rules,
                &self.settings,
                &self.wishes,
            )
        };
        let decision = Box::new(decide(&tags)?);
        let is_nothing = decision.level == Level::None && decision.exact.is_none();
        if self.settings.node.is_some() && is_nothing {
            let why = "no commit asks for a release".to_owned();
            return Ok(Verdict::Nothing { decision, why });
        }
        let Some(own) = tags.iter().find(|tag| tag.version == decision.version) else {
            let tag = self.settings.tag_format.tag(&decision.version);
            let known = self.head_is_release(position, &decision)?;
            return Ok(Verdict::Release(Box::new(Target {
                decision: *decision,
                tag,
                tags,
                known,
                tagged: false,
            })));
        };
        let commit = Lineage::new(&self.repository, position.head).commit(own)?;
        let Some(commit) = commit.filter(|_| self.wishes.print.is_none()) else {
            return self.taken_otherwise(decision, own);
        };
        let why = format!("{} has been released already", decision.version);
        if !self.repository.has(commit) {
            return Ok(Verdict::Nothing { decision, why });
        }
        let is_exact = self.wishes.force_version.is_some();
        let unfinished = self.wishes.release || self.settings.release.partial_tags;
        if !is_exact && (self.wishes.dry_run || !unfinished || !self.wishes.push) {
            return Ok(Verdict::Nothing { decision, why });
        }
        // Of this run's own release only the last steps may be missing: the tag is on this
        // commit, or on a release commit on top of it, and without it the answer is the same.
        let others: Vec<Tagged> = tags.iter().filter(|tag| *tag != own).cloned().collect();
        let again = decide(&others)?;
        if again.version != decision.version || !self.is_own(position, commit, &again)? {
            if is_exact {
                return Err(taken(&own.tag.name).into());
            }
            return Ok(Verdict::Nothing { decision, why });
        }
        if self.wishes.dry_run || !self.wishes.release {
            return Ok(Verdict::Nothing { decision, why });
        }
        let known = Some(self.known(commit)?);
        let tag = own.tag.name.clone();
        Ok(Verdict::Release(Box::new(Target {
            decision: again,
            tag,
            tags: others,
            known,
            tagged: true,
        })))
    }

    /// The tag is only asked for, or stands on a file or a folder: nothing was released then, and
    /// nothing can be.
    fn taken_otherwise(&self, decision: Box<Decision>, own: &Tagged) -> Result<Verdict, Failure> {
        if self.wishes.print.is_some() {
            let why = format!("{} has been released already", decision.version);
            return Ok(Verdict::Nothing { decision, why });
        }
        let message = format!("tag `{}` is there already, and not on a commit", own.tag.name);
        Err(Diagnostic::bad_input("release/tag-taken", message)
            .with_help("delete the tag here and on the server: it names the next version")
            .into())
    }

    /// The tagged commit is `HEAD`, or the release commit on top of it.
    fn is_own(
        &self,
        position: &Position,
        commit: Oid,
        decision: &Decision,
    ) -> Result<bool, Diagnostic> {
        if commit == position.head {
            return Ok(true);
        }
        let commit = self.repository.commit(commit)?;
        let message = self.message(decision);
        Ok(commit.parents == [position.head] && commit.message.trim_end() == message.trim_end())
    }

    /// `HEAD` is the commit an earlier run made for this very version.
    fn head_is_release(
        &self,
        position: &Position,
        decision: &Decision,
    ) -> Result<Option<Known>, Diagnostic> {
        let head = self.repository.commit(position.head)?;
        let message = self.message(decision);
        if head.message.trim_end() != message.trim_end() || !self.wishes.commit {
            return Ok(None);
        }
        let version = decision.version.to_string();
        let tag = self.settings.tag_format.tag(&decision.version);
        if !self.is_stamped(position.head, &version, &tag)? {
            return Ok(None);
        }
        Ok(Some(self.known(position.head)?))
    }

    /// Whether every stamped place of a commit says this version.
    pub(crate) fn is_stamped(
        &self,
        commit: Oid,
        version: &str,
        tag: &str,
    ) -> Result<bool, Diagnostic> {
        for stamp in &self.settings.stamps {
            let path = self.path_in_repository(&stamp.file);
            let file = self.repository.file_at(commit, &path)?;
            let text =
                file.and_then(|file| String::from_utf8(file.contents).ok()).unwrap_or_default();
            let stamped = stamp.apply(&Source::file(path, text.clone()), version, tag);
            if stamped.as_ref() != Ok(&text) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The version of input `force_version` is another commit's.
fn taken(tag: &str) -> Diagnostic {
    let message = format!("the version of input `force_version` is taken: tag `{tag}` is there");
    Diagnostic::bad_input("release/force-version", message)
        .with_help("give a version that has no tag yet")
}
