//! A file that is written as a whole, without a release.

use config::Spanned;
use diagnostics::Diagnostic;

use super::{Place, Planned, is_unchanged, problem, read};

impl Place<'_> {
    /// What `make` makes of a file; `None` stands for no file. What an earlier run made of the
    /// commit's is not made into more.
    ///
    /// # Errors
    /// A file outside the repository, a file that cannot be read or is no text.
    pub(crate) fn rewrite(
        &self,
        item: &Spanned<String>,
        mut make: impl FnMut(Option<&str>) -> Vec<u8>,
    ) -> Result<Planned, Diagnostic> {
        let path = self.locate(item)?;
        let committed = self.repository.file_at(self.tip, &path)?;
        let here = read(&self.root.join(&path)).map_err(|error| {
            problem(item, format!("`{path}` cannot be read: {error}"))
                .with_help("check the file's permissions and those of its folder")
        })?;
        let executable = committed.as_ref().is_some_and(|file| file.executable);
        let committed = committed.map(|file| file.contents);
        let text = here.as_deref().map(std::str::from_utf8).transpose().map_err(|_| {
            problem(item, format!("`{path}` is not UTF-8 text")).with_help("save the file as UTF-8")
        })?;
        let mut contents = make(text);
        if !is_unchanged(here.as_deref(), committed.as_deref()) {
            let of_commit = committed.as_deref().map(std::str::from_utf8).transpose();
            if let Some(made) = of_commit.ok().map(&mut make)
                && here.as_ref() == Some(&made)
            {
                contents = made;
            }
        }
        let in_commit = committed.as_ref() != Some(&contents);
        Ok(Planned { path, contents, executable, in_commit })
    }

    /// A file with these contents, whatever is there.
    ///
    /// # Errors
    /// A file outside the repository.
    pub(crate) fn replace(
        &self,
        item: &Spanned<String>,
        contents: Vec<u8>,
    ) -> Result<Planned, Diagnostic> {
        let path = self.locate(item)?;
        let committed = self.repository.file_at(self.tip, &path)?;
        let executable = committed.as_ref().is_some_and(|file| file.executable);
        let in_commit = committed.is_none_or(|file| file.contents != contents);
        Ok(Planned { path, contents, executable, in_commit })
    }

    /// Whether the working tree has the file like this.
    pub(crate) fn has(&self, file: &Planned) -> bool {
        read(&self.root.join(&file.path)).is_ok_and(|here| here.as_ref() == Some(&file.contents))
    }
}
