//! Files that carry the release already: an earlier step prepared them, or a run that was killed,
//! or the build has just changed them.

use crate::changelog::Format;
use crate::files::{Place, Planned, is_unchanged};
use crate::pushed_tag::section;
use crate::session::Session;

/// Whether a changelog here has the section of this version, and the commit's does not: then it
/// has been written, whatever the day, and is not written twice.
pub(crate) fn is_written(
    here: &[u8],
    committed: Option<&[u8]>,
    format: Format,
    version: &str,
) -> bool {
    heading(here, format, version).is_some()
        && committed.is_none_or(|text| heading(text, format, version).is_none())
}

/// The heading of this version's section.
fn heading(text: &[u8], format: Format, version: &str) -> Option<String> {
    let text = String::from_utf8_lossy(text).replace('\r', "");
    section::find(&text, format, version)?.lines().next().map(str::to_owned)
}

/// The day a heading names.
pub(crate) fn day_of(heading: &str) -> Option<String> {
    let is_day = |word: &&str| word.parse::<jiff::civil::Date>().is_ok() && word.len() == 10;
    heading.split(['(', ')', ' ']).rfind(is_day).map(str::to_owned)
}

impl Session {
    /// The day on which this version's section was written into the changelog here, where that
    /// was done before this run: all of the release is of that day then.
    pub(crate) fn prepared_on(&self, place: &Place<'_>, version: &str) -> Option<String> {
        let settings = &self.settings.changelog;
        let path = self.path_in_repository(&settings.file.value);
        let file = self.root.join(&path);
        // What is no file is refused where files are planned; reading a pipe would never end.
        file.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        let here = std::fs::read(file).ok()?;
        let committed = place.repository.file_at(place.tip, &path).ok()?;
        let committed = committed.as_ref().map(|file| file.contents.as_slice());
        if !is_written(&here, committed, settings.format, version) {
            return None;
        }
        day_of(&heading(&here, settings.format, version)?)
    }

    /// The heading of this version's section in the changelog of a commit.
    pub(crate) fn heading_at(
        &self,
        commit: history::Oid,
        version: &str,
    ) -> Result<Option<String>, diagnostics::Diagnostic> {
        let settings = &self.settings.changelog;
        let path = self.path_in_repository(&settings.file.value);
        let file = self.repository.file_at(commit, &path)?;
        Ok(file.and_then(|file| heading(&file.contents, settings.format, version)))
    }

    /// The release's files as the build has left them, which is what is committed.
    pub(crate) fn as_built(
        &self,
        place: &Place<'_>,
        files: &mut [Planned],
    ) -> Result<(), diagnostics::Diagnostic> {
        for file in files {
            let Ok(here) = std::fs::read(self.root.join(&file.path)) else { continue };
            let committed = place.repository.file_at(place.tip, &file.path)?;
            let committed = committed.as_ref().map(|file| file.contents.as_slice());
            file.in_commit = !is_unchanged(Some(&here), committed);
            file.contents = here;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_sections_and_their_days() {
        let old = "# CHANGELOG\n\n<!-- version list -->\n\n## v1.0.0 (2026-01-01)\n\n- x\n";
        let new = old.replace("-->\n", "-->\n\n## v1.1.0 (2026-02-03)\n\n- y\n\n");
        let markdown = |here: &str, committed: Option<&str>| {
            is_written(here.as_bytes(), committed.map(str::as_bytes), Format::Markdown, "1.1.0")
        };
        assert!(markdown(&new, Some(old)) && markdown(&new, None));
        assert!(markdown(&new.replace('\n', "\r\n"), Some(old)));
        assert!(!markdown(old, Some(old)) && !markdown(&new, Some(&new)));
        let found = heading(new.as_bytes(), Format::Markdown, "1.1.0").unwrap();
        assert_eq!(day_of(&found).as_deref(), Some("2026-02-03"));
        assert_eq!(day_of("## v1.1.0"), None);
        let rst = "v1.1.0 (2026-02-03)\n===================\n";
        assert!(is_written(rst.as_bytes(), None, Format::Rst, "1.1.0"));
    }
}
