//! Accounts of a list between a file and the record. A file is read before any turn begins; the turn gets rows. The
//! record keeps them as private values of some hundred rows each: one value would outgrow a backup's line, one for each
//! account an entry.

use std::collections::HashMap;

use plantgate_domain::{
    base::{Day, Private, Slot, Text, Why},
    witness::account_list::Listed,
};
use plantgate_interchange::{
    Bounds,
    accounts::{self, Accounts},
};
use plantgate_store::{Limits, Stop};

use crate::{import::file, names};

/// Rows and bytes of one part, and parts of one list; 100 commitments are most of the 16 KiB of an entry.
const PART_ROWS: usize = 500;
const PART_BYTES: usize = 160 * 1_024;
const PARTS: usize = 100;

/// The bounds of a list of accounts.
pub fn bounds(limits: &Limits) -> Bounds {
    Bounds { rows: limits.listed_accounts, cell: limits.name_chars, ..file::bounds(limits) }
}

/// Reads a list; what is wrong is said with line and column.
pub fn read(file: &str, bytes: &[u8], limits: &Limits) -> Result<Accounts, Stop> {
    accounts::read(file, bytes, &bounds(limits)).map_err(Stop::Invalid)
}

/// What came in, whichever door it came by: as many as may be, none twice, none used after the list was made.
pub fn check(all: &[Listed], exported: Day, limits: &Limits) -> Result<(), Stop> {
    let wrong = |why: Why| Err(Stop::field("accounts", why));
    if all.is_empty() {
        return wrong(Why::of("invalid-empty"));
    }
    if all.len() > limits.listed_accounts {
        return wrong(Why::of("invalid-csv-rows").with("most", limits.listed_accounts));
    }
    let mut seen = HashMap::with_capacity(all.len());
    for (one, row) in all.iter().zip(1_u64..) {
        names::text(limits.name_chars, "accounts", &one.account)?;
        if let Some(name) = &one.name {
            names::text(limits.name_chars, "accounts", name)?;
        }
        if let Some(first) = seen.insert(one.key(), row) {
            return wrong(Why::of("invalid-accounts-twice").with("line", first));
        }
        // A day is the site's, what a directory counts is not: a day of grace.
        if matches!(one.last, Some(day) if day > exported.plus_days(1)) {
            return wrong(Why::of("invalid-accounts-later").with("account", &one.account).with("taken", exported));
        }
    }
    Ok(())
}

/// The rows in parts, in the order of their names; the same accounts in any order make the same parts.
pub fn parts(mut all: Vec<Listed>) -> Result<Vec<String>, Stop> {
    all.sort_by_cached_key(Listed::key);
    let mut parts: Vec<String> = Vec::new();
    let mut rows = PART_ROWS;
    for one in &all {
        let row = serde_json::to_string(one).map_err(Stop::fault)?;
        match parts.last_mut() {
            Some(part) if rows < PART_ROWS && part.len() + row.len() < PART_BYTES => {
                part.push('\n');
                part.push_str(&row);
                rows += 1;
            }
            Some(_) | None => {
                parts.push(row);
                rows = 1;
            }
        }
    }
    if parts.len() > PARTS {
        return Err(Stop::field("accounts", Why::of("invalid-accounts-large")));
    }
    Ok(parts)
}

/// The rows of parts that stand; `None` where one was erased.
pub fn rows(parts: &[Private<Text>], opened: &HashMap<Slot, String>) -> Result<(Vec<Listed>, bool), Stop> {
    let (mut all, mut whole) = (Vec::new(), true);
    for part in parts {
        match opened.get(&part.slot) {
            Some(text) => lines(text, &mut all)?,
            None => whole = false,
        }
    }
    Ok((all, whole))
}

fn lines(text: &str, all: &mut Vec<Listed>) -> Result<(), Stop> {
    for line in text.lines() {
        all.push(serde_json::from_str(line).map_err(Stop::fault)?);
    }
    Ok(())
}

/// An account of that name. Parts are in order, so only one of them is read whole.
pub fn find(parts: &[Private<Text>], opened: &HashMap<Slot, String>, account: &str) -> Result<Option<Listed>, Stop> {
    let key = account.to_lowercase();
    let mut within = None;
    for text in parts.iter().filter_map(|p| opened.get(&p.slot)) {
        let Some(first) = text.lines().next() else { continue };
        let first: Listed = serde_json::from_str(first).map_err(Stop::fault)?;
        if first.key() <= key {
            within = Some(text);
        }
    }
    let mut all = Vec::new();
    within.map(|text| lines(text, &mut all)).transpose()?;
    Ok(all.into_iter().find(|one| one.key() == key))
}

#[cfg(test)]
mod tests {
    use plantgate_domain::base::Commit;
    use uuid::Uuid;

    use super::*;

    fn one(account: String) -> Listed {
        Listed { account, name: None, last: None, never: true, enabled: Some(true), shared: false }
    }
    /// Parts as the record has them, and what they hold.
    fn kept(texts: &[String]) -> (Vec<Private<Text>>, HashMap<Slot, String>) {
        let slots: Vec<Slot> = (0..texts.len() as u128).map(|n| Slot(Uuid::from_u128(n))).collect();
        let private = slots.iter().map(|s| Private::sealed(Commit("a".repeat(64)), *s)).collect();
        (private, slots.into_iter().zip(texts.iter().cloned()).collect())
    }

    #[test]
    fn as_many_accounts_as_may_be_fit_into_one_entry_and_are_found_again() {
        let most = Limits::standard().listed_accounts;
        let all: Vec<Listed> = (0..most).rev().map(|n| one(format!("WORKS\\user.{n}"))).collect();
        check(&all, "2026-11-16".parse().unwrap(), &Limits::standard()).unwrap();
        let texts = parts(all.clone()).unwrap();
        let (private, opened) = kept(&texts);
        assert!(serde_json::to_string(&private).unwrap().len() < 15_000, "an entry has 16 KiB");
        let (rows, whole) = rows(&private, &opened).unwrap();
        assert!(whole && rows.len() == most);
        for name in ["WORKS\\user.0", "works\\USER.49999", "works\\user.31"] {
            assert!(find(&private, &opened, name).unwrap().is_some(), "{name}");
        }
        for name in ["", "works\\user.50000", "zz"] {
            assert_eq!(find(&private, &opened, name).unwrap(), None, "{name}");
        }
        // the same accounts in another order are the same parts
        assert_eq!(parts(all.into_iter().rev().collect()).unwrap(), texts);
    }

    #[test]
    fn long_names_make_more_parts_and_too_many_are_refused() {
        let long = |n: usize| Listed { name: Some("ü".repeat(200)), ..one(format!("{n:0>200}")) };
        let texts = parts((0..1_000).map(long).collect()).unwrap();
        assert!(texts.len() > 2 && texts.iter().all(|t| t.len() < PART_BYTES), "{}", texts.len());
        let stop = parts((0..50_000).map(long).collect()).unwrap_err();
        assert!(matches!(&stop, Stop::Invalid(why) if why[0].why.to_string() == "invalid-accounts-large"), "{stop}");
    }

    #[test]
    fn what_came_by_another_door_is_held_to_the_same_bounds() {
        let (limits, exported) = (Limits::for_testing(), "2026-11-16".parse().unwrap());
        let used = |d: &str| vec![Listed { last: d.parse().ok(), ..one("a".into()) }];
        check(&used("2026-11-17"), exported, &limits).unwrap();
        let wrong = [
            vec![],
            vec![one("a".into()), one("A".into())],
            vec![one(" ".into())],
            vec![one("x".repeat(201))],
            vec![one("a\u{7}".into())],
            used("2026-11-18"),
        ];
        for all in wrong {
            assert!(matches!(check(&all, exported, &limits), Err(Stop::Invalid(_))), "{all:?}");
        }
    }

    #[test]
    fn a_part_that_was_erased_is_missed() {
        let texts = parts((0..1_200).map(|n| one(format!("u{n}"))).collect()).unwrap();
        let (private, mut opened) = kept(&texts);
        opened.remove(&private[1].slot);
        let (left, whole) = rows(&private, &opened).unwrap();
        assert_eq!((texts.len(), left.len(), whole), (3, 700, false));
    }
}
