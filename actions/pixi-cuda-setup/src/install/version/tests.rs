use diagnostics::Source;
use pixi_workspace::manifest::Document;

use super::*;

fn text(value: &str) -> Spanned<String> {
    let source = Source::text("input `pixi-version`", value);
    Spanned { value: value.to_owned(), span: 0..value.len(), source }
}

fn releases(versions: &[&str]) -> Vec<Release> {
    let release = |text: &&str| {
        let (version, is_ready) = text.strip_suffix('!').map_or((*text, true), |v| (v, false));
        Release { version: version.parse().unwrap(), is_ready }
    };
    versions.iter().map(release).collect()
}

/// As GitHub lists them: newest first, a repair of an old one in between.
const LISTED: &[&str] = &[
    "0.78.0!", "0.77.0", "0.67.3", "0.76.2", "0.71.0", "0.70.2", "0.68.0", "0.67.2", "0.48.2",
    "0.40.0", "0.38.0", "0.22.0", "0.20.1", "0.13.0",
];

/// A manifest of 0.43 or newer.
const BARE: &str = "[workspace]\nname = \"x\"\nchannels = []\nplatforms = [\"linux-64\"]\n";
/// One of 0.71 or newer.
const RICH: &str = "[workspace]\nname = \"x\"\nchannels = []\nplatforms = [{ platform = \"linux-64\", cuda = \"12.0\" }]\n";

fn document(text: &str) -> Document {
    Document::parse(&Source::file("pixi.toml", text), "pixi.toml".as_ref()).unwrap()
}

#[test]
fn the_release_that_was_asked_for() {
    // What was asked for, `requires-pixi`, format of the lock, the rest of the manifest; the version
    // and a part of the reason.
    type Case = (
        &'static str,
        Option<&'static str>,
        Option<u8>,
        Option<&'static str>,
        &'static str,
        &'static str,
    );
    let cases: &[Case] = &[
        ("latest", None, None, None, "0.77.0", "the newest"),
        ("latest", Some("<0.50"), Some(6), None, "0.77.0", "the newest"),
        ("0.48.2", Some(">=0.70"), None, None, "0.48.2", "as asked for"),
        ("v0.48.2", None, None, None, "0.48.2", "as asked for"),
        ("==0.48.2", None, None, None, "0.48.2", "as asked for"),
        ("0.99.1", None, None, None, "0.99.1", "as asked for"),
        (">=0.68,<0.77", None, None, None, "0.76.2", "within `>=0.68,<0.77`"),
        ("<0.68", None, None, None, "0.67.3", "within `<0.68`"),
        ("0.67.*", None, None, None, "0.67.3", "within `0.67.*`"),
        ("~=0.70.0", None, None, None, "0.70.2", "within"),
        ("0.40|>=0.22,<0.38", None, None, None, "0.40.0", "within"),
        ("*", None, None, None, "0.77.0", "within `*`"),
        ("auto", None, None, None, "0.77.0", "the newest"),
        ("auto", Some(">=0.44"), None, None, "0.77.0", "`requires-pixi` asks for"),
        ("auto", Some(">=0.44,<0.70"), Some(7), None, "0.68.0", "`requires-pixi` asks for"),
        ("auto", Some("0.48.1"), None, None, "0.48.1", "`requires-pixi` names it"),
        ("auto", None, Some(7), None, "0.77.0", "the newest"),
        ("auto", None, Some(8), None, "0.77.0", "the newest"),
        ("auto", None, Some(6), None, "0.67.3", "writes lock format 6"),
        ("auto", None, Some(5), None, "0.38.0", "writes lock format 5"),
        ("auto", None, Some(4), None, "0.20.1", "writes lock format 4"),
        ("auto", None, Some(2), None, "0.77.0", "the newest"),
        ("auto", None, Some(6), Some(BARE), "0.67.3", "writes lock format 6"),
        ("auto", None, Some(6), Some(RICH), "0.77.0", "none writes lock format 6 and reads"),
        ("auto", None, Some(5), Some(BARE), "0.77.0", "none writes lock format 5 and reads"),
        ("auto", None, Some(7), Some(RICH), "0.77.0", "the newest"),
    ];
    for (wish, requires, lock_format, rest, version, why) in cases {
        let wish = Wish::read(Some(&text(wish))).unwrap();
        let manifest = rest.map(document);
        let facts = Facts { requires: requires.map(text), ..Facts::new(manifest, *lock_format) };
        let choice = choose(&releases(LISTED), &wish, &facts).unwrap();
        assert_eq!(choice.version.to_string(), *version, "{wish:?} {facts:?}");
        assert!(choice.why.contains(why), "{wish:?} {facts:?}: {}", choice.why);
    }
}

#[test]
fn what_cannot_be_chosen_is_said() {
    let cases = [
        (">=0.78", None, "no release of pixi is within `>=0.78`, as asked for"),
        ("auto", Some(">=99"), "no release of pixi is within `>=99`, as `requires-pixi` asks for"),
        ("auto", Some("nonsense!"), "`requires-pixi` is no version specifier"),
    ];
    for (wish, requires, message) in cases {
        let wish = Wish::read(Some(&text(wish))).unwrap();
        let facts = Facts { requires: requires.map(text), ..Facts::default() };
        let error = choose(&releases(LISTED), &wish, &facts).unwrap_err();
        assert!(error.message.contains(message), "{}", error.message);
        assert!(error.help.is_some());
    }
    let none = choose(&[], &Wish::Latest, &Facts::default()).unwrap_err();
    assert_eq!(none.code, "install/no-release");
}

#[test]
fn a_list_is_asked_for_only_where_it_is_needed() {
    let known = |wish: &str, requires: Option<&str>| {
        let facts = Facts { requires: requires.map(text), ..Facts::default() };
        without_list(&Wish::read(Some(&text(wish))).unwrap(), &facts).unwrap().is_some()
    };
    assert!(known("0.77.0", None) && known("auto", Some("==0.48.2")));
    assert!(!known("auto", None) && !known("latest", None) && !known(">=0.1", None));
    assert!(!known("auto", Some(">=0.48")) && !known("0.77", None));
}

#[test]
fn other_texts_are_no_versions() {
    for wrong in ["", "newest", "0.77.x.y!", "=>0.7", "0.77.0; rm", "v"] {
        let error = Wish::read(Some(&text(wrong))).expect_err(wrong);
        assert_eq!(error.code, "install/version", "{wrong}");
    }
}
