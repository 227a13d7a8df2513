//! Law 1, between crates: arrows go down, and only the ones ARCHITECTURE.md draws.
use super::Breach;
use super::tree::House;

/// Crate, and whom it may know. Two crates are drawn before they exist, so that adding them needs no new decision.
const ARROWS: &[(&str, &[&str])] = &[
    ("cli", &["web", "gateway", "porter", "app", "wire", "ledger", "baseline", "interchange", "store", "domain"]),
    ("web", &["app", "domain", "wire", "print"]),
    ("porter", &["app", "domain", "gateway", "wire"]),
    ("gateway", &["wire", "interchange", "domain"]),
    ("app", &["store", "domain", "interchange", "baseline"]),
    ("store", &["domain", "ledger"]),
    ("interchange", &["domain"]),
    ("wire", &["domain"]),
    ("domain", &[]),
    ("ledger", &[]),
    ("print", &[]),
    ("baseline", &[]),
];

/// Beside the house: it may know everybody, and everybody's tests may know it.
const TESTKIT: &str = "testkit";

pub fn check(house: &House) -> Vec<Breach> {
    house.arrows.iter().filter_map(|arrow| judge(&arrow.from, &arrow.to, arrow.only_in_tests)).collect()
}

fn judge(from: &str, to: &str, only_in_tests: bool) -> Option<Breach> {
    if from == TESTKIT || (only_in_tests && to == TESTKIT) {
        return None;
    }
    let row = ARROWS.iter().find(|(name, _)| *name == from);
    if row.is_some_and(|(_, may)| may.contains(&to)) {
        return None;
    }
    let what = match row {
        Some(_) => format!("`{from}` depends on `{to}`"),
        None => format!("`{from}` has no row among the arrows, yet depends on `{to}`"),
    };
    Some(Breach {
        path: format!("crates/{from}/Cargo.toml"),
        line: 1,
        law: 1,
        what,
        why: "a floor that knows the one above can no longer be read, tested or replaced alone",
        todo: "move the code down, pass what is needed as an argument, or argue the arrow in ARCHITECTURE.md first",
    })
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn arrows_down_are_fine() {
        for (from, to) in [
            ("cli", "store"),
            ("web", "app"),
            ("app", "store"),
            ("web", "print"),
            ("testkit", "web"),
            ("porter", "app"),
        ] {
            assert_eq!(judge(from, to, false), None);
        }
        assert_eq!(judge("domain", "testkit", true), None);
    }

    #[test]
    fn other_arrows_are_seen() {
        let typeset = [("print", "domain"), ("app", "print")];
        let others = [
            ("domain", "ledger"),
            ("web", "store"),
            ("store", "app"),
            ("app", "testkit"),
            ("new", "domain"),
            ("gateway", "app"),
        ];
        for (from, to) in typeset.into_iter().chain(others) {
            assert!(judge(from, to, false).is_some(), "{from} -> {to}");
        }
        assert!(judge("web", "store", true).is_some());
    }
}
