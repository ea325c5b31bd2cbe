//! Lists and dictionaries that can change, as Python's do.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::value::{DynObject, Enumerator, Kwargs, Object, ObjectRepr, Rest, Tuple, from_args};
use minijinja::{Error, ErrorKind, State, Value};

/// What a method that is not there gives.
pub(super) fn no_method() -> Error {
    Error::from(ErrorKind::UnknownMethod)
}

/// A plain error.
pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The text of a value as Python's `repr` gives it.
pub(super) fn repr(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), quote)
}

/// A text as Python source.
pub(super) fn quote(text: &str) -> String {
    use std::fmt::Write as _;
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if u32::from(c) < 0x20 || c == '\u{7f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A list.
#[derive(Debug, Default)]
pub(super) struct List(Mutex<Vec<Value>>);

impl List {
    pub(super) fn value(items: Vec<Value>) -> Value {
        Value::from_object(Self(Mutex::new(items)))
    }

    pub(super) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
        Self::value(items.into_iter().map(|item| Value::from(item.as_ref())).collect())
    }

    fn position(&self, wanted: &Value) -> Result<usize, Error> {
        let items = lock(&self.0).clone();
        items
            .iter()
            .position(|item| item == wanted)
            .ok_or_else(|| wrong(format!("{} is not in the list", repr(wanted))))
    }

    /// An index from the end or the start.
    fn index(length: usize, index: i64) -> Option<usize> {
        let at = usize::try_from(index.unsigned_abs()).ok()?;
        if index < 0 { length.checked_sub(at) } else { Some(at) }
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        lock(&self.0).get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(lock(&self.0).clone())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(lock(&self.0).len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let none = Value::from(());
        match method {
            "append" => {
                let (item,): (Value,) = from_args(args)?;
                lock(&self.0).push(item);
            }
            "extend" => {
                let (items,): (Value,) = from_args(args)?;
                let items: Vec<Value> = items.try_iter()?.collect();
                lock(&self.0).extend(items);
            }
            "insert" => {
                let (index, item): (i64, Value) = from_args(args)?;
                let mut items = lock(&self.0);
                let at = Self::index(items.len(), index).unwrap_or(0).min(items.len());
                items.insert(at, item);
            }
            "pop" => {
                let (index,): (Option<i64>,) = from_args(args)?;
                let mut items = lock(&self.0);
                let at = Self::index(items.len(), index.unwrap_or(-1));
                let at = at.filter(|at| *at < items.len());
                return at
                    .map(|at| items.remove(at))
                    .ok_or_else(|| wrong("pop index out of range"));
            }
            "remove" => {
                let (item,): (Value,) = from_args(args)?;
                let at = self.position(&item)?;
                lock(&self.0).remove(at);
            }
            "index" => {
                let (item,): (Value,) = from_args(args)?;
                return Ok(Value::from(self.position(&item)?));
            }
            "count" => {
                let (wanted,): (Value,) = from_args(args)?;
                let items = lock(&self.0).clone();
                return Ok(Value::from(items.iter().filter(|item| **item == wanted).count()));
            }
            "copy" => return Ok(Self::value(lock(&self.0).clone())),
            "clear" => lock(&self.0).clear(),
            "reverse" => lock(&self.0).reverse(),
            "sort" => {
                let kwargs: Kwargs = from_args::<(Kwargs,)>(args)?.0;
                let reverse = kwargs.get::<Option<bool>>("reverse")?.unwrap_or(false);
                kwargs.assert_all_used()?;
                let mut items = lock(&self.0).clone();
                items.sort();
                if reverse {
                    items.reverse();
                }
                *lock(&self.0) = items;
            }
            _ => return Err(no_method()),
        }
        Ok(none)
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A list that holds itself is held here already.
        let Ok(items) = self.0.try_lock() else { return out.write_str("[...]") };
        let shown: Vec<String> = items.iter().map(repr).collect();
        write!(out, "[{}]", shown.join(", "))
    }
}

/// A dictionary, in the order of insertion.
#[derive(Debug, Default)]
pub(super) struct Dict {
    pairs: Mutex<Vec<(Value, Value)>>,
    /// Python's `defaultdict(list)`: a key that is asked for gets an empty list.
    with_lists: bool,
}

impl Dict {
    pub(super) fn value(pairs: Vec<(Value, Value)>) -> Value {
        Value::from_object(Self { pairs: Mutex::new(pairs), with_lists: false })
    }

    pub(super) fn of_lists(pairs: Vec<(Value, Value)>) -> Value {
        Value::from_object(Self { pairs: Mutex::new(pairs), with_lists: true })
    }

    /// Of any mapping, or of pairs.
    pub(super) fn from_value(value: &Value) -> Result<Vec<(Value, Value)>, Error> {
        let value = &Self::plain(value);
        if let Some(pairs) = value.as_object().and_then(DynObject::try_iter_pairs)
            && matches!(value.kind(), minijinja::value::ValueKind::Map)
        {
            return Ok(pairs.collect());
        }
        let pair = |item: Value| Ok((item.get_item_by_index(0)?, item.get_item_by_index(1)?));
        value.try_iter()?.map(pair).collect()
    }

    /// A mapping as any other, where this is one.
    pub(super) fn plain(value: &Value) -> Value {
        let dict = value.downcast_object_ref::<Self>().filter(|dict| dict.with_lists);
        dict.map_or_else(|| value.clone(), |dict| Self::value(lock(&dict.pairs).clone()))
    }

    fn get(&self, key: &Value) -> Option<Value> {
        let pairs = lock(&self.pairs);
        pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
    }

    fn set(&self, key: Value, value: Value) {
        let mut pairs = lock(&self.pairs);
        match pairs.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => pairs.push((key, value)),
        }
    }

    fn update(&self, positional: &[Value], kwargs: &Kwargs) -> Result<(), Error> {
        for other in positional {
            for (key, value) in Self::from_value(other)? {
                self.set(key, value);
            }
        }
        for name in kwargs.args() {
            self.set(Value::from(name), kwargs.get::<Value>(name)?);
        }
        Ok(())
    }
}

impl Object for Dict {
    /// Asking whether a key is in a mapping is getting it, and getting makes lists here.
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.with_lists { ObjectRepr::Iterable } else { ObjectRepr::Map }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key).or_else(|| {
            self.with_lists.then(|| {
                let list = List::value(Vec::new());
                self.set(key.clone(), list.clone());
                list
            })
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(lock(&self.pairs).iter().map(|(key, _)| key.clone()).collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(lock(&self.pairs).len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let pairs = || lock(&self.pairs).clone();
        Ok(match method {
            "items" => List::value(
                pairs()
                    .into_iter()
                    .map(|(key, value)| Value::from(Tuple::from([key, value])))
                    .collect(),
            ),
            "keys" => List::value(pairs().into_iter().map(|(key, _)| key).collect()),
            "values" => List::value(pairs().into_iter().map(|(_, value)| value).collect()),
            "copy" => Self::value(pairs()),
            "get" => {
                let (key, default): (Value, Option<Value>) = from_args(args)?;
                self.get(&key).or(default).unwrap_or_else(|| Value::from(()))
            }
            "setdefault" => {
                let (key, default): (Value, Option<Value>) = from_args(args)?;
                if let Some(value) = self.get(&key) {
                    return Ok(value);
                }
                let default = default.unwrap_or_else(|| Value::from(()));
                self.set(key, default.clone());
                default
            }
            "pop" => {
                let (key, default): (Value, Option<Value>) = from_args(args)?;
                let mut pairs = lock(&self.pairs);
                match pairs.iter().position(|(known, _)| *known == key) {
                    Some(at) => pairs.remove(at).1,
                    None => default.ok_or_else(|| wrong(format!("no key {}", repr(&key))))?,
                }
            }
            "update" => {
                let (positional, kwargs): (Rest<Value>, Kwargs) = from_args(args)?;
                self.update(&positional, &kwargs)?;
                Value::from(())
            }
            "clear" => {
                lock(&self.pairs).clear();
                Value::from(())
            }
            _ => return Err(no_method()),
        })
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(pairs) = self.pairs.try_lock() else { return out.write_str("{...}") };
        let shown: Vec<String> =
            pairs.iter().map(|(key, value)| format!("{}: {}", repr(key), repr(value))).collect();
        write!(out, "{{{}}}", shown.join(", "))
    }
}

/// `dict(...)`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands functions their arguments")]
pub(super) fn dict(positional: Rest<Value>, kwargs: Kwargs) -> Result<Value, Error> {
    let made = Dict::default();
    made.update(&positional, &kwargs)?;
    Ok(Value::from_object(made))
}

/// What stands for `[...]`.
pub(super) fn list_literal(items: Rest<Value>) -> Value {
    List::value(items.0)
}

/// What stands for `{...}`.
pub(super) fn dict_literal(map: &Value) -> Result<Value, Error> {
    Ok(Dict::value(Dict::from_value(map)?))
}
