use proptest::prelude::*;

use super::*;

const OLD: &str = "# CHANGELOG\n\n<!-- version list -->\n\n## v1.0.0 (2026-01-01)\n\n- first\n";

#[test]
fn the_newest_section_follows_the_flag() {
    let section = "## v1.1.0 (2026-02-02)\n\n### Features\n\n- second\n";
    for (text, expected) in [
        (
            OLD,
            "# CHANGELOG\n\n<!-- version list -->\n\n## v1.1.0 (2026-02-02)\n\n### Features\n\n- second\n\n## v1.0.0 (2026-01-01)\n\n- first\n",
        ),
        (
            "<!-- version list -->",
            "<!-- version list -->\n\n## v1.1.0 (2026-02-02)\n\n### Features\n\n- second\n",
        ),
        (
            "<!-- version list -->\n## v1.0.0\n",
            "<!-- version list -->\n\n## v1.1.0 (2026-02-02)\n\n### Features\n\n- second\n\n## v1.0.0\n",
        ),
    ] {
        assert_eq!(insert_after_flag(text, FLAG, section).unwrap(), expected);
        let crlf = |text: &str| text.replace('\n', "\r\n");
        if text.contains('\n') {
            assert_eq!(insert_after_flag(&crlf(text), FLAG, section).unwrap(), crlf(expected));
        }
    }
}

#[test]
fn blank_lines_at_the_end_of_a_new_section_are_kept() {
    let inserted = upsert_after_flag(OLD, FLAG, "## v1.1.0", "## v1.1.0\n\n- x\n\n").unwrap();
    assert!(inserted.contains("list -->\n\n## v1.1.0\n\n- x\n\n\n## v1.0.0"), "{inserted}");
    assert_eq!(
        upsert_after_flag(&inserted, FLAG, "## v1.1.0", "## v1.1.0\n\n- x\n\n").unwrap(),
        inserted
    );
}

#[test]
fn a_section_that_is_right_there_is_replaced() {
    let first =
        upsert_after_flag(OLD, FLAG, "## v1.1.0", "## v1.1.0 (2026-02-02)\n\n- x\n").unwrap();
    let second =
        upsert_after_flag(&first, FLAG, "## v1.1.0", "## v1.1.0 (2026-02-03)\n\n- y\n").unwrap();
    assert_eq!(second, first.replace("02-02", "02-03").replace("- x", "- y"));
    // An older section of that name further down is not this run's.
    let other = upsert_after_flag(&second, FLAG, "## v1.0.0", "## v1.0.0\n\n- z\n").unwrap();
    assert_eq!(other.matches("## v1.0.0").count(), 2);
}

#[test]
fn flags_may_have_two_lines() {
    let text = "..\r\n    version list\r\n\r\nv1.0.0\r\n";
    let edited = insert_after_flag(text, "..\n    version list", "v1.1.0\n======\n").unwrap();
    assert_eq!(edited, "..\r\n    version list\r\n\r\nv1.1.0\r\n======\r\n\r\nv1.0.0\r\n");
}

#[test]
fn without_a_flag_nothing_is_done() {
    for (text, flag) in [("# CHANGELOG\n", FLAG), ("", FLAG), (OLD, "")] {
        let error = upsert_after_flag(text, flag, "## v1", "## v1\n").unwrap_err();
        assert_eq!(diagnostics::Diagnostic::from(error).code, "text-edit/no-flag");
    }
}

#[test]
fn sections_end_at_the_next_heading_of_their_level() {
    let text =
        "# C\n## v1.1.0\n### A\n````\n## code\n```\n````\n#tag\n\n## v1.1\n## v1\n~~~\n## v0\n";
    let found = |heading: &str| find_section(text, heading).and_then(|range| text.get(range));
    assert_eq!(found("## v1.1.0"), Some("## v1.1.0\n### A\n````\n## code\n```\n````\n#tag"));
    assert_eq!(found("## v1.1"), Some("## v1.1"));
    assert_eq!(found("## v1"), Some("## v1\n~~~\n## v0"));
    assert_eq!(found("## v0"), None, "within code that is not closed");
    assert_eq!(found("## code"), None);
    assert_eq!(found("v1"), None);
    assert_eq!(
        replace_section(text, "## v1.1", "## v1.1\n\nx\n\n").unwrap(),
        text.replace("## v1.1\n## v1\n", "## v1.1\n\nx\n## v1\n")
    );
}

#[test]
fn a_new_file_can_be_extended() {
    let file = new_file("CHANGELOG", FLAG, "## v1.0.0 (2026-01-01)\n\n- first\n\n");
    assert_eq!(file, OLD);
}

proptest! {
    #[test]
    fn inserting_changes_no_other_byte_and_a_second_time_nothing(
        head in "(\\PC{0,10}\n){0,3}",
        rest in "\n{0,3}(\\PC{0,10}\n){0,4}",
        body in "(- \\PC{0,8}\n){0,3}\n{0,2}",
        crlf: bool,
    ) {
        let text = format!("{head}{FLAG}\n{rest}");
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let section = format!("## v9.9.9\n\n{body}");
        let once = upsert_after_flag(&text, FLAG, "## v9.9.9", &section).unwrap();
        let (before, after) = text.split_at(text.find(FLAG).unwrap() + FLAG.len());
        prop_assert!(once.starts_with(before));
        prop_assert!(once.ends_with(after.trim_start_matches(['\r', '\n'])));
        prop_assert_eq!(once.replace("\r\n", "").contains('\n'), !crlf);
        let twice = upsert_after_flag(&once, FLAG, "## v9.9.9", &section).unwrap();
        prop_assert_eq!(twice, once);
    }
}
