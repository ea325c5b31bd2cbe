//! The GitHub stand-in as a program of its own, ended with the value that holds it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::process::{Run, Service};

/// The token of a workflow run, as the stand-in knows it. Not a secret of anybody.
pub(crate) const TOKEN: &str = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

/// A stand-in that answers.
#[derive(Debug)]
pub(crate) struct StandIn {
    base: String,
    _service: Service,
}

impl StandIn {
    /// Starts `binary` for one repository (`OWNER/NAME`, a bare repository).
    pub(crate) fn start(
        binary: &Path,
        repository: &str,
        git_dir: &Path,
        log: &Path,
    ) -> Result<Self> {
        let mut service = Run::new(binary)
            .args(["--listen", "127.0.0.1:0", "--token", TOKEN, "--repository"])
            .arg(format!("{repository}={}", git_dir.display()))
            .serve_piped("the GitHub stand-in", log)?;
        let output = service.stdout().context("the stand-in has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let base = line.split_whitespace().find(|word| word.starts_with("http://"));
        let Some(base) = base else {
            bail!("the stand-in did not say where it listens: `{}`", line.trim());
        };
        Ok(Self { base: base.trim_end_matches('/').to_owned(), _service: service })
    }

    /// The value of `GITHUB_API_URL` and its companions.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        [
            ("GITHUB_API_URL", self.base.clone()),
            ("GITHUB_GRAPHQL_URL", format!("{}/graphql", self.base)),
            ("GITHUB_SERVER_URL", self.base.clone()),
        ]
    }

    /// A GET as the workflow's token.
    pub(crate) fn get(&self, path: &str) -> Result<serde_json::Value> {
        crate::http_get::json(&self.base, path, TOKEN)
    }
}
