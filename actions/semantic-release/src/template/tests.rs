//! Expressions, with what Jinja2 gives for them.

use std::sync::Arc;

use super::engine::{Engine, Folder};
use super::{Reader, Server, Syntax};

/// Renders one text.
fn render(source: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::write(root.join("t.j2"), source).unwrap();
    let server = Server {
        address: "https://github.com".to_owned(),
        owner: "Acme".to_owned(),
        name: "widget".to_owned(),
    };
    let reader = Some(Arc::new(Reader::new(&root, &root)));
    let folder = Folder { path: root.clone(), root, shown: "templates".to_owned() };
    let engine = Engine::new(folder, &Syntax::default(), &server, reader, 1_000_000).unwrap();
    engine.render("t.j2").map_err(|problem| problem.message)
}

/// Templates, and what Jinja2 makes of them.
const CASES: &[(&str, &str)] = &[
    (r#"{{ "%5.2f|%-5s|%03d|%x|%%" % (3.14159, "ab", 7, 255) }}"#, " 3.14|ab   |007|ff|%"),
    ("{{ 7 % 3 }} {{ -7 % 3 }} {{ 7.5 % 2 }}", "1 2 1.5"),
    (r#"{{ "{:>5}|{:<4}|{:^5}|{n}".format("x", "y", "z", n=3) }}"#, "    x|y   |  z  |3"),
    (
        r#"{{ [1, 2.0, "a'b", none, true, (1,), {"k": [1]}] }}"#,
        r#"[1, 2.0, "a'b", None, True, (1,), {'k': [1]}]"#,
    ),
    ("{{ 3 / 2 }} {{ 7 // 2 }} {{ 2 ** 3 }} {{ 1e3 }} {{ 4 / 2 }}", "1.5 3 8 1000.0 2.0"),
    (
        r#"{{ "a,b,c".split(",", maxsplit=1) }} {{ "a b  c".split() }} {{ "a-b-c".rsplit("-", 1)[0] }}"#,
        "['a', 'b,c'] ['a', 'b', 'c'] a-b",
    ),
    (r#"{{ "abc"[::-1] }} {{ "abc"[-1] }} {{ "hello world".title() }}"#, "cba c Hello World"),
    (
        "{% set ns = namespace(n=0, items=[]) %}{% for i in range(5) if i is odd %}{% set ns.n = ns.n + i %}{% set _ = ns.items.append(i) %}{% endfor %}{{ ns.n }} {{ ns.items }}",
        "4 [1, 3]",
    ),
    (
        r#"{% set d = {} %}{% set _ = d.update({"b": 1, "a": 2}) %}{{ d }} {{ d | dictsort }} {{ d | dictsort(by="value") }} {{ d.get("zz", "no") }} {{ d.items() | list }}"#,
        "{'b': 1, 'a': 2} [('a', 2), ('b', 1)] [('b', 1), ('a', 2)] no [('b', 1), ('a', 2)]",
    ),
    (
        r#"{% macro m(a, b="d") -%}<{{ a }}{{ b }}{{ caller() if caller else "" }}>{%- endmacro %}{{ m(1) }}{{ m(b=2, a=3) }}{% call m(4) %}body{% endcall %}"#,
        "<1d><32><4dbody>",
    ),
    (r#"{{ "long text here to wrap around" | wordwrap(10) }}"#, "long text\nhere to\nwrap\naround"),
    (r#"{{ "x" | center(5) }}| {{ "a\nb" | indent(4) }}"#, "  x  | a\n    b"),
    (
        r#"{{ ["B", "a", "b"] | unique | list }} {{ ["B", "a"] | sort }} {{ [3, 1] | sort(true) }}"#,
        "['B', 'a'] ['a', 'B'] [3, 1]",
    ),
    (
        "{{ [1, 2, 3, 4, 5] | batch(2) | list }} {{ [1, 2, 3] | slice(2) | list }}",
        "[[1, 2], [3, 4], [5]] [[1, 2], [3]]",
    ),
    (
        r#"{{ no }}{{ no | default("dd") }} {{ no is defined }} {{ "" | default("e", true) }} {{ none | default("n") }} {{ no | length }}"#,
        "dd False e None 0",
    ),
    (r#"{{ "<b>&'\"" | e }} {{ "a b&c" | urlencode }}"#, "&lt;b&gt;&amp;&#39;&#34; a%20b%26c"),
    (
        r#"{{ {"b": "ü😀", "a": ["<"]} | tojson }}"#,
        r#"{"a": ["\u003c"], "b": "\u00fc\ud83d\ude00"}"#,
    ),
    (
        "{% for a in [1, 2] %}{{ loop.cycle('x', 'y') }}{{ loop.last }}{{ loop.changed(a) }} {% endfor %}",
        "xFalseTrue yTrueTrue",
    ),
    (
        r#"{% filter upper %}abc{% endfilter %}{% with q = 5 %}{{ q }}{% endwith %}{{ q }} {{ 1 < 2 < 3 }} {{ "a" ~ 1 ~ none ~ true ~ 1.5 }}"#,
        "ABC5 True a1NoneTrue1.5",
    ),
    (
        r#"{{ "v1" | create_release_url }} {{ "x" | create_repo_url(query="q=1") }} {{ "we use %s" | format_w_official_vcs_name }}"#,
        "https://github.com/Acme/widget/releases/tag/v1 https://github.com/Acme/widget/x?q=1 we use GitHub",
    ),
    (
        r#"{{ "no.file" | read_file }}{{ "- a __b__ _cc_c_ `d` [e](f) g" | convert_md_to_rst }}"#,
        "* a **b** *cc_c* ``d`` `e <f>`_ g",
    ),
    (
        r##"{{ "aa bb cc" | autofit_text_width(maxwidth=5, indent_size=2) }} {{ ["#10", "#9"] | sort_numerically(reverse=true) }}"##,
        "aa bb\n  cc ['#10', '#9']",
    ),
    (
        r#"{{ "read_file" is filter }} {{ "nope" is filter }} {{ {} is mapping }} {{ 4 is divisibleby 2 }}"#,
        "True False True True",
    ),
    (
        r#"{{ "a\u00e9\x41" }} {{ [[1, 2], [3]] | sum(start=[]) }} {{ 3.7 | round }} {{ "x" | int(7) }} {{ "x" * 3 }}"#,
        "aéA [1, 2, 3] 4.0 7 xxx",
    ),
    (
        r#"{{ [1, 2, 3] | select("even") | list }} {{ ["a", "b"] | map("upper") | join("+") }} {{ [{"n": 1}] | join(",", attribute="n") }} {{ "%(x)s" | format(x=4) }}"#,
        "[2] A+B 1 4",
    ),
    (
        r#"{% set j = joiner("; ") %}{{ j() }}a{{ j() }}b {% set c = cycler("x", "y") %}{{ c.next() }}{{ c.next() }}{{ c.current }}"#,
        "a; b xyx",
    ),
    (
        r#"{{ "one two three four" | truncate(9) }} {{ "<p>a</p> b" | striptags }} {{ "aaa" | replace("a", "b", 2) }}"#,
        "one... a b bba",
    ),
    ("{% set l = [1] %}{% set _ = l.append(l) %}{{ l }}", "[1, [...]]"),
];

#[test]
fn as_jinja_does() {
    for (source, expected) in CASES {
        assert_eq!(render(source).as_deref(), Ok(*expected), "{source}");
    }
}

#[test]
fn errors_say_what_is_wrong() {
    for (source, says) in [
        ("{{ [1].pop(5) }}", "out of range"),
        ("{{ nothing.more }}", "undefined"),
        ("{{ 'a'.nothing() }}", "nothing"),
        ("{{ [] | sort(1, 2, 3, 4) }}", "too many"),
        ("{{ '' | create_pypi_url }}", "must not be empty"),
    ] {
        let error = render(source).unwrap_err();
        assert!(error.contains(says), "{source}: {error}");
    }
}

proptest::proptest! {
    #[test]
    fn any_template_ends(source in r"(\{\{|\}\}|\{%|%\}|\[|\]|\{|\}|\(|\)|'|for a in|endfor|if|endif|set b =|a|b|range\(9\)| |\n|,|\||\.|%|~|\+|1|list|sort){0,30}") {
        let _ = render(&source);
    }
}
