//! Overrides that do not do.

use conda::Version;
use pixi_workspace::predict::{
    Command, Outcome, Prediction, Recommended, Situation, predict, recommended_override,
};
use pixi_workspace::{Finding, Holds, Override, Overrides, View};

use super::{Case, Given};

/// What is wrong with a value for the environments that are installed.
pub(super) fn findings(case: &Case<'_>, given: &Given) -> Vec<Finding> {
    let views: Vec<View<'_>> = case.asked().cloned().collect();
    let recommended = recommended_override(&views, case.lock, case.machine);
    let findings = match &given.value {
        Override::Absent => Vec::new(),
        Override::Malformed(sentence) => {
            vec![malformed(case, given, sentence, recommended.as_ref())]
        }
        Override::Off => views.iter().filter_map(|view| switched_off(case, view)).take(1).collect(),
        Override::Version(version) => {
            let word = given.value.is_word().then(|| word(given, recommended.as_ref()));
            let unfit = views.iter().filter_map(|view| unfit(case, given, view, version));
            word.into_iter().chain(unfit).collect()
        }
    };
    let version = case.views.first().map(View::version);
    findings
        .into_iter()
        .filter(|finding| version.is_some_and(|version| finding.holds.contains(version)))
        .map(|finding| match &given.place {
            Some((source, span)) => finding.at(source, span),
            None => finding,
        })
        .collect()
}

/// What to write instead.
fn proposal(recommended: Option<&Recommended>) -> String {
    let settings =
        recommended.map_or_else(|| "CONDA_OVERRIDE_CUDA=12.0".to_owned(), Recommended::settings);
    format!("set {settings}")
}

fn malformed(
    case: &Case<'_>,
    given: &Given,
    sentence: &str,
    recommended: Option<&Recommended>,
) -> Finding {
    let environment = case.requested.first().map_or("default", String::as_str);
    Finding::error(
        "cuda/override-malformed",
        format!("CONDA_OVERRIDE_CUDA is `{}`, which is no version", given.text),
    )
    .note("every install fails, of environments without CUDA too")
    .prevents(format!(
        "Cannot install environment '{environment}': Couldn't get the virtual packages from the system: {sentence}"
    ))
    .holds(Holds::since(29))
    .remedy(proposal(recommended))
}

/// A word is a version: it switches `__cuda` on, and is lower than every number.
fn word(given: &Given, recommended: Option<&Recommended>) -> Finding {
    Finding::warning(
        "cuda/override-word",
        format!(
            "CONDA_OVERRIDE_CUDA is `{}`, which pixi takes for a version lower than 12.0",
            given.text
        ),
    )
    .note("it does not switch `__cuda` off; an empty value does")
    .prevents("nothing: packages that ask for any `__cuda` install")
    .holds(Holds::since(29))
    .remedy(proposal(recommended))
}

/// An empty value where the environment needs one.
fn switched_off(case: &Case<'_>, view: &View<'_>) -> Option<Finding> {
    let recommended = recommended_override(std::slice::from_ref(view), case.lock, case.machine)?;
    let off = ends(case, view, &Overrides::cuda(Some("")));
    let on = ends(case, view, &recommended.overrides());
    if off.outcome != Outcome::Error || on.outcome == Outcome::Error {
        return None;
    }
    Some(
        Finding::error(
            "cuda/override-off",
            format!(
                "CONDA_OVERRIDE_CUDA is set and empty, which takes `__cuda` away, and `{}` needs it",
                view.name()
            ),
        )
        .prevents(off.message.unwrap_or_default())
        .holds(Holds::since(29))
        .environment(view.name())
        .remedy(proposal(Some(&recommended))),
    )
}

/// How an installation and a run after it end: the worse of the two.
fn ends(case: &Case<'_>, view: &View<'_>, overrides: &Overrides) -> Prediction {
    let at = Situation { lock: case.lock, machine: case.machine, overrides, installed: None };
    let install = predict(view, &at, Command::Install);
    let run = predict(view, &at, Command::Run);
    if run.outcome > install.outcome { Prediction { row: install.row, ..run } } else { install }
}

/// A version with which an environment fails, warns or becomes another than with the right one.
fn unfit(case: &Case<'_>, given: &Given, view: &View<'_>, version: &Version) -> Option<Finding> {
    let recommended = recommended_override(std::slice::from_ref(view), case.lock, case.machine)?;
    let right: Version = recommended.cuda.parse().ok()?;
    if right == *version {
        return None;
    }
    let got = ends(case, view, &Overrides::cuda(Some(&given.text)));
    let best = ends(case, view, &recommended.overrides());
    let is_other_row = got.row != best.row;
    if got.outcome <= best.outcome && !is_other_row {
        return None;
    }
    let is_low = *version < right;
    let (code, how) =
        if is_low { ("cuda/override-low", "below") } else { ("cuda/override-high", "above") };
    let message = format!(
        "CONDA_OVERRIDE_CUDA is `{}`, {how} the {} that `{}` asks for",
        given.text,
        recommended.cuda,
        view.name()
    );
    let finding = if got.outcome == Outcome::Error {
        Finding::error(code, message)
    } else {
        Finding::warning(code, message)
    };
    let said = match (&got.message, &got.row) {
        (Some(message), _) => message.clone(),
        (None, Some(row)) => format!("nothing: pixi installs platform `{row}` instead"),
        (None, None) => "nothing".to_owned(),
    };
    let mut finding =
        finding.prevents(said).environment(view.name()).remedy(proposal(Some(&recommended)));
    for reason in recommended.reasons.iter().take(3) {
        finding = finding.note(reason.to_string());
    }
    Some(finding)
}
