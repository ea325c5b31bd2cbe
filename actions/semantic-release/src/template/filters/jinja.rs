//! Filters and functions of Jinja2.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::value::{Kwargs, Object, ObjectRepr, Rest, Tuple, ValueKind, from_args};
use minijinja::{AutoEscape, Environment, Error, State, Value, filters};

use super::super::rewrite::{DICT, LIST, MODULO};
use super::super::text::capitalize;
use super::super::values::{Dict, List, dict, dict_literal, list_literal, no_method, wrong};
use super::named;
use crate::pytext;

pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_function(LIST, list_literal);
    environment.add_function(DICT, dict_literal);
    environment.add_function("dict", dict);
    environment.add_function("joiner", |separator: Option<String>| {
        Value::from_object(Joiner {
            separator: separator.unwrap_or_else(|| ", ".to_owned()),
            used: AtomicUsize::new(0),
        })
    });
    environment.add_function("cycler", |items: Rest<Value>| {
        Value::from_object(Cycler { items: items.0, at: AtomicUsize::new(0) })
    });
    environment.add_filter(MODULO, modulo);
    environment.add_filter("title", |text: &Value| pytext::title(&text.to_string()));
    environment.add_filter("capitalize", |text: &Value| capitalize(&text.to_string()));
    environment.add_filter("upper", |text: &Value| text.to_string().to_uppercase());
    environment.add_filter("lower", |text: &Value| text.to_string().to_lowercase());
    environment.add_filter("length", length);
    environment.add_filter("count", length);
    environment.add_filter("list", |state: &State<'_, '_>, value: Value| {
        Ok::<_, Error>(List::value(filters::list(state, value)?.try_iter()?.collect()))
    });
    environment.add_filter("sort", sort);
    environment.add_filter("dictsort", dictsort);
    environment.add_filter("tojson", tojson);
    environment.add_filter("items", |value: &Value| {
        Dict::from_value(value).map(|pairs| {
            let pair = |(key, value)| Value::from(Tuple::from([key, value]));
            List::value(pairs.into_iter().map(pair).collect())
        })
    });
    environment.add_test("mapping", |value: &Value| Dict::plain(value).kind() == ValueKind::Map);
    environment.add_filter("center", |text: &Value, width: Option<usize>| {
        let text = text.to_string();
        let missing =
            width.unwrap_or(80).min(super::super::LINE_LIMIT).saturating_sub(text.chars().count());
        let left = missing / 2 + (missing & width.unwrap_or(80) & 1);
        format!("{}{text}{}", " ".repeat(left), " ".repeat(missing - left))
    });
    environment.add_filter("wordcount", |text: &Value| {
        text.to_string()
            .split(|c: char| !pytext::is_word(c))
            .filter(|word| !word.is_empty())
            .count()
    });
    environment.add_filter("truncate", truncate);
    environment.add_filter("wordwrap", wordwrap);
    environment.add_filter("striptags", |text: &Value| striptags(&text.to_string()));
    environment.add_filter("replace", replace);
    for name in ["escape", "e", "forceescape"] {
        environment.add_filter(name, move |value: &Value| {
            if value.is_safe() && name != "forceescape" {
                return value.clone();
            }
            Value::from_safe_string(escape(&value.to_string()))
        });
    }
    environment.add_test("callable", |value: &Value| {
        value.as_object().is_some_and(|object| object.repr() == ObjectRepr::Plain)
    });
}

/// What is escaped for HTML, in markupsafe's words.
pub(in crate::template) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// `%`: of texts the printf format, else the remainder.
fn modulo(state: &mut State<'_, '_>, left: &Value, right: &Value) -> Result<Value, Error> {
    if left.as_str().is_some() {
        let args: Vec<Value> =
            if right.is_tuple() { right.try_iter()?.collect() } else { vec![right.clone()] };
        let args: Vec<Value> = std::iter::once(left.clone()).chain(args).collect();
        return state.apply_filter("format", &args);
    }
    let numbers = |value: &Value| f64::try_from(value.clone());
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        let rest = left.checked_rem(right).ok_or_else(|| wrong("integer modulo by zero"))?;
        let is_opposite = rest != 0 && (rest < 0) != (right < 0);
        return Ok(Value::from(if is_opposite { rest + right } else { rest }));
    }
    let (left, right) = (numbers(left)?, numbers(right)?);
    if right == 0.0 {
        return Err(wrong("float modulo by zero"));
    }
    Ok(Value::from(left - right * (left / right).floor()))
}

fn length(value: &Value) -> Result<usize, Error> {
    if value.is_undefined() { Ok(0) } else { filters::length(value) }
}

fn size(value: Option<&Value>, default: usize) -> usize {
    value.and_then(Value::as_usize).unwrap_or(default)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands filters their arguments")]
fn sort(
    state: &mut State<'_, '_>,
    value: Value,
    args: Rest<Value>,
    kwargs: Kwargs,
) -> Result<Value, Error> {
    let names = ["reverse", "case_sensitive", "attribute"];
    let values = named(args, &kwargs, names)?;
    let given = names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?)));
    let sorted = filters::sort(state, value, given.collect())?;
    Ok(List::value(sorted.try_iter()?.collect()))
}

/// JSON with sorted keys and without other characters than ASCII.
fn tojson(value: &Value, indent: Option<Value>, kwargs: Kwargs) -> Result<Value, Error> {
    let json = filters::tojson(&sorted_keys(value), indent, kwargs)?.to_string();
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Ok(Value::from_safe_string(out))
}

fn sorted_keys(value: &Value) -> Value {
    let value = Dict::plain(value);
    match value.kind() {
        ValueKind::Map => {
            let mut pairs = Dict::from_value(&value).unwrap_or_default();
            pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::from_pairs(pairs.into_iter().map(|(key, value)| (key, sorted_keys(&value))))
        }
        ValueKind::Seq | ValueKind::Iterable => match value.try_iter() {
            Ok(items) => Value::from(items.map(|item| sorted_keys(&item)).collect::<Vec<_>>()),
            Err(_) => value,
        },
        _ => value,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands filters their arguments")]
fn dictsort(value: &Value, args: Rest<Value>, kwargs: Kwargs) -> Result<Value, Error> {
    let names = ["case_sensitive", "by", "reverse"];
    let values = named(args, &kwargs, names)?;
    let given = names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?)));
    let sorted = filters::dictsort(&Dict::plain(value), given.collect())?;
    Ok(List::value(sorted.try_iter()?.collect()))
}

fn replace(
    state: &mut State<'_, '_>,
    value: &Value,
    old: &Value,
    new: &Value,
    count: Option<usize>,
) -> String {
    let mut text = value.to_string();
    if !matches!(state.auto_escape(), AutoEscape::None) && !value.is_safe() && new.is_safe() {
        text = escape(&text);
    }
    let (old, new) = (old.to_string(), new.to_string());
    match count {
        Some(count) => text.replacen(&old, &new, count),
        None => text.replace(&old, &new),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands filters their arguments")]
fn truncate(text: &Value, args: Rest<Value>, kwargs: Kwargs) -> Result<String, Error> {
    let [length, kill_words, end, leeway] =
        named(args, &kwargs, ["length", "killwords", "end", "leeway"])?;
    let length = size(length.as_ref(), 255);
    let end = end.map_or_else(|| "...".to_owned(), |end| end.to_string());
    let text = text.to_string();
    if text.chars().count() <= length.saturating_add(size(leeway.as_ref(), 5)) {
        return Ok(text);
    }
    let kept: String = text.chars().take(length.saturating_sub(end.chars().count())).collect();
    let kept = if kill_words.is_some_and(|kill| kill.is_true()) {
        kept.as_str()
    } else {
        kept.rsplit_once(' ').map_or(kept.as_str(), |(head, _)| head)
    };
    Ok(format!("{kept}{end}"))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands filters their arguments")]
fn wordwrap(text: &Value, args: Rest<Value>, kwargs: Kwargs) -> Result<String, Error> {
    let [width, break_long, end, _] =
        named(args, &kwargs, ["width", "break_long_words", "wrapstring", "break_on_hyphens"])?;
    let width = size(width.as_ref(), 79).max(1);
    let break_long = break_long.is_none_or(|value| value.is_true());
    let end = end.map_or_else(|| "\n".to_owned(), |end| end.to_string());
    let text = text.to_string();
    let lines: Vec<String> =
        text.lines().map(|line| wrap_line(line, width, break_long).join(&end)).collect();
    Ok(lines.join(&end))
}

fn wrap_line(line: &str, width: usize, break_long: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    for word in line.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        let used = current.chars().count();
        if !current.is_empty() && used + 1 + word.len() <= width {
            current.push(' ');
            current.extend(word);
            continue;
        }
        if !current.is_empty() {
            lines.push(std::mem::take(&mut current));
        }
        while break_long && word.len() > width {
            let rest = word.split_off(width);
            lines.push(word.into_iter().collect());
            word = rest;
        }
        current = word.into_iter().collect();
    }
    lines.push(current);
    lines
}

fn striptags(text: &str) -> String {
    let mut out = String::new();
    let mut is_tag = false;
    for c in text.chars() {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Gives its text from the second call on.
#[derive(Debug)]
struct Joiner {
    separator: String,
    used: AtomicUsize,
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        from_args::<()>(args)?;
        let is_first = self.used.fetch_add(1, Ordering::Relaxed) == 0;
        Ok(Value::from(if is_first { "" } else { self.separator.as_str() }))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<joiner>")
    }
}

/// Gives its items in turn.
#[derive(Debug)]
struct Cycler {
    items: Vec<Value>,
    at: AtomicUsize,
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = self.at.load(Ordering::Relaxed).checked_rem(self.items.len())?;
        (key.as_str()? == "current").then(|| self.items.get(at).cloned())?
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        from_args::<()>(args)?;
        match method {
            "next" => {
                let at = self.at.fetch_add(1, Ordering::Relaxed);
                let item = at.checked_rem(self.items.len()).and_then(|at| self.items.get(at));
                item.cloned().ok_or_else(|| wrong("a cycler needs at least one item"))
            }
            "reset" => {
                self.at.store(0, Ordering::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(no_method()),
        }
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<cycler>")
    }
}
