//! The values the rules need, as data under change control: `rules/*.toml`, version 1, adopted by a genesis
//! entry. Parsed here because parsing is pure, and strictly, because a value that is silently ignored is a rule that is
//! silently off. Words people read are message ids, never prose.

use crate::base::Why;
use std::sync::OnceLock;

use serde::{Deserialize, de::DeserializeOwned};
use thiserror::Error;

mod access;
mod checks;
mod grades;
mod powers;
mod standing;
mod tiers;

pub use access::AccessRules;
pub use checks::{CheckRow, Checks, Moment};
pub use grades::GradeRules;
pub use powers::{Power, Powers, of_machines};
pub use standing::{ReasonRow, ReasonStep, Standings, UntilReview};
pub use tiers::{Criterion, ObligationRow, PerTier, Tiers};

/// Words that generated text never says, by language.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForbiddenWords {
    pub version: u32,
    pub en: Vec<String>,
    pub de: Vec<String>,
}

/// All values of one rules version.
#[derive(Clone, PartialEq, Debug)]
pub struct Rules {
    /// Version that decisions and entries carry: the highest among the files.
    pub version: u32,
    pub access: AccessRules,
    pub checks: Checks,
    pub grades: GradeRules,
    pub powers: Powers,
    pub standing: Standings,
    pub tiers: Tiers,
    pub words: ForbiddenWords,
}

/// A rules file that cannot stand, with file and place.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{file}{}: {why}", line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub struct BadRules {
    pub file: String,
    /// From 1, where the reader could tell.
    pub line: Option<usize>,
    pub why: Why,
}

impl BadRules {
    /// A file and why it cannot stand.
    pub fn new(file: &str, why: Why) -> Self {
        BadRules { file: file.to_owned(), line: None, why }
    }
}

/// The rules this binary carries: file name and text, as genesis adopts them.
pub const BUILTIN: [(&str, &str); 7] = [
    ("access.toml", include_str!("../../../../rules/access.toml")),
    ("checks.toml", include_str!("../../../../rules/checks.toml")),
    ("grades.toml", include_str!("../../../../rules/grades.toml")),
    ("powers.toml", include_str!("../../../../rules/powers.toml")),
    ("standing.toml", include_str!("../../../../rules/standing.toml")),
    ("tiers.toml", include_str!("../../../../rules/tiers.toml")),
    ("words.toml", include_str!("../../../../rules/words.toml")),
];

impl Rules {
    /// Reads a set of rule files, strictly: an unknown file, a missing one, an unknown, missing or impossible value is
    /// an error with file, line and what would be right.
    pub fn parse(files: &[(&str, &str)]) -> Result<Rules, BadRules> {
        if let Some((name, _)) = files.iter().find(|(name, _)| !BUILTIN.iter().any(|(known, _)| known == name)) {
            let known: Vec<&str> = BUILTIN.iter().map(|(known, _)| *known).collect();
            return Err(BadRules::new(name, Why::of("invalid-rules-file-unknown").with("known", known.join(", "))));
        }
        let rules = Rules {
            version: 0,
            access: read(files, "access.toml")?,
            checks: read(files, "checks.toml")?,
            grades: read(files, "grades.toml")?,
            powers: read(files, "powers.toml")?,
            standing: read(files, "standing.toml")?,
            tiers: read(files, "tiers.toml")?,
            words: read(files, "words.toml")?,
        };
        rules.checked()
    }

    /// The rules this binary carries. Fails only if the binary was built from broken files, which a test excludes.
    pub fn builtin() -> Result<Rules, BadRules> {
        static READ: OnceLock<Result<Rules, BadRules>> = OnceLock::new();
        READ.get_or_init(|| Rules::parse(&BUILTIN)).clone()
    }

    fn checked(mut self) -> Result<Rules, BadRules> {
        let bad = |file: &str, why: Result<(), Why>| why.map_err(|why| BadRules::new(file, why));
        bad("access.toml", self.access.check())?;
        bad("checks.toml", self.checks.check())?;
        bad("grades.toml", self.grades.check())?;
        bad("powers.toml", self.powers.check())?;
        bad("standing.toml", self.standing.check())?;
        bad("tiers.toml", self.tiers.check())?;
        let versions = [
            self.access.version,
            self.checks.version,
            self.grades.version,
            self.powers.version,
            self.standing.version,
            self.tiers.version,
            self.words.version,
        ];
        self.version = versions.into_iter().max().unwrap_or_default();
        Ok(self)
    }
}

impl Default for Rules {
    /// The built-in rules: before anything is adopted they are what holds, never *no rules*.
    fn default() -> Self {
        // The fallback is unreachable while the test of the built-in files is green; with it nobody may do anything.
        Rules::builtin().unwrap_or_else(|_| Rules {
            version: 0,
            access: AccessRules::default(),
            checks: Checks::default(),
            grades: GradeRules::default(),
            powers: Powers::default(),
            standing: Standings::default(),
            tiers: Tiers::default(),
            words: ForbiddenWords::default(),
        })
    }
}

/// The number a file gives itself.
pub fn version_of(text: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Numbered {
        version: u32,
    }
    toml::from_str::<Numbered>(text).ok().map(|n| n.version)
}

/// Reads one file of the set and says where it is wrong.
fn read<T: DeserializeOwned>(files: &[(&str, &str)], name: &str) -> Result<T, BadRules> {
    let mut found = files.iter().filter(|(n, _)| *n == name);
    let Some((_, text)) = found.next() else {
        return Err(BadRules::new(name, Why::of("invalid-rules-file-missing")));
    };
    if found.next().is_some() {
        return Err(BadRules::new(name, Why::of("invalid-rules-file-twice")));
    }
    toml::from_str(text).map_err(|e| {
        let before = e.span().and_then(|span| text.get(..span.start));
        let line = before.map(|b| b.matches('\n').count() + 1);
        BadRules { file: name.to_owned(), line, why: Why::of("invalid-said").with("said", e.message()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Mode, Tier};

    /// The built-in set with one file's text changed.
    fn with(file: &str, from: &str, to: &str) -> Result<Rules, BadRules> {
        let changed: Vec<(&str, String)> = BUILTIN
            .iter()
            .map(|(name, text)| (*name, if *name == file { text.replacen(from, to, 1) } else { (*text).to_owned() }))
            .collect();
        let set: Vec<(&str, &str)> = changed.iter().map(|(n, t)| (*n, t.as_str())).collect();
        Rules::parse(&set)
    }

    #[test]
    fn the_builtin_rules_stand() {
        let rules = Rules::builtin().unwrap();
        assert_eq!(rules.version, 1);
        assert_eq!(rules.checks.check.len(), 21);
        assert_eq!(rules.checks.default_mode, Mode::Observe);
        let floor: Vec<u8> = rules.checks.check.iter().filter(|c| c.floor).map(|c| c.number).collect();
        assert_eq!(floor, [1, 2, 3, 4, 5, 20]);
        assert_eq!(rules.standing.notice_days, 14);
        assert_eq!(rules.words.en.len() + rules.words.de.len(), 12);
        let row = rules.standing.row("evidence-missing").unwrap();
        assert_eq!(row.step[1].days.get(Tier::T2), Some(45));
        assert_eq!(row.step[1].days.get(Tier::T3), None);
    }

    #[test]
    fn broken_rules_say_where_and_why() {
        let cases = [
            (
                "powers.toml",
                "key = \"approve-access\"\nowner = [",
                "key = \"approve-access\"\nowner = [\"service-identity\", ",
                "powers.toml: invalid-rules-machine",
            ),
            (
                "standing.toml",
                "notice_days",
                "notice_day",
                "standing.toml, line 5: invalid-said said=unknown field `notice_day`",
            ),
            (
                "tiers.toml",
                "transition_days = 30",
                "transition_days = 29",
                "tiers.toml: invalid-rules-transition days=29",
            ),
            ("checks.toml", "floor = true", "floor = false", "checks.toml: invalid-rules-floor floor=named-person"),
            (
                "powers.toml",
                "\"auditor\"",
                "\"audit\"",
                "powers.toml, line 167: invalid-said said=unknown variant `audit`",
            ),
            ("powers.toml", "[\"qa\"]", "[\"administrator\"]", "invalid-rules-administrator-approves"),
            (
                "grades.toml",
                "certificate = \"adequate\"",
                "certificate = \"strong\"",
                "invalid-rules-certificate-lifts",
            ),
        ];
        for (file, from, to, says) in cases {
            let said = with(file, from, to).unwrap_err().to_string();
            assert!(said.contains(says), "{said}");
        }
        let said = Rules::parse(&BUILTIN[1..]).unwrap_err().to_string();
        assert_eq!(said, "access.toml: invalid-rules-file-missing");
        let said = Rules::parse(&[("access.tml", "")]).unwrap_err().to_string();
        assert!(said.starts_with("access.tml: invalid-rules-file-unknown known=access.toml,"), "{said}");
    }
}
