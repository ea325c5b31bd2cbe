//! Every writer of action-kit is read back by both dialects: `read(write(x)) = x`.

use action_kit::wire;
use diagnostics::{Annotation, Secret, Severity};
use proptest::prelude::*;
use runner_stand_in::commands::Commands;
use runner_stand_in::file_commands::{parse_pairs, parse_path};
use runner_stand_in::step_state::StepState;
use runner_stand_in::{Dialect, act, command, compare};

const DELIMITER: &str = "ghadelimiter_4f1d";

/// Text with everything that has a meaning somewhere.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => "[ -~]{0,8}",
        2 => "\\PC{0,4}",
        3 => prop::sample::select(vec![
            "\n", "\r\n", "\r", "=", "<<", "<<EOF", "EOF", "::", "##[", "]", "%", "%0A", "%250D",
            ",", ";", ":", "${{ secrets.X }}", "::error::x", "\n::set-env name=a::b\n", "\u{feff}",
            "ghadelimiter_", "\u{2028}", "\t", "\u{85}",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z_][A-Za-z0-9_-]{0,12}", text()]
}

/// Feeds whole output to the runner's interpreter.
fn on_runner(output: &str) -> StepState {
    let mut state = StepState::new(Dialect::Runner);
    let mut commands = Commands::default();
    for line in output.split_inclusive('\n') {
        commands.line(line.trim_end_matches('\n'), &mut state);
    }
    state
}

/// Feeds whole output to act's interpreter.
fn under_act(output: &str) -> StepState {
    let mut state = StepState::new(Dialect::Act);
    let mut commands = act::commands::Commands::default();
    for line in output.split_inclusive('\n') {
        commands.line(line, &mut state);
    }
    state
}

/// An annotation with place and title.
fn annotation() -> impl Strategy<Value = Annotation> {
    let severity = prop::sample::select(vec![Severity::Error, Severity::Warning]);
    let line = prop::option::of(1..5000_usize);
    (severity, prop::option::of(text()), line, prop::option::of(text()), text()).prop_map(
        |(severity, file, line, title, message)| Annotation {
            severity,
            file,
            line,
            end_line: line.map(|line| line + 1),
            column: None,
            end_column: None,
            title,
            message,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pairs_come_back_on_the_runner(pairs in prop::collection::vec((name(), text()), 1..4)) {
        let mut file = String::new();
        let mut written = Vec::new();
        for (name, value) in pairs {
            // What the writer refuses it refuses with an error; nothing else may be misread.
            if let Ok(entry) = wire::key_value(&name, &value, DELIMITER) {
                file.push_str(&entry);
                written.push((name, value));
            }
        }
        let read = parse_pairs(&file);
        prop_assert_eq!(read.error, None);
        prop_assert_eq!(read.pairs, written);
    }

    #[test]
    fn ordinary_names_are_never_refused(name in "[A-Za-z_][A-Za-z0-9_.-]{0,12}", value in text()) {
        prop_assert!(wire::key_value(&name, &value, DELIMITER).is_ok());
    }

    #[test]
    fn pairs_come_back_under_act(pairs in prop::collection::vec((name(), text()), 1..4)) {
        let mut file = String::new();
        let mut written = Vec::new();
        for (name, value) in pairs {
            let value = wire::readable(&value, wire::Dialect::Act).into_owned();
            prop_assert!(!value.contains("${{"), "it would be evaluated");
            if let Ok(entry) = wire::key_value(&name, &value, DELIMITER) {
                file.push_str(&entry);
                written.push((name, value));
            }
        }
        let read = act::env_file::parse_pairs(&file);
        prop_assert_eq!(read.error, None);
        prop_assert_eq!(read.pairs, written);
        prop_assert_eq!(compare::pairs("file", &file), Vec::<String>::new());
    }

    #[test]
    fn no_value_spoils_the_file_under_act(name in name(), value in text()) {
        // Even a value that was not made readable leaves the other pairs alone.
        if let Ok(entry) = wire::key_value(&name, &value, DELIMITER) {
            let file = format!("{entry}{}", wire::key_value("after", "kept", DELIMITER).unwrap());
            let read = act::env_file::parse_pairs(&file);
            prop_assert_eq!(read.get("after"), Some("kept"));
            prop_assert_eq!(read.error, None);
        }
    }

    #[test]
    fn paths_come_back_in_both(paths in prop::collection::vec(text(), 1..4)) {
        let written: Vec<_> =
            paths.iter().filter(|path| wire::path_line(path).is_ok()).cloned().collect();
        let file: String = written.iter().map(|path| wire::path_line(path).unwrap()).collect();
        prop_assert_eq!(&parse_path(&file), &written);
        prop_assert_eq!(&act::env_file::parse_path(&file), &written);
    }

    #[test]
    fn annotations_come_back_on_the_runner(annotation in annotation()) {
        let line = wire::annotation_line(&annotation, wire::Dialect::Runner);
        let known = |name: &str| ["error", "warning", "notice"].contains(&name);
        let read = command::parse(line.trim_end_matches('\n'), known).unwrap();
        prop_assert_eq!(&read.name, annotation.severity.word());
        prop_assert_eq!(&read.data, &annotation.message);
        // The runner trims the properties, and with them the end of the last one.
        let given = |text: &Option<String>| text.as_deref().unwrap_or_default().trim_end().to_owned();
        let found = |name: &str| read.properties.get(name).unwrap_or_default().trim_end().to_owned();
        prop_assert_eq!(found("title"), given(&annotation.title));
        prop_assert_eq!(found("file"), given(&annotation.file));
        let number = annotation.line.map(|line| line.to_string());
        prop_assert_eq!(read.properties.get("line").map(str::to_owned), number);
        prop_assert_eq!(on_runner(&line).issues.recorded().len(), 1);
    }

    #[test]
    fn annotations_are_annotations_under_act(annotation in annotation()) {
        // act shows the text raw; the name must be right and the text must not end the command.
        let line = wire::annotation_line(&annotation, wire::Dialect::Act);
        let read = act::command::parse(&line).unwrap();
        prop_assert_eq!(&read.name, annotation.severity.word());
        prop_assert_eq!(under_act(&line).issues.recorded().len(), 1);
        // On the runner too: the first `::` ends the properties in both.
        let state = on_runner(&line);
        prop_assert_eq!(state.issues.recorded().len(), 1);
        // Nothing is lost but the closeness of colons.
        let dense = |text: &str| text.replace(' ', "");
        let message = runner_stand_in::issue::cut(&annotation.message);
        let recorded = &state.issues.recorded()[0].message;
        prop_assert_eq!(dense(recorded), dense(&message));
    }

    #[test]
    fn masks_hide_the_secret_on_the_runner(secret in "[!-~]{8,30}(\n[!-~]{0,20})?") {
        let lines = wire::mask_lines(&Secret::new(secret.clone()), wire::Dialect::Runner);
        let state = on_runner(&lines.concat());
        // A short mask would blot out ordinary text, and job outputs with it.
        prop_assert!(state.masker.values().iter().all(|mask| mask.chars().count() >= 8));
        for part in secret.split('\n').filter(|part| part.chars().count() >= 8) {
            let masked = state.masker.mask(&format!("<{part}>"));
            prop_assert!(masked.contains("***") && !masked.contains(part), "{masked}");
        }
    }

    #[test]
    fn masks_hide_the_secret_under_act(secret in "[!-$&-~]{8,30}(\n[!-$&-~]{0,20})?") {
        // Without per cent signs: act undoes their escapes in random order.
        let lines = wire::mask_lines(&Secret::new(secret.clone()), wire::Dialect::Act);
        let state = under_act(&lines.concat());
        for part in secret.split('\n').filter(|part| part.chars().count() >= 8) {
            for piece in part.split("::").map(|piece| piece.trim_matches(':')) {
                if piece.chars().count() >= 8 {
                    prop_assert!(!state.masker.mask(part).contains(piece), "{part} shows {piece}");
                }
            }
        }
    }

    #[test]
    fn plain_lines_are_no_commands_in_both(line in text()) {
        for line in line.split(['\n', '\r']) {
            let plain = wire::plain_line(line);
            let state = on_runner(&format!("{plain}\n"));
            prop_assert!(state.commands.is_empty() && !state.failed, "{plain}");
            let state = under_act(&format!("{plain}\n"));
            prop_assert!(state.commands.is_empty(), "{plain}");
        }
    }
}
