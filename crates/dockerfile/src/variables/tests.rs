use diagnostics::Source;

use super::*;
use crate::parse;

fn known(text: &str) -> Value {
    Value::Known(text.to_owned())
}

#[test]
fn stages_inherit_from_stages_alone() {
    let file = parse(&Source::file(
        "Dockerfile",
        concat!(
            "ARG TAG=12\nARG CUDA=12.4\n",
            "FROM debian:$TAG AS base\n",
            "ARG CUDA\nARG GIVEN\nENV CONDA_OVERRIDE_CUDA=$CUDA PLACE=/x\n",
            "RUN one\n",
            "FROM base AS next\n",
            "ENV PLACE=$PLACE/y OTHER=${MISSING:-z}\n",
            "ARG PLACE=never\n",
            "RUN two\n",
            "FROM scratch\n",
            "COPY --from=base /a /b\n",
        ),
    ));
    assert_eq!(file.problems, []);
    let evaluation = Evaluation::new(&file);
    let base = evaluation.at_end(0);
    assert_eq!(base.value("CONDA_OVERRIDE_CUDA"), known("12.4"));
    assert_eq!(base.value("GIVEN"), Value::Unknown, "given to the build, or not");
    assert_eq!(base.get("CUDA").unwrap().origin, Origin::Arg);
    let next = evaluation.at(9);
    assert_eq!(next.value("CONDA_OVERRIDE_CUDA"), known("12.4"));
    assert_eq!(next.value("PLACE"), known("/x/y"), "ENV beats ARG");
    assert_eq!(next.value("OTHER"), Value::Unknown, "the image may set MISSING");
    assert_eq!(next.env("PLACE").unwrap().instruction, 8);
    let last = evaluation.at_end(2);
    assert_eq!(last.value("CONDA_OVERRIDE_CUDA"), Value::Unset);
    assert_eq!(file.image(&file.stages[1]).unwrap().text, "debian:12");
    assert!(file.image(&file.stages[2]).is_none());
}

#[test]
fn one_env_sees_what_was_before_it() {
    let file =
        parse(&Source::file("Dockerfile", "FROM scratch\nENV A=1\nENV A=2 B=$A \"C\"='$A'\n"));
    let end = Evaluation::new(&file).at_end(0);
    assert_eq!(end.value("B"), known("1"));
    assert_eq!(end.value("C"), known("$A"));
}

#[test]
fn what_grows_without_end_is_unknown() {
    let text = format!("FROM scratch\nENV A={}\n{}", "x".repeat(99), "ENV A=$A$A$A$A\n".repeat(40));
    let file = parse(&Source::file("Dockerfile", text));
    assert_eq!(Evaluation::new(&file).at_end(0).value("A"), Value::Unknown);
}
