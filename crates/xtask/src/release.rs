//! The static release binaries and their size budgets.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::boundaries::arrows::{self, Package};
use crate::process::Log;
use crate::project::Project;

/// The target of the everyday image.
pub(crate) const AMD64: &str = "x86_64-unknown-linux-musl";
/// The other architecture, built with `--full`.
pub(crate) const ARM64: &str = "aarch64-unknown-linux-musl";

/// Bytes a binary that reads git history may have.
const BUDGET_WITH_GIX: u64 = 8_000_000;
/// Bytes any other binary may have.
const BUDGET: u64 = 5_000_000;
/// Bytes of the image's content.
pub(crate) const IMAGE_BUDGET: u64 = 30_000_000;
/// Bytes of the image as it is pulled.
pub(crate) const COMPRESSED_BUDGET: u64 = 14_000_000;

/// The binary of an action for a target and profile, after [`build`].
pub(crate) fn binary(project: &Project, action: &str, target: &str, profile: &str) -> PathBuf {
    project.target_dir().join(target).join(profile).join(action)
}

/// Builds every action for a target. Quick when nothing changed.
pub(crate) fn build(project: &Project, target: &str, profile: &str, log: &Log) -> Result<()> {
    let mut cargo =
        project.cargo().args(["build", "--locked", "--target", target, "--profile", profile]);
    for action in project.actions()? {
        cargo = cargo.args(["--package", &action]);
    }
    if target == ARM64 {
        // Some crates have parts in C and assembler, which need a cross compiler.
        cargo = cargo
            .env("CC_aarch64_unknown_linux_musl", "aarch64-linux-gnu-gcc")
            .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER", "aarch64-linux-gnu-gcc");
    }
    cargo.run(log)
}

/// Why a target cannot be built for here; `None` when it can.
pub(crate) fn missing_target(project: &Project, target: &str, log: &Log) -> Result<Option<String>> {
    let sysroot = project.run("rustc").args(["--print", "sysroot"]).output(log)?;
    let library = std::path::Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib");
    Ok((!library.is_dir()).then(|| format!("Rust target {target} is missing; `--install` adds it")))
}

/// Checks one size; the text is for the table.
pub(crate) fn within(what: &str, bytes: u64, budget: u64) -> Result<String> {
    if bytes > budget {
        bail!("{what} has {} MB, the budget is {} MB", megabytes(bytes), megabytes(budget));
    }
    Ok(format!("{what} {} of {} MB", megabytes(bytes), megabytes(budget)))
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{:02}", bytes / 1_000_000, bytes % 1_000_000 / 10_000)
}

/// Every action's amd64 binary within its budget, and static.
pub(crate) fn check_sizes(project: &Project) -> Result<String> {
    let packages = arrows::packages(project)?;
    let mut notes = Vec::new();
    for action in project.actions()? {
        let path = binary(project, &action, AMD64, "release");
        let bytes =
            std::fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
        if needs_interpreter(&bytes) {
            bail!("{action} is not static: it names a program interpreter");
        }
        notes.push(within(&action, u64::try_from(bytes.len())?, budget(&packages, &action))?);
    }
    Ok(notes.join(", "))
}

/// What an action's binary may have, by what it links.
fn budget(packages: &[Package], action: &str) -> u64 {
    if arrows::reaches(packages, action, "gix") { BUDGET_WITH_GIX } else { BUDGET }
}

/// Whether a 64-bit little-endian ELF file has a `PT_INTERP` header, so needs a dynamic loader.
fn needs_interpreter(elf: &[u8]) -> bool {
    let number = |at: usize, length: usize| -> Option<usize> {
        let bytes = elf.get(at..at.checked_add(length)?)?;
        Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let headers = || -> Option<bool> {
        let (start, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
        Some((0..count).any(|index| number(start + index * size, 4) == Some(3)))
    };
    // What cannot be read as ELF is not a static binary either.
    headers().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_judged_and_shown() {
        assert_eq!(within("x", 7_654_321, 8_000_000).unwrap(), "x 7.65 of 8.00 MB");
        assert!(within("x", 8_000_001, 8_000_000).is_err());
    }

    #[test]
    fn who_reads_history_may_be_larger() {
        let packages = arrows::packages(&Project::find().unwrap()).unwrap();
        assert_eq!(budget(&packages, "semantic-release"), BUDGET_WITH_GIX);
        assert_eq!(budget(&packages, "pixi-cuda-setup"), BUDGET);
    }

    #[test]
    fn a_dynamic_program_is_recognised() {
        // This test itself is linked dynamically.
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(needs_interpreter(&own));
        assert!(needs_interpreter(b"not an elf file"));
    }
}
