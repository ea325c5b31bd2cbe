use diagnostics::Source;

use super::*;

fn file(text: &str) -> Dockerfile {
    parse(&Source::file("Dockerfile", text))
}

fn texts(words: &[Text]) -> Vec<&str> {
    words.iter().map(Text::as_str).collect()
}

fn messages(text: &str) -> Vec<String> {
    file(text).problems.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn lines_are_joined_and_words_keep_their_place() {
    let text = "\u{feff}# escape=`\r\nFROM a:1 AS Base\r\nRUN echo one `\r\n  # a comment\r\n\r\n  two `  \r\n  C:\\three\r\n";
    let file = file(text);
    assert_eq!(file.escape, '`');
    assert_eq!(file.problems, []);
    assert_eq!(file.blank_continuations.len(), 1);
    assert_eq!(file.stages[0].name.as_deref(), Some("base"));
    let Kind::Run(Form::Shell(line)) = &file.instructions[1].kind else { panic!() };
    assert_eq!(line, "echo one   two   C:\\three");
    let at = line.find("two").unwrap();
    assert_eq!(file.source.position(line.place(at)), diagnostics::Position { line: 6, column: 3 });
    let span = file.instructions[1].span.clone();
    assert_eq!(text.get(span).unwrap().lines().count(), 5);
}

#[test]
fn flags_forms_and_pairs_are_told_apart() {
    let file = file(concat!(
        "ARG TAG=12 OTHER\n",
        "FROM --platform=$BUILDPLATFORM debian:$TAG as build\n",
        "RUN --mount=type=cache,target=/root/.cache --mount=type=bind,src=a,dst=b --network=none make\n",
        "copy --from=0 --chown=\"1:2\" [\"a b\", \"c\\u0041\", \"/d/\"]\n",
        "ENV A=1 B=\"two words\" C=x\\ y\n",
        "ENV OLD the rest of it\n",
        "HEALTHCHECK --interval=3s CMD [\"true\"]\n",
        "ONBUILD RUN make\n",
        "FROM build\n",
        "ENTRYPOINT [\"a\", \"b\"]\n",
        "CMD [\"a\", 'b']\n",
        "EXPOSE 80 443/udp\n",
    ));
    assert_eq!(file.problems, []);
    let kinds: Vec<_> = file.instructions.iter().map(|found| &found.kind).collect();
    let Kind::From(from) = kinds[1] else { panic!() };
    assert_eq!(from.platform.as_deref(), Some("$BUILDPLATFORM"));
    let mounts: Vec<_> = file.instructions[2].flags.iter().filter_map(Flag::mount).collect();
    assert_eq!(mounts.len(), 2);
    assert_eq!((mounts[0].kind(), mounts[0].target().unwrap().as_str()), ("cache", "/root/.cache"));
    assert_eq!((mounts[1].kind(), mounts[1].source().unwrap().as_str()), ("bind", "a"));
    let Kind::Copy(copy) = kinds[3] else { panic!() };
    assert_eq!((texts(&copy.sources), copy.destination.as_str()), (vec!["a b", "cA"], "/d/"));
    assert_eq!(file.instructions[3].flag("chown").unwrap().value.as_deref(), Some("1:2"));
    let Kind::Env(pairs) = kinds[4] else { panic!() };
    let values: Vec<_> = pairs.iter().map(|pair| pair.value.as_str()).collect();
    assert_eq!(values, ["1", "\"two words\"", "x\\ y"]);
    let Kind::Env(old) = kinds[5] else { panic!() };
    assert!(old[0].is_old_form && old[0].value == *"the rest of it");
    assert!(matches!(kinds[6], Kind::Healthcheck(Healthcheck::Cmd(Form::Exec(_)))));
    assert!(matches!(kinds[7], Kind::Onbuild(inner) if matches!(inner.kind, Kind::Run(_))));
    assert!(matches!(kinds[10], Kind::Cmd(Form::Shell(_))), "quotes of the wrong kind");
    assert!(matches!(file.stages[1].base, Base::Stage(0)));
    assert_eq!(file.image(&file.stages[1]).unwrap().text, "debian:12");
}

#[test]
fn documents_follow_their_line() {
    let text = "FROM a\nRUN <<-'ONE' cat >x <<TWO\n\techo $A\n\tONE\ntwo\nTWO\nCOPY <<a.txt <<\"b\" /d/\nA\na.txt\nB\nb\nRUN [\"x\", \"<<Y\"]\nRUN echo $((1<<2))\n";
    let file = file(text);
    assert_eq!(file.problems, []);
    let first = &file.instructions[1].heredocs;
    assert_eq!(first[0].content, "echo $A\n");
    assert!(first[0].is_chomped && !first[0].is_expanded && first[1].is_expanded);
    assert_eq!(text.get(first[0].content.span()), Some("echo $A\n"));
    assert_eq!(file.instructions[2].heredocs[1].content, "B\n");
    let Kind::Copy(copy) = &file.instructions[2].kind else { panic!() };
    assert_eq!((copy.sources.len(), copy.destination.as_str()), (0, "/d/"));
    assert!(file.instructions[3].heredocs.is_empty() && file.instructions[4].heredocs.is_empty());
}

#[test]
fn buildkit_refuses_in_these_words() {
    let refused = [
        ("", "file with no instructions"),
        ("# syntax=a\n# syntax=b\nFROM a\n", "only one syntax parser directive can be used"),
        ("# escape=x\nFROM a\n", "invalid escape token 'x' does not match ` or \\"),
        ("FROM a b\n", "FROM requires either one or three arguments"),
        (
            "FROM a AS 1b\n",
            "invalid name for build stage: \"1b\", name can't start with a number or contain symbols",
        ),
        ("RUN a\n", "no build stage in current context"),
        ("FROM a\nRNU a\n", "unknown instruction: RNU"),
        ("FROM a\nENV A\n", "ENV must have two arguments"),
        (
            "FROM a\nENV A=1 B\n",
            "Syntax error - can't find = in \"B\". Must be of the form: name=value",
        ),
        (
            "FROM a\nCOPY a\n",
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        ),
        ("FROM a\nCOPY --frm=b c d\n", "unknown flag: --frm"),
        ("FROM a\nCOPY --link=yes c d\n", "expecting boolean value for flag --link, not: yes"),
        ("FROM a\nCOPY --from b d\n", "missing a value on flag: --from"),
        (
            "FROM a\nCMD [1]\n",
            "when using JSON array syntax, arrays must be comprised of strings only",
        ),
        ("FROM a\nRUN <<E\nx\n", "unterminated heredoc"),
        ("FROM a\nWORKDIR\n", "WORKDIR requires exactly one argument"),
        ("FROM a\nONBUILD FROM b\n", "FROM isn't allowed as an ONBUILD trigger"),
        ("FROM a\nHEALTHCHECK NONE x\n", "HEALTHCHECK NONE takes no arguments"),
        ("ARG A\n", "dockerfile contains no stages to build"),
    ];
    for (text, message) in refused {
        assert_eq!(messages(text), [message], "{text:?}");
    }
}
