use super::*;

mod texts;

fn findings(log: &str) -> Vec<Finding> {
    explain(&Text::new(log.as_bytes()))
}

fn codes(log: &str) -> Vec<&'static str> {
    findings(log).iter().map(|finding| finding.code).collect()
}

/// As pixi prints a text where its output is no terminal: a bar beside it, 80 columns.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec!["  \u{1b}[31m×\u{1b}[0m ".to_owned()];
    for (number, word) in text.split_inclusive([' ', '-']).enumerate() {
        let line = lines.last_mut().unwrap();
        if number > 0 && line.trim_end().chars().count() + word.trim_end().chars().count() > width {
            let trimmed = line.trim_end().to_owned();
            *line = trimmed;
            lines.push("  \u{1b}[31m│\u{1b}[0m ".to_owned());
        }
        lines.last_mut().unwrap().push_str(word);
    }
    lines.join("\n")
}

#[test]
fn a_log_without_a_known_error_is_no_error() {
    assert_eq!(codes(""), Vec::<&str>::new());
    assert_eq!(codes("✔ The default environment has been installed.\n"), Vec::<&str>::new());
    assert_eq!(unknown(&Text::new(b"")).code, "log/empty");
    let finding = unknown(&Text::new("a\nError:   × strange\n  ╰─▶ very\n".as_bytes()));
    assert_eq!(finding.notes, ["pixi's last words begin with `Error:   × strange`"]);
}

#[test]
fn the_end_of_a_long_log_is_read() {
    let mut log = vec![b'x'; usize::try_from(MOST_BYTES).unwrap() * 2 + 7];
    log.extend(b"\nError: unknown environment 'prod'\n");
    let bytes = tail(&log[..]).unwrap();
    assert_eq!(u64::try_from(bytes.len()).unwrap(), MOST_BYTES);
    assert_eq!(explain(&Text::new(&bytes))[0].code, "log/environment");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &log).unwrap();
    assert_eq!(read(file.path()).unwrap(), bytes);
}

#[test]
fn reasons_without_a_failure_are_not_reported() {
    // A plain install repairs the lock and logs why.
    let log = "INFO pixi_core::lock_file::outdated: the requirement 'app >=2' could not be satisfied (required by 'default')";
    assert_eq!(codes(log), Vec::<&str>::new());
}

#[test]
fn every_code_is_explained() {
    let known: Vec<&str> = EXPLANATIONS.iter().map(|one| one.code).collect();
    for (_, text, code, _) in texts::ALL {
        assert!(known.contains(code), "{code}");
        for finding in findings(text) {
            assert!(known.contains(&finding.code), "{}", finding.code);
            assert!(finding.remedy.is_some() && finding.prevents.is_some(), "{}", finding.code);
            assert!(!finding.message.ends_with('.'), "{}", finding.message);
        }
    }
}

#[test]
fn every_text_is_recognised_however_it_is_wrapped() {
    for (era, text, code, said) in texts::ALL {
        for (form, log) in [
            ("plain", (*text).to_owned()),
            ("80 columns", wrapped(text, 80)),
            ("narrow", wrapped(text, 34)),
            ("windows", text.replace('\n', "\r\n")),
        ] {
            let found = findings(&log);
            let of_code: Vec<&Finding> = found.iter().filter(|one| one.code == *code).collect();
            assert!(!of_code.is_empty(), "{era}, {form}: no {code} in {found:#?}\n{log}");
            let whole: Vec<String> = of_code
                .iter()
                .map(|one| {
                    let remedy = one.remedy.as_deref().unwrap_or_default();
                    format!("{}: {} -> {remedy}", one.severity.word(), one.message)
                })
                .collect();
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert!(
                whole.iter().any(|one| squeezed(one).contains(&squeezed(said))),
                "{era}, {form}: {said:?} is not in {whole:#?}"
            );
        }
    }
}

#[test]
fn misleading_advice_is_contradicted() {
    let log = "Error: unsupported-platform\n\n  × Cannot install environment 'default'\n  ╰─▶ The workspace does not support 'linux-64' on this machine.\n      Declared platforms and why none runs here:\n      - linux-64-cuda-12-0 (subdir linux-64): missing virtual packages: __cuda >= 12.0\n  help: Add it with 'pixi workspace platform add linux-64'.\n";
    let found = findings(log);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].notes.iter().any(|note| note.contains("does not help")));
    assert_eq!(
        found[0].remedy.as_deref(),
        Some("set `CONDA_OVERRIDE_CUDA=12.0` in the environment of the job")
    );
}

#[test]
fn the_gravest_comes_first() {
    let log = "WARN the lock file is up-to-date but uses an older format (v6), run `pixi lock` to upgrade\nNo space left on device (os error 28)\n";
    assert_eq!(codes(log), ["log/disk", "log/lock-older"]);
}
