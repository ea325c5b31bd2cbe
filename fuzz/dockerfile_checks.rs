//! What must hold for any Dockerfile, `.dockerignore` and shell line, one function per fuzz target;
//! the ordinary tests of the crate replay the corpus through the same functions.

use std::ops::Range;

use diagnostics::Source;
use dockerfile::variables::Evaluation;
use dockerfile::{Form, Healthcheck, Instruction, Kind, Text, ignore, shell};

/// What holds for any bytes; it panics where it does not.
type Check = fn(&[u8]);

/// Every check with the name of its target and of its corpus folder.
pub(crate) const CHECKS: [(&str, Check); 3] = [
    ("dockerfile", dockerfile_parse),
    ("dockerignore", dockerignore),
    ("shell_words", shell_words),
];

fn within(span: Range<usize>, outer: Range<usize>) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(outer.start <= span.start && span.end <= outer.end, "{span:?} in {outer:?}");
}

fn texts(kind: &Kind) -> Vec<Text> {
    let form = |form: &Form| match form {
        Form::Shell(line) => vec![line.clone()],
        Form::Exec(words) => words.clone(),
    };
    match kind {
        Kind::From(from) => {
            let rest = from.name.iter().chain(&from.platform).cloned();
            [from.image.clone()].into_iter().chain(rest).collect()
        }
        Kind::Run(line)
        | Kind::Cmd(line)
        | Kind::Entrypoint(line)
        | Kind::Healthcheck(Healthcheck::Cmd(line)) => form(line),
        Kind::Shell(words) | Kind::Expose(words) | Kind::Volume(words) => words.clone(),
        Kind::Copy(copy) | Kind::Add(copy) => {
            copy.sources.iter().chain([&copy.destination]).chain(&copy.from).cloned().collect()
        }
        Kind::Env(pairs) | Kind::Label(pairs) => {
            pairs.iter().flat_map(|pair| [pair.name.clone(), pair.value.clone()]).collect()
        }
        Kind::Arg(args) => args
            .iter()
            .flat_map(|arg| [&arg.name].into_iter().chain(&arg.default))
            .cloned()
            .collect(),
        Kind::Workdir(text)
        | Kind::User(text)
        | Kind::Stopsignal(text)
        | Kind::Maintainer(text)
        | Kind::Invalid(text) => vec![text.clone()],
        Kind::Onbuild(inner) => texts(&inner.kind),
        Kind::Healthcheck(Healthcheck::None) => Vec::new(),
    }
}

fn instruction(found: &Instruction) {
    within(found.keyword.span(), found.span.clone());
    for flag in &found.flags {
        within(flag.span.clone(), found.span.clone());
        let _ = flag.mount();
    }
    for text in texts(&found.kind) {
        within(text.span(), found.span.clone());
        let mut last = found.span.start;
        for offset in 0..text.len() {
            let place = text.place(offset);
            assert!(place >= last, "the places of a text are in order");
            last = place;
        }
    }
    let mut last = found.span.start;
    for document in &found.heredocs {
        within(document.span.clone(), last..found.span.end);
        last = document.span.end;
    }
    for command in shell::of_instruction(found, &[]) {
        for word in &command.words {
            within(word.span(), found.span.clone());
        }
    }
}

/// Any text gives instructions in order, with their places.
pub(crate) fn dockerfile_parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = Source::file("Dockerfile", text);
    let file = dockerfile::parse(&source);
    let mut last = 0;
    for found in &file.instructions {
        within(found.span.clone(), last..text.len());
        assert!(text.get(found.span.clone()).is_some(), "inside a character");
        last = found.span.end;
        instruction(found);
    }
    let mut next = None;
    for stage in &file.stages {
        assert!(next.is_none_or(|next| next == stage.instructions.start), "a gap between stages");
        next = Some(stage.instructions.end);
        assert!(!file.lineage(stage).is_empty());
    }
    assert!(!file.instructions.is_empty() || !file.problems.is_empty());
    for problem in &file.problems {
        within(problem.span.clone(), 0..text.len());
        assert!(!diagnostics::render_terminal(&problem.diagnostic(&source), false).is_empty());
    }
    let evaluation = Evaluation::new(&file);
    for stage in &file.stages {
        for (_, _, variables) in evaluation.stage(stage.index) {
            for (_, variable) in variables.all() {
                within(variable.span.clone(), 0..text.len());
            }
        }
    }
}

/// A path gets the same answer however it is asked for, and the deciding pattern has a place.
pub(crate) fn dockerignore(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let file = ignore::parse(&Source::file(".dockerignore", text));
    for path in ["a", ".pixi", "a/b/c", "a.lock", "ä/b"] {
        let deciding = file.deciding(path);
        assert_eq!(file.matches(path), deciding.is_some_and(|pattern| !pattern.is_exception));
        assert_eq!(file.matches(path), file.matches(&format!("./{path}/")));
        if let Some(pattern) = deciding {
            within(pattern.text.span(), 0..text.len());
        }
    }
}

/// Words lie within the line.
pub(crate) fn shell_words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for command in shell::commands(&Text::part(text, 0..text.len())) {
        within(command.span.clone(), 0..text.len());
        for word in &command.words {
            within(word.span(), 0..text.len());
        }
        for assignment in &command.environment {
            within(assignment.name.span(), 0..text.len());
        }
    }
}
