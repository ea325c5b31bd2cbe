//! The files through which a step talks to the runner.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::runner::{ACT_FILES, Runner};

/// One of the runner's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileCommand {
    Output,
    Environment,
    Path,
    State,
    Summary,
}

impl FileCommand {
    /// The variable that names it.
    pub(crate) const fn variable(self) -> &'static str {
        match self {
            Self::Output => "GITHUB_OUTPUT",
            Self::Environment => "GITHUB_ENV",
            Self::Path => "GITHUB_PATH",
            Self::State => "GITHUB_STATE",
            Self::Summary => "GITHUB_STEP_SUMMARY",
        }
    }

    /// Its name in act's own folder.
    const fn act_name(self) -> &'static str {
        match self {
            Self::Output => "outputcmd.txt",
            Self::Environment => "envs.txt",
            Self::Path => "pathcmd.txt",
            Self::State => "statecmd.txt",
            Self::Summary => "SUMMARY.md",
        }
    }

    /// Where it is. When the variable names a folder that does not exist, act's own is used if it
    /// is there: in act's host mode the variable holds a path of the host (runner contract, 6.2).
    pub(crate) fn path(self, runner: &Runner) -> Option<PathBuf> {
        self.path_or_in(runner, Path::new(ACT_FILES))
    }

    fn path_or_in(self, runner: &Runner, act_files: &Path) -> Option<PathBuf> {
        let path = PathBuf::from(runner.environment().get(self.variable())?);
        let has_folder = path.parent().is_some_and(Path::is_dir);
        if has_folder {
            return Some(path);
        }
        act_files.is_dir().then(|| act_files.join(self.act_name()))
    }

    /// Appends in one write; if the file does not end in a line feed, one goes first.
    pub(crate) fn append(self, path: &Path, text: &str) -> Result<(), Error> {
        append(path, text).map_err(|error| Error::FileCommand {
            variable: self.variable(),
            path: path.to_owned(),
            error,
        })
    }
}

fn append(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    if text.is_empty() {
        return Ok(());
    }
    if ends_within_a_line(&mut file)? {
        file.write_all(format!("\n{text}").as_bytes())
    } else {
        file.write_all(text.as_bytes())
    }
}

fn ends_within_a_line(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_starts_on_a_line_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("output");
        for (before, expected) in [("", "x\n"), ("a=b\n", "a=b\nx\n"), ("a=b", "a=b\nx\n")] {
            std::fs::write(&path, before).unwrap();
            FileCommand::Output.append(&path, "x\n").unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
        }
    }

    #[test]
    fn acts_own_folder_is_the_fallback() {
        let dir = tempfile::tempdir().unwrap();
        let named = dir.path().join("gone/output");
        let environment = [("GITHUB_OUTPUT", named.to_str().unwrap())].into_iter().collect();
        let runner = Runner::new(environment, dir.path());
        let output = FileCommand::Output;
        assert_eq!(output.path_or_in(&runner, &dir.path().join("no")), None);
        assert_eq!(output.path_or_in(&runner, dir.path()), Some(dir.path().join("outputcmd.txt")));
        assert_eq!(FileCommand::State.path_or_in(&runner, dir.path()), None, "not named at all");
    }
}
