//! What Jinja2 does and the engine does not, said in the engine's words.
//!
//! In Jinja2 `[]` and `{}` make objects that can change (`{% set _ = items.append(x) %}`), `%`
//! formats text, and what an included template sets stays in it. So literals become calls of
//! functions that make such objects, `%` becomes a filter, and an `include` gets a scope of its
//! own. Lines stay where they are, so that errors name the right one.

mod expression;

use super::syntax::Syntax;
use expression::Expression;

/// The function that stands for `[...]`.
pub(super) const LIST: &str = "__list";
/// The function that stands for `{...}`.
pub(super) const DICT: &str = "__dict";
/// The filter that stands for `%`.
pub(super) const MODULO: &str = "__modulo";

/// What begins at a place of the source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Block,
    Variable,
    Comment,
    LineStatement,
    LineComment,
}

/// Rewrites a template. A source that is no template is passed on as it is; the engine says what
/// is wrong with it.
pub(super) fn rewrite(source: &str, syntax: &Syntax) -> String {
    let source = syntax.newlines(source);
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    let mut rest = source.as_str();
    while let Some((before, mark, tag)) = next_mark(rest, &out, syntax) {
        out.push_str(before);
        rest = match mark {
            Mark::Comment => {
                let rest = copy_through(tag, &syntax.comment.1, &mut out);
                trimmed(rest, &mut out, &syntax.comment.1, syntax)
            }
            Mark::LineComment => {
                // With the blanks before it.
                out.truncate(out.trim_end_matches([' ', '\t']).len());
                tag.find(['\n', '\r']).and_then(|end| tag.get(end..)).unwrap_or_default()
            }
            Mark::Variable => variable(tag, syntax, &mut out),
            Mark::Block => block(tag, syntax, &mut out),
            Mark::LineStatement => line_statement(tag, syntax, &mut out),
        };
    }
    out.push_str(rest);
    out
}

/// The text before the next mark, the mark, and the text from it on.
fn next_mark<'s>(rest: &'s str, done: &str, syntax: &Syntax) -> Option<(&'s str, Mark, &'s str)> {
    let mut at_line_start = done.is_empty() || done.ends_with(['\n', '\r']);
    for (at, c) in rest.char_indices() {
        let here = rest.get(at..)?;
        let found = mark_at(here, at_line_start, syntax);
        if let Some(mark) = found {
            return Some((rest.get(..at)?, mark, here));
        }
        at_line_start = matches!(c, '\n' | '\r') || at_line_start && c.is_whitespace();
    }
    None
}

fn mark_at(here: &str, at_line_start: bool, syntax: &Syntax) -> Option<Mark> {
    let lines = [
        (Mark::LineStatement, syntax.line_statement.as_deref().filter(|_| at_line_start)),
        (Mark::LineComment, syntax.line_comment.as_deref()),
    ];
    // Of two marks at one place the longer one counts.
    [
        (Mark::Block, Some(syntax.block.0.as_str())),
        (Mark::Variable, Some(syntax.variable.0.as_str())),
        (Mark::Comment, Some(syntax.comment.0.as_str())),
    ]
    .into_iter()
    .chain(lines)
    .filter_map(|(mark, start)| Some((mark, start?)))
    .filter(|(_, start)| here.starts_with(start))
    .max_by_key(|(_, start)| start.len())
    .map(|(mark, _)| mark)
}

/// Copies up to and with `end`; the rest of the source.
fn copy_through<'s>(text: &'s str, end: &str, out: &mut String) -> &'s str {
    let length = text.find(end).map_or(text.len(), |at| at + end.len());
    let (head, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    out.push_str(head);
    rest
}

/// What follows a tag. The line end that `trim_blocks` drops is written as the engine knows it.
fn trimmed<'s>(rest: &'s str, out: &mut String, end: &str, syntax: &Syntax) -> &'s str {
    let keeps = out.strip_suffix(end).is_some_and(|before| before.ends_with('+'));
    match rest.strip_prefix(syntax.newline).filter(|_| syntax.trim_blocks && !keeps) {
        Some(rest) => {
            out.push('\n');
            rest
        }
        None => rest,
    }
}

/// Takes a start mark and the sign behind it off the text.
fn opening<'s>(text: &'s str, start: &str) -> (&'s str, &'s str) {
    let inner = text.strip_prefix(start).unwrap_or(text);
    match inner.strip_prefix(['-', '+']) {
        Some(rest) => (inner.strip_suffix(rest).unwrap_or_default(), rest),
        None => ("", inner),
    }
}

fn variable<'s>(text: &'s str, syntax: &Syntax, out: &mut String) -> &'s str {
    let (sign, inner) = opening(text, &syntax.variable.0);
    let expression = Expression::read(inner, Some(&syntax.variable.1));
    let Expression { text, sign: last, end, rest } = expression;
    for part in [syntax.variable.0.as_str(), sign, &text, last, end] {
        out.push_str(part);
    }
    rest
}

fn block<'s>(text: &'s str, syntax: &Syntax, out: &mut String) -> &'s str {
    let (start, end) = (syntax.block.0.as_str(), syntax.block.1.as_str());
    let (sign, inner) = opening(text, start);
    if inner
        .trim_start()
        .strip_prefix("raw")
        .is_some_and(|after| after.trim_start().trim_start_matches(['-', '+']).starts_with(end))
    {
        return raw(text, syntax, out);
    }
    let Expression { text, sign: last, end, rest } = Expression::read(inner, Some(end));
    let is_include = text
        .trim_start()
        .strip_prefix("include")
        .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    if is_include {
        // What is included must not change what surrounds it.
        for part in [start, sign, " with ", end, start, &text, end, start, " endwith ", last, end] {
            out.push_str(part);
        }
    } else {
        for part in [start, sign, &text, last, end] {
            out.push_str(part);
        }
    }
    trimmed(rest, out, end, syntax)
}

/// Copies a raw block up to its last tag.
fn raw<'s>(text: &'s str, syntax: &Syntax, out: &mut String) -> &'s str {
    let mut rest = copy_through(text, &syntax.block.1, out);
    while let Some(at) = rest.find(&syntax.block.0) {
        let (head, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(head);
        let (_, inner) = opening(tag, &syntax.block.0);
        if inner.trim_start().starts_with("endraw") {
            return copy_through(tag, &syntax.block.1, out);
        }
        out.push_str(&syntax.block.0);
        rest = tag.strip_prefix(syntax.block.0.as_str()).unwrap_or_default();
    }
    out.push_str(rest);
    ""
}

fn line_statement<'s>(text: &'s str, syntax: &Syntax, out: &mut String) -> &'s str {
    let prefix = syntax.line_statement.as_deref().unwrap_or_default();
    let expression = Expression::read(text.strip_prefix(prefix).unwrap_or(text), None);
    out.push_str(prefix);
    out.push_str(&expression.text);
    match expression.rest.strip_prefix(syntax.newline) {
        Some(rest) => {
            out.push('\n');
            rest
        }
        None => expression.rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_and_what_stays() {
        for (source, expected) in [
            ("a [b] {c} % d", "a [b] {c} % d"),
            ("{{ [] }}", "{{ __list() }}"),
            ("{{ a[0] }}{{ f()[1:] }}{{ 'x'[0] }}", "{{ a[0] }}{{ f()[1:] }}{{ 'x'[0] }}"),
            ("{% for a in [1, [2], ] %}", "{% for a in __list(1, __list(2) ) %}"),
            ("{% if not [a] %}", "{% if not __list(a) %}"),
            ("{{ {'a': {}} }}", "{{ __dict({'a': __dict({})}) }}"),
            ("{{ '%s' % a }}", "{{ '%s' |__modulo( a) }}"),
            ("{{ '%s %s' % (a, b)|upper ~ c }}", "{{ '%s %s' |__modulo( (a, b)|upper) ~ c }}"),
            ("{{ a % b % c }}", "{{ a |__modulo( b) |__modulo( c) }}"),
            ("{{ a * b % c + d % e }}", "{{ a * b % c + d |__modulo( e) }}"),
            ("{{ f(a % b.c[1], 2) }}", "{{ f(a |__modulo( b.c[1]), 2) }}"),
            ("{% set a = 7 % 2 %}", "{% set a = 7 |__modulo( 2) %}"),
            ("{%- include 'a' -%} b", "{%- with %}{% include 'a' %}{% endwith -%} b"),
            ("{% include ['a'] %}", "{% with %}{% include __list('a') %}{% endwith %}"),
            ("{% includes %}", "{% includes %}"),
            ("{# [] #}{{ '[] %' }}{{ \"\\\"[]\" }}", "{# [] #}{{ '[] %' }}{{ \"\\\"[]\" }}"),
            (
                "{% raw %}{{ [] }}{% if %}{% endraw %}{{ [] }}",
                "{% raw %}{{ [] }}{% if %}{% endraw %}{{ __list() }}",
            ),
            ("{{ {'}}': 1} }}[]", "{{ __dict({'}}': 1}) }}[]"),
            ("{{ [", "{{ __list("),
            ("{{ '[", "{{ '["),
        ] {
            assert_eq!(rewrite(source, &Syntax::default()), expected, "{source}");
        }
    }

    #[test]
    fn line_statements() {
        let syntax = Syntax {
            line_statement: Some("#".to_owned()),
            line_comment: Some("##".to_owned()),
            ..Syntax::default()
        };
        let source = "# for a in [1,\n 2]\n[a] ## [] \n  # endfor\n x # []\n";
        let expected = "# for a in __list(1,\n 2)\n[a]\n  # endfor\n x # []\n";
        assert_eq!(rewrite(source, &syntax), expected);
    }

    proptest::proptest! {
        #[test]
        fn any_source_is_taken_and_keeps_its_lines(
            source in r#"(\{\{|\}\}|\{%|%\}|\{#|#\}|\[|\]|\{|\}|\(|\)|'|"|\\|%|a| |\n|,|\||\.|include|raw|endraw|-|é|\*){0,40}"#,
        ) {
            let rewritten = rewrite(&source, &Syntax::default());
            let lines = |text: &str| text.matches('\n').count();
            assert_eq!(lines(&rewritten), lines(&source));
        }
    }
}
