//! Spellings of a call.

use dockerfile::Text;
use dockerfile::shell::commands;
use dockerfile::variables::Variables;
use pixi_workspace::predict::Usage;

use super::super::calls::{Target, Verb, call};

fn read(line: &str) -> (Verb, Vec<String>, Usage) {
    let found = commands(&Text::part(line, 0..line.len()));
    let call = found.iter().find_map(|command| call(command, &Variables::default())).expect(line);
    let names = match call.target {
        Target::Named(names) => names.into_iter().map(|name| name.value).collect(),
        Target::Task(name) => vec![name],
        Target::All => vec!["*".to_owned()],
        Target::Unknown => Vec::new(),
    };
    (call.verb, names, call.usage)
}

#[test]
fn every_spelling_is_understood() {
    let cases = [
        ("pixi install -e prod", Verb::Install, "prod", Usage::Update),
        ("pixi i -eprod", Verb::Install, "prod", Usage::Update),
        ("pixi install -e=prod --frozen", Verb::Install, "prod", Usage::Frozen),
        ("pixi install --environment=prod --locked", Verb::Install, "prod", Usage::Locked),
        ("~/.pixi/bin/pixi install --environment prod", Verb::Install, "prod", Usage::Update),
        ("/root/.pixi/bin/pixi -v --color never install --all", Verb::Install, "*", Usage::Update),
        ("pixi install -a -q", Verb::Install, "*", Usage::Update),
        ("pixi install -ve prod -e test", Verb::Install, "prod test", Usage::Update),
        (
            "cd x && pixi install --manifest-path y/pixi.toml",
            Verb::Install,
            "default",
            Usage::Update,
        ),
        ("pixi run -e prod train -e other --locked", Verb::Run, "prod", Usage::Update),
        ("pixi r --as-is -- train -e other", Verb::Run, "default", Usage::Frozen),
        ("PIXI_LOCKED=true pixi run train", Verb::Run, "default", Usage::Locked),
        (
            "export PIXI_FROZEN=1; pixi shell-hook -s bash -e prod",
            Verb::ShellHook,
            "prod",
            Usage::Frozen,
        ),
        ("PIXI_FROZEN=false pixi s", Verb::Shell, "default", Usage::Update),
        ("env -u PIXI_LOCKED bash -c 'pixi install -e prod'", Verb::Install, "prod", Usage::Update),
        ("E=prod; pixi install -e $E", Verb::Install, "prod", Usage::Update),
        ("pixi install -e \"$GIVEN\"", Verb::Install, "", Usage::Update),
        ("pixi lock --check", Verb::LockCheck, "default", Usage::Update),
        ("pixi lock --check --dry-run", Verb::Lock, "default", Usage::Update),
        ("eval \"$(pixi shell-hook -e prod)\"", Verb::ShellHook, "prod", Usage::Update),
        ("PIXI_IN_SHELL=1 PIXI_ENVIRONMENT_NAME=prod pixi run x", Verb::Run, "prod", Usage::Update),
        ("pixi global install git", Verb::Other("global".to_owned()), "default", Usage::Update),
    ];
    for (line, verb, names, usage) in cases {
        let (read_verb, read_names, read_usage) = read(line);
        assert_eq!(
            (read_verb, read_names.join(" ").as_str(), read_usage),
            (verb, names, usage),
            "{line}"
        );
    }
}

#[test]
fn other_programs_are_no_calls() {
    for line in
        ["echo pixi install", "pixi", "pixi --version", "apt-get install pixi", "./pixi.sh run"]
    {
        let found = commands(&Text::part(line, 0..line.len()));
        assert!(
            found.iter().all(|command| call(command, &Variables::default()).is_none()),
            "{line}"
        );
    }
}
