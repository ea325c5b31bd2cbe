//! The tables of an action's README.

use std::fmt::Write as _;

use diagnostics::Exit;

use crate::definition::{Default, Definition, Flag, Input, Kind};

/// What follows this line is generated.
pub const BEGIN: &str = "<!-- generated:begin -->";
/// What follows this line is not.
pub const END: &str = "<!-- generated:end -->";

/// The tables of inputs, outputs and exit codes, between the markers.
pub fn readme_tables(definition: &Definition) -> String {
    let mut text = format!("{BEGIN}\n## Inputs\n\n");
    text.push_str(
        "| Input | Flag | Values | Default | Meaning |\n| --- | --- | --- | --- | --- |\n",
    );
    for input in definition.inputs.iter().filter(|input| !input.is_hidden()) {
        let names: Vec<String> = input.names().map(code).collect();
        let mut help = input.help.to_owned();
        if input.required {
            help.push_str(" Required.");
        }
        if !input.commands.is_empty() && definition.commands.len() > 1 {
            let commands: Vec<String> = input.commands.iter().copied().map(code).collect();
            let _ = write!(help, " Only {}.", commands.join(", "));
        }
        let row = [
            names.join(", "),
            flag(definition, input),
            values(definition, input),
            match input.default {
                Default::None => String::new(),
                Default::Expression(text) | Default::Builtin(text) => code(text),
            },
            cell(&help),
        ];
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text.push_str("\n## Outputs\n\nAll are written at every end of a run, also a failed one.\n\n");
    text.push_str("| Output | Unless set | Meaning |\n| --- | --- | --- |\n");
    for output in definition.outputs {
        let default =
            if output.default.is_empty() { "empty".to_owned() } else { code(output.default) };
        let _ = writeln!(text, "| {} | {default} | {} |", code(output.name), cell(output.help));
    }
    text.push_str("\n## Exit codes\n\n| Code | Meaning |\n| --- | --- |\n");
    for exit in Exit::ALL {
        let _ = writeln!(text, "| {} | {} |", exit.code(), exit.meaning());
    }
    let _ = writeln!(text, "{END}");
    text
}

/// Puts generated text in the place of what stands between the markers, both included.
///
/// # Errors
/// A text without exactly one pair of markers, in order.
pub fn replace_between_markers(text: &str, generated: &str) -> Result<String, String> {
    let begins = text.matches(BEGIN).count();
    let ends = text.matches(END).count();
    if begins != 1 || ends != 1 {
        return Err(format!(
            "found {begins} of `{BEGIN}` and {ends} of `{END}`, one each is needed"
        ));
    }
    match (text.split_once(BEGIN), text.split_once(END)) {
        (Some((before, _)), Some((up_to_end, after))) if up_to_end.contains(BEGIN) => {
            let after = after.strip_prefix('\n').unwrap_or(after);
            Ok(format!("{before}{generated}{after}"))
        }
        _ => Err(format!("`{END}` stands before `{BEGIN}`")),
    }
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn flag(definition: &Definition, input: &Input) -> String {
    if input.names().any(|name| name == "mode") && !definition.commands.is_empty() {
        return "the sub-command".to_owned();
    }
    let letter = |short: Option<char>| short.map(|c| format!("`-{c}`, ")).unwrap_or_default();
    match input.flag {
        _ if input.secret => String::new(),
        Flag::None | Flag::Hidden { .. } => String::new(),
        Flag::Value { long, short } | Flag::Switch { long, short } => {
            format!("{}`--{long}`", letter(short))
        }
        Flag::Count { short, long } => format!("{}`--{long}`", letter(Some(short))),
        Flag::Pair { long } => format!("`--{long}`, `--no-{long}`"),
        Flag::Off { long } => format!("`--{long}` for false"),
        Flag::OneOf => match input.kind {
            Kind::Choice(choices) => {
                let flags: Vec<String> = choices.iter().map(|c| format!("`--{c}`")).collect();
                flags.join(", ")
            }
            _ => String::new(),
        },
    }
}

fn values(definition: &Definition, input: &Input) -> String {
    let list = |words: &[&str]| words.iter().copied().map(code).collect::<Vec<_>>().join(", ");
    if input.names().any(|name| name == "mode") && !definition.commands.is_empty() {
        return list(&definition.modes().collect::<Vec<_>>());
    }
    match input.kind {
        _ if input.secret => "secret".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::Integer { min, max: i64::MAX } => format!("number from {min}"),
        Kind::Integer { min, max } => format!("number, {min} to {max}"),
        Kind::Choice(choices) => list(choices),
        Kind::Path => "path".to_owned(),
        Kind::List => "texts, one a line".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::DEMO;

    #[test]
    fn the_tables_of_the_demo() {
        insta::assert_snapshot!(readme_tables(&DEMO));
    }

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let text = format!("# x\n{BEGIN}\nold\n{END}\nrest\n");
        let new = format!("{BEGIN}\nnew\n{END}\n");
        let replaced = replace_between_markers(&text, &new).unwrap();
        assert_eq!(replaced, format!("# x\n{BEGIN}\nnew\n{END}\nrest\n"));
        assert_eq!(replace_between_markers(&replaced, &new).unwrap(), replaced);
        for bad in ["", BEGIN, END, &format!("{END}\n{BEGIN}"), &format!("{text}{BEGIN}")] {
            assert!(replace_between_markers(bad, &new).is_err(), "{bad}");
        }
    }
}
