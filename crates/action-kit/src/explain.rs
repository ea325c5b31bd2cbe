//! `explain CODE`.

use diagnostics::{Diagnostic, Explanation};

use crate::definition::Definition;
use crate::error::EXPLANATIONS;
use crate::inputs::nearest;

/// The long form of a code, or what to say when there is none.
pub(crate) fn find(definition: &'static Definition, code: &str) -> Result<String, Diagnostic> {
    let code = code.trim();
    let known = || -> Box<dyn Iterator<Item = &'static Explanation>> {
        let own = definition.explanations.iter().flat_map(|list| list.iter());
        Box::new(own.chain(EXPLANATIONS))
    };
    if let Some(found) = known().find(|explanation| explanation.code == code) {
        return Ok(format!("{}: {}\n\n{}\n", found.code, found.title, found.text));
    }
    let help = match nearest(code, known().map(|explanation| explanation.code)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "codes stand in brackets: `error[area/name]`".to_owned(),
    };
    let shown = diagnostics::visible_line(code);
    let unknown = Diagnostic::bad_input("input/usage", format!("there is no code `{shown}`"));
    Err(unknown.with_help(help))
}
