use super::*;
use crate::Text;

fn run(line: &str) -> Vec<String> {
    let text = Text::part(line, 0..line.len());
    let shown = |command: &Command| {
        let words: Vec<_> = command.words.iter().map(Word::as_str).collect();
        let set: Vec<_> = command
            .environment
            .iter()
            .map(|set| {
                let value = set.value.as_ref().map_or("-", Word::as_str);
                format!("{}={value} ", set.name)
            })
            .collect();
        format!("{}{}", set.concat(), words.join("|"))
    };
    commands(&text).iter().map(shown).collect()
}

#[test]
fn lines_are_taken_apart() {
    let cases: [(&str, &[&str]); 22] = [
        ("a b && c || d; e | f & g", &["a|b", "c", "d", "e", "f", "g"]),
        ("a 'b c' \"d $E\" f\\ g h\"i\"j", &["a|b c|d $E|f g|hij"]),
        ("A=1 B='2 3' cmd x=y", &["A=1 B=2 3 cmd|x=y"]),
        ("A=1; cmd", &["A=1 cmd"]),
        ("export A=1 && cmd && unset A && cmd", &["A=1 cmd", "A=1 A=- cmd"]),
        ("(export A=1; x); y", &["A=1 x", "y"]),
        ("env -i A=1 cmd a", &["A=1 cmd|a"]),
        ("exec env A=1 nohup cmd", &["A=1 cmd"]),
        ("sudo -E -u root A=1 cmd", &["A=1 cmd"]),
        ("bash -lc 'A=1 x && y'", &["A=1 x", "y"]),
        ("A=1 /bin/sh -euxo pipefail -c \"x; sh -c 'y z'\"", &["A=1 x", "A=1 y|z"]),
        ("eval \"$(x hook -e prod)\" && y", &["x|hook|-e|prod", "eval|$(x hook -e prod)", "y"]),
        ("echo `x y` $((1+2)) ${A:-b c} <(z)", &["x|y", "z", "echo|`x y`|$((1+2))|${A:-b c}|<(z)"]),
        ("if x; then y; elif z; then a; else b; fi", &["x", "y", "z", "a", "b"]),
        ("for i in 1 2; do x $i; done", &["x|$i"]),
        ("case $A in b|c) x ;; *) y ;; esac; z", &["x", "y", "z"]),
        ("f() { x; }; f", &["x", "f"]),
        ("x > /dev/null 2>&1 <<< 'y' z", &["x|z"]),
        ("x # y && z", &["x"]),
        ("x <<E\ny z\nE\nb", &["x", "b"]),
        ("timeout 30 x; ! y; time z", &["x", "y", "z"]),
        ("x $(y '", &["x|$(y '"]),
    ];
    for (line, expected) in cases {
        assert_eq!(run(line), expected, "{line}");
    }
}

#[test]
fn words_know_their_place() {
    let line = "cd /app && sh -c 'A=1 pixi install' > x";
    let found = commands(&Text::part(line, 0..line.len()));
    let [command] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(command.directory.as_ref().unwrap().as_str(), "/app");
    assert_eq!(line.get(command.words[1].span()), Some("install"));
    assert_eq!(command.environment[0].name.span().start, line.find("A=").unwrap());
    assert_eq!(command.assigned("A", false).unwrap().value.as_ref().unwrap().as_str(), "1");
}

#[test]
fn documents_that_are_scripts_count() {
    let text = concat!(
        "FROM a\n",
        "RUN <<EOF\nexport A=1\nx\nEOF\n",
        "RUN bash -e <<EOF\ny\nEOF\n",
        "RUN python <<EOF\nimport z\nEOF\n",
        "RUN <<EOF\n#!/usr/bin/env python\nimport z\nEOF\n",
        "RUN [\"sh\", \"-c\", \"q r\"]\n",
        "SHELL [\"powershell\"]\n",
    );
    let file = crate::parse(&diagnostics::Source::file("Dockerfile", text));
    let run = |at: usize| -> Vec<String> {
        let found = of_instruction(&file.instructions[at], &[]);
        found
            .iter()
            .map(|found| found.words.iter().map(Word::as_str).collect::<Vec<_>>().join("|"))
            .collect()
    };
    assert_eq!(run(1), ["x"]);
    assert_eq!(run(2), ["bash|-e", "y"]);
    assert_eq!(run(3), ["python"]);
    assert_eq!(run(4), Vec::<String>::new());
    assert_eq!(run(5), ["q|r"]);
    let crate::Kind::Shell(shell) = &file.instructions[6].kind else { panic!() };
    assert!(!is_posix(shell) && of_instruction(&file.instructions[1], shell).is_empty());
}
