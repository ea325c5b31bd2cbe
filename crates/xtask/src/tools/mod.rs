//! The tools beside Rust: their versions (tools.toml), where they are, how they are installed.

mod install;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use toml_edit::{DocumentMut, Item};

use crate::process::on_path;
use crate::project::Project;

pub(crate) use install::{cargo, go, npm, python, system};

/// What tools.toml declares, and where things are put.
#[derive(Debug)]
pub(crate) struct Tools {
    project: Project,
    versions: DocumentMut,
}

/// A Go program: its package and version.
#[derive(Debug)]
pub(crate) struct GoProgram {
    name: String,
    package: String,
    version: String,
}

impl Tools {
    /// Reads tools.toml.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        Ok(Self { project: project.clone(), versions: project.toml("tools.toml")? })
    }

    /// A table of texts, such as `[python]`.
    pub(crate) fn table(&self, name: &str) -> Result<BTreeMap<String, String>> {
        let table = self.versions.get(name).and_then(Item::as_table);
        let table = table.with_context(|| format!("tools.toml has no table [{name}]"))?;
        table
            .iter()
            .map(|(key, item)| {
                let value = item.as_str().with_context(|| format!("{name}.{key} is not a text"))?;
                Ok((key.to_owned(), value.to_owned()))
            })
            .collect()
    }

    fn go_programs(&self) -> Result<Vec<GoProgram>> {
        let table = self.versions.get("go").and_then(Item::as_table).context("no table [go]")?;
        table
            .iter()
            .map(|(name, item)| {
                let field = |field: &str| -> Result<String> {
                    let value = item.get(field).and_then(Item::as_str);
                    Ok(value.with_context(|| format!("go.{name} has no {field}"))?.to_owned())
                };
                let (package, version) = (field("package")?, field("version")?);
                Ok(GoProgram { name: name.to_owned(), package, version })
            })
            .collect()
    }

    /// A list of texts, such as `rust.targets`.
    pub(crate) fn list(&self, table: &str, key: &str) -> Result<Vec<String>> {
        let array =
            self.versions.get(table).and_then(|table| table.get(key)).and_then(Item::as_array);
        let array = array.with_context(|| format!("tools.toml has no list {table}.{key}"))?;
        Ok(array.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect())
    }

    /// One text, such as `job-image.suite`.
    pub(crate) fn text(&self, table: &str, key: &str) -> Result<String> {
        let item = self.versions.get(table).and_then(|table| table.get(key));
        let text = item.and_then(Item::as_str);
        Ok(text.with_context(|| format!("tools.toml has no {table}.{key}"))?.to_owned())
    }

    /// Where Go and cargo programs of ours are.
    pub(crate) fn bin(&self) -> PathBuf {
        self.project.tools_dir().join("bin")
    }

    /// The Python that has the peer of semantic-release, where it is installed.
    pub(crate) fn peer(&self) -> Option<PathBuf> {
        let python = self.project.tools_dir().join("peer/bin/python");
        python.is_file().then_some(python)
    }

    fn python_bin(&self) -> PathBuf {
        self.project.tools_dir().join("python/bin")
    }

    /// The folder of an unpacked npm package.
    pub(crate) fn npm_package(&self, name: &str) -> Result<Option<PathBuf>> {
        let version = self.text("npm", name)?;
        let folder = self.project.tools_dir().join("npm").join(folder_name(name, &version));
        Ok(folder.is_dir().then_some(folder))
    }

    /// A program: ours first (its version is known), then the one on PATH.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let own = [self.bin(), self.python_bin()];
        own.iter()
            .map(|folder| folder.join(program))
            .find(|file| file.is_file())
            .or_else(|| on_path(program))
    }
}

fn folder_name(package: &str, version: &str) -> String {
    format!("{}-{version}", package.trim_start_matches('@').replace('/', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_tools_toml_is_readable() {
        let tools = Tools::read(&Project::find().unwrap()).unwrap();
        for table in ["apt", "apt-full", "python", "peer", "npm", "cargo-full"] {
            assert!(!tools.table(table).unwrap().is_empty(), "{table}");
        }
        assert!(tools.go_programs().unwrap().iter().any(|program| program.name == "act"));
        assert_eq!(tools.list("rust", "targets").unwrap().len(), 2);
        assert!(tools.text("npm", "@octokit/openapi").is_ok());
    }
}
