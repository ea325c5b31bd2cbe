//! The whole file.

use diagnostics::Source;

use crate::instruction::{Base, Dockerfile, Form, Instruction, Kind, Stage};
use crate::lines::Reader;
use crate::{Problem, heredoc, kinds, variables};

const KEYWORDS: [&str; 18] = [
    "add",
    "arg",
    "cmd",
    "copy",
    "entrypoint",
    "env",
    "expose",
    "from",
    "healthcheck",
    "label",
    "maintainer",
    "onbuild",
    "run",
    "shell",
    "stopsignal",
    "user",
    "volume",
    "workdir",
];

pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// Reads a Dockerfile; any text gives one.
pub fn parse(source: &Source) -> Dockerfile {
    let mut problems = Vec::new();
    let mut reader = Reader::new(source.contents());
    let mut instructions = Vec::new();
    while let Some(line) = reader.next(&mut problems) {
        let mut instruction = kinds::instruction(&line.text, reader.escape, &mut problems);
        instruction.span = line.span;
        if can_have_documents(&instruction.kind) {
            let announced = heredoc::of_line(&line.text);
            let span = instruction.span.clone();
            let documents = heredoc::read(announced, &mut reader.lines, &span, &mut problems);
            if let Some(last) = documents.last() {
                instruction.span.end = instruction.span.end.max(last.span.end);
            }
            give_documents(&mut instruction, documents);
        }
        instructions.push(instruction);
    }
    let mut file = Dockerfile {
        source: source.clone(),
        directives: reader.directives,
        escape: reader.escape,
        instructions,
        stages: Vec::new(),
        problems,
        blank_continuations: reader.blank_continuations,
    };
    stages(&mut file);
    file.problems.sort_by_key(|problem| problem.span.start);
    file
}

fn can_have_documents(kind: &Kind) -> bool {
    match kind {
        Kind::Run(Form::Shell(_)) | Kind::Copy(_) | Kind::Add(_) => true,
        Kind::Onbuild(inner) => can_have_documents(&inner.kind),
        _ => false,
    }
}

fn give_documents(instruction: &mut Instruction, documents: Vec<heredoc::Heredoc>) {
    match &mut instruction.kind {
        Kind::Onbuild(inner) => inner.heredocs = documents,
        _ => instruction.heredocs = documents,
    }
}

/// Finds the stages, and what stands outside of them.
fn stages(file: &mut Dockerfile) {
    let mut problems = Vec::new();
    let starts: Vec<usize> = (0..file.instructions.len())
        .filter(|at| {
            let instruction = file.instructions.get(*at);
            matches!(instruction.map(|found| &found.kind), Some(Kind::From(_)))
        })
        .collect();
    let first = starts.first().copied().unwrap_or(file.instructions.len());
    for instruction in file.instructions.get(..first).unwrap_or_default() {
        if !matches!(instruction.kind, Kind::Arg(_) | Kind::Invalid(_)) {
            let message = "no build stage in current context";
            problems.push(Problem::new(message, instruction.span.clone()));
        }
    }
    if file.instructions.is_empty() {
        let end = file.source.contents().len();
        problems.push(Problem::new("file with no instructions", end..end));
    } else if starts.is_empty() && problems.is_empty() && file.problems.is_empty() {
        let end = file.source.contents().len();
        problems.push(Problem::new("dockerfile contains no stages to build", end..end));
    }
    let globals = variables::globals(file);
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(file.instructions.len());
        let Some(instruction) = file.instructions.get(*start) else { continue };
        let Kind::From(from) = &instruction.kind else { continue };
        let image = match globals.expand(&from.image, file.escape) {
            Ok(image) => image,
            Err(message) => {
                problems.push(Problem::new(message, from.image.span()));
                crate::expand::Expansion { text: from.image.to_string(), ..Default::default() }
            }
        };
        if image.text.is_empty() {
            let message = format!("base name ({}) should not be blank", from.image);
            problems.push(Problem::new(message, from.image.span()));
        }
        let earlier = file.stages.iter().rev().find(|stage: &&Stage| {
            stage.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&image.text))
        });
        let base = match earlier {
            Some(stage) => Base::Stage(stage.index),
            None if image.text == "scratch" => Base::Scratch,
            None => Base::Image(image),
        };
        let name = from.name.as_ref().map(|name| name.to_lowercase());
        file.stages.push(Stage { name, index, from: *start, instructions: *start..end, base });
    }
    file.problems.extend(problems);
}
