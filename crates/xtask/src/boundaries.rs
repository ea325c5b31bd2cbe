//! The boundaries between crates, and what only one place may do. Each rule names its reason.

pub(crate) mod arrows;
mod source;

use anyhow::{Result, bail};

use crate::project::Project;

/// Checks every rule; all violations at once.
pub(crate) fn check(project: &Project) -> Result<String> {
    let packages = arrows::packages(project)?;
    let mut violations = arrows::check(&packages);
    let files = source::files(project, &packages)?;
    violations.extend(source::check(&files));
    if !violations.is_empty() {
        bail!("{} boundary violations:\n{}", violations.len(), violations.join("\n"));
    }
    Ok(format!("{} crates, {} files", packages.len(), files.len()))
}
