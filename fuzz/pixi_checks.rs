//! What must hold for any manifest, lock and spec of pixi, one function per fuzz target; the tests
//! of `pixi-workspace` replay the corpus through the same functions.

use std::path::Path;

use diagnostics::{Annotation, Source, render_terminal};
use pixi_workspace::lock::Lock;
use pixi_workspace::manifest::Manifest;
use pixi_workspace::{Finding, PixiVersion, lock, manifest, stale};

/// What holds for any bytes; it panics where it does not.
type Check = fn(&[u8]);

/// Every check with the name of its target and of its corpus folder.
pub(crate) const CHECKS: [(&str, Check); 2] =
    [("pixi_lock", pixi_lock), ("pixi_manifest", pixi_manifest)];

/// A lock is read or refused; every place is in the text, every finding can be shown.
pub(crate) fn pixi_lock(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = Source::file("pixi.lock", text);
    let _ = lock::ignored(&[(source.clone(), "sub/pixi.lock".to_owned())]);
    let versions = [41, 48, 65, 70, 77].map(|minor| PixiVersion::new(0, minor, 0));
    match lock::read(&source) {
        Ok(lock) => {
            for environment in &lock.environments {
                assert!(text.get(environment.span.clone()).is_some());
                for row in &environment.rows {
                    assert_eq!(lock.packages(row).count(), row.packages.len());
                    assert!(text.get(row.span.clone()).is_some());
                }
            }
            for package in &lock.packages {
                assert!(text.get(package.span.clone()).is_some());
            }
            let known = include_str!("corpus/pixi_manifest/multi-machine");
            let source = Source::file("pixi.toml", known);
            let document = manifest::Document::parse(&source, Path::new("pixi.toml"));
            for version in versions {
                lock.findings(version, true, false).iter().for_each(shown);
                if let Ok(document) = &document {
                    judged(&document.read(version).0, &lock, version);
                }
            }
        }
        Err(trouble) => {
            for version in versions {
                for (locked, frozen) in [(true, false), (false, true), (false, false)] {
                    shown(&trouble.finding(version, locked, frozen));
                }
            }
        }
    }
}

/// A manifest is refused or read, as any of the three files; every place is in the text, every
/// finding is explained and can be shown.
pub(crate) fn pixi_manifest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let known = Source::file("pixi.lock", include_str!("corpus/pixi_lock/v6-mixed"));
    let known = lock::read(&known).ok();
    for name in ["pixi.toml", "pyproject.toml", "mojoproject.toml"] {
        let source = Source::file(name, text);
        let Ok(document) = manifest::Document::parse(&source, Path::new(name)) else { return };
        for version in [38, 48, 66, 70, 77].map(|minor| PixiVersion::new(0, minor, 0)) {
            let (manifest, findings) = document.read(version);
            let default = manifest.environments.first().map(|first| first.name.value.as_str());
            assert_eq!(default, Some(manifest::DEFAULT));
            assert!(manifest.feature(manifest::DEFAULT).is_some());
            for platform in &manifest.workspace.platforms {
                assert!(text.get(platform.span.clone()).is_some());
            }
            for finding in &findings {
                let explained =
                    manifest::EXPLANATIONS.iter().any(|known| known.code == finding.code);
                assert!(explained, "{}", finding.code);
                shown(finding);
            }
            if let Some(known) = &known {
                judged(&manifest, known, version);
            }
        }
    }
}

/// Whether a lock is up to date has an answer for any manifest and lock.
fn judged(manifest: &Manifest, lock: &Lock, version: PixiVersion) {
    for finding in stale::judge(manifest, lock, version).findings(version) {
        assert!(stale::EXPLANATIONS.iter().any(|known| known.code == finding.code));
        shown(&finding);
    }
}

fn shown(finding: &Finding) {
    assert!(finding.remedy.is_some(), "{finding:?}");
    let diagnostic = finding.diagnostic();
    assert!(!render_terminal(&diagnostic, false).contains('\u{1b}'));
    let _ = Annotation::from(&diagnostic);
}
