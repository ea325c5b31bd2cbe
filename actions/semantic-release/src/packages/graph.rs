//! In which order packages are released, and which are drawn along. Pure.

use std::collections::BTreeSet;

use super::manifest::normal;

/// One package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name, as its manifest writes it, else that of its directory.
    pub name: String,
    /// Names of packages it needs, in the form of [`normal`].
    pub needs: BTreeSet<String>,
}

/// Packages that need each other in a circle, by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} need each other in a circle", .0.join(", "))]
pub struct Circle(pub Vec<String>);

/// Which of `packages` each one needs, by index.
pub fn needs(packages: &[Package]) -> Vec<Vec<usize>> {
    let names: Vec<String> = packages.iter().map(|package| normal(&package.name)).collect();
    let of = |(own, package): (usize, &Package)| {
        let others = names.iter().enumerate();
        let needed = others.filter(|(other, name)| *other != own && package.needs.contains(*name));
        needed.map(|(other, _)| other).collect()
    };
    packages.iter().enumerate().map(of).collect()
}

/// The indexes of `packages`, each behind all it needs; as they were given otherwise.
///
/// # Errors
/// Packages that need each other in a circle.
pub fn order(packages: &[Package]) -> Result<Vec<usize>, Circle> {
    let needs = needs(packages);
    let mut order: Vec<usize> = Vec::with_capacity(packages.len());
    while order.len() < packages.len() {
        let is_ready = |index: &usize| {
            !order.contains(index)
                && needs
                    .get(*index)
                    .is_some_and(|needs| needs.iter().all(|need| order.contains(need)))
        };
        match (0..packages.len()).find(is_ready) {
            Some(next) => order.push(next),
            None => return Err(Circle(circle(packages, &needs, &order))),
        }
    }
    Ok(order)
}

/// The names of one circle among what is not in `done`.
fn circle(packages: &[Package], needs: &[Vec<usize>], done: &[usize]) -> Vec<String> {
    let mut path: Vec<usize> = Vec::new();
    let mut at = (0..packages.len()).find(|index| !done.contains(index));
    while let Some(index) = at {
        if let Some(start) = path.iter().position(|seen| *seen == index) {
            path.drain(..start);
            break;
        }
        path.push(index);
        // Whatever is not done waits for something that is not done either.
        at = needs.get(index).and_then(|needs| needs.iter().copied().find(|n| !done.contains(n)));
    }
    path.into_iter().filter_map(|index| Some(packages.get(index)?.name.clone())).collect()
}

/// Those of the packages that are not in `released` but need one that is, directly or through
/// others, each with the index of what draws it along.
pub fn drawn_along(packages: &[Package], released: &BTreeSet<usize>) -> Vec<(usize, usize)> {
    let needs = needs(packages);
    let mut moved = released.clone();
    let mut drawn = Vec::new();
    loop {
        let next = needs.iter().enumerate().find_map(|(index, needs)| {
            let cause = needs.iter().copied().find(|need| moved.contains(need))?;
            (!moved.contains(&index)).then_some((index, cause))
        });
        let Some((index, cause)) = next else { return drawn };
        moved.insert(index);
        drawn.push((index, cause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(of: &[(&str, &[&str])]) -> Vec<Package> {
        let package = |(name, needs): &(&str, &[&str])| Package {
            name: (*name).to_owned(),
            needs: needs.iter().map(|need| normal(need)).collect(),
        };
        of.iter().map(package).collect()
    }

    #[test]
    fn what_is_needed_comes_first() {
        let some = packages(&[
            ("app", &["Core_Lib", "tools", "numpy"]),
            ("tools", &["core.lib"]),
            ("core-lib", &[]),
            ("docs", &[]),
        ]);
        assert_eq!(order(&some), Ok(vec![2, 1, 0, 3]));
        let drawn = drawn_along(&some, &BTreeSet::from([2]));
        assert_eq!(drawn, [(0, 2), (1, 2)]);
        assert_eq!(drawn_along(&some, &BTreeSet::from([1])), [(0, 1)]);
        assert_eq!(drawn_along(&some, &BTreeSet::from([3])), []);
    }

    #[test]
    fn circles_are_named() {
        let some = packages(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &["d"])]);
        let error = order(&some).unwrap_err();
        assert_eq!(error.to_string(), "b, c need each other in a circle");
    }

    #[test]
    fn through_others() {
        let some = packages(&[("a", &["b"]), ("b", &["c"]), ("c", &[])]);
        assert_eq!(drawn_along(&some, &BTreeSet::from([2])), [(1, 2), (0, 1)]);
    }
}
