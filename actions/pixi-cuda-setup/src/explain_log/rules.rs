//! The texts of pixi that are known, and what each of them means.

mod host;
mod lock;
mod machine;
mod manifest;
mod stale;

use pixi_workspace::Finding;

use super::text::{Found, Text};

/// One text of pixi.
struct Rule {
    /// As pixi says it; `{}` is what differs from case to case.
    pattern: &'static str,
    /// What it means; `None` where another rule says more.
    finding: fn(&Found, &Text) -> Option<Finding>,
}

/// What every rule finds, each finding once.
pub(super) fn all(log: &Text) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rules in [machine::RULES, lock::RULES, manifest::RULES, host::RULES] {
        apply(rules, log, &mut findings);
    }
    stale::apply(log, &mut findings);
    findings
}

fn apply(rules: &[Rule], log: &Text, findings: &mut Vec<Finding>) {
    for rule in rules {
        for found in log.find(rule.pattern) {
            let Some(finding) = (rule.finding)(&found, log) else { continue };
            add(finding.prevents(found.whole.clone()), findings);
        }
    }
}

/// Adds what nobody said yet.
fn add(finding: Finding, findings: &mut Vec<Finding>) {
    let said = |one: &Finding| one.code == finding.code && one.message == finding.message;
    if !findings.iter().any(said) {
        findings.push(finding);
    }
}
