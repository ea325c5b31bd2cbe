//! What is worth saying about a lock that can be read.

use super::Lock;
use super::trouble::{Asked, newer};
use crate::{Finding, Holds, PixiVersion};

impl Lock {
    /// What its format means for a version of pixi that installs `--locked`, `--frozen` or
    /// neither: too new, old, or written by a pixi that left the virtual packages out.
    pub fn findings(&self, version: PixiVersion, locked: bool, frozen: bool) -> Vec<Finding> {
        if self.version > version.lock_format() {
            let asked = Asked { version, locked, frozen };
            return vec![newer(&self.source, &self.version_span, self.version.into(), asked)];
        }
        let mut findings = Vec::new();
        if self.version < 7 && version.lock_format() >= 7 {
            findings.push(self.older());
        }
        if self.version >= 7 && version >= crate::era::ROWS {
            findings.extend(self.without_virtual_packages());
        }
        findings
    }

    fn older(&self) -> Finding {
        let format = self.version;
        Finding::notice(
            "lock/older-format",
            format!("the lock has format {format}, which does not record what `cuda` it was solved for"),
        )
        .at(&self.source, &self.version_span)
        .prevents(format!(
            "the lock file is up-to-date but uses an older format (v{format}), run `pixi lock` to upgrade to v7 for improved reproducibility"
        ))
        .note("`pixi lock` keeps the locked builds: what is CPU stays CPU, whatever is declared")
        .holds(Holds::since(68))
        .remedy("run `pixi lock` and commit the result")
    }

    fn without_virtual_packages(&self) -> Option<Finding> {
        let bare: Vec<_> =
            self.platforms.iter().filter(|platform| platform.virtual_packages.is_none()).collect();
        let first = bare.first()?;
        let names: Vec<_> = bare.iter().map(|platform| format!("`{}`", platform.name)).collect();
        let message = format!(
            "the lock does not say which virtual packages {} was solved with",
            names.join(", ")
        );
        Some(
            Finding::notice("lock/no-virtual-packages", message)
                .at(&self.source, &first.span)
                .note("pixi 0.68 to 0.70 left them out; a changed `cuda` goes unnoticed, without a word")
                .prevents("pixi lock: \"already up-to-date\", although `cuda` was declared or changed")
                .holds(Holds::since(71))
                .remedy("run `pixi update` with pixi >= 0.71 and commit the lock"),
        )
    }
}
