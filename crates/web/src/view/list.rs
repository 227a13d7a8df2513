//! A list as a URL: filters, order, page and export are links that keep the rest of the query.

use std::sync::{Mutex, MutexGuard, PoisonError};

use plantgate_wire::words::Msg;

use super::Choice;

/// What the URL calls the columns that are not shown.
pub const HIDDEN: &str = "hide";

/// Columns of a list that can be told apart by their place: the style sheet has a rule for each but the first.
const COLUMNS: usize = 9;

/// A filter as a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chip {
    pub text: String,
    pub count: u32,
    pub on: bool,
    /// Drawing beside the word, for standings.
    pub icon: Option<&'static str>,
    pub href: String,
}

/// Where in the list we are; keyset cursors, no page numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pager {
    pub first: u32,
    pub last: u32,
    pub total: u32,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A filter with many words: one of them, or any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Select {
    pub name: &'static str,
    pub label: String,
    /// The first has no value and means any.
    pub choices: Vec<Choice>,
    pub chosen: String,
}

/// The form over a list: a text to look for, and filters with many words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Find {
    pub q: String,
    pub selects: Vec<Select>,
    /// The rest of the query, which the form keeps.
    pub kept: Vec<(String, String)>,
}

impl Find {
    /// With one more filter.
    pub fn select(&mut self, name: &'static str, label: impl ToString, choices: Vec<Choice>) {
        let chosen = self.kept.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
        self.kept.retain(|(n, _)| n != name);
        self.selects.push(Select { name, label: label.to_string(), choices, chosen });
    }
    /// Whether anything is chosen, so that the filters stand open.
    pub fn on(&self) -> bool {
        self.selects.iter().any(|s| !s.chosen.is_empty())
    }
}

/// What stands around the rows of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct List {
    /// Path of the list, without query.
    pub path: String,
    /// The rest of the query that links must keep, for instance `standing=watch`; no leading `?`.
    pub query: String,
    /// Key of the sorted column, and whether from the top down.
    pub sort: String,
    pub down: bool,
    /// The form that looks for text, where a list has one.
    pub find: Option<Find>,
    /// Groups of chips.
    pub chips: Vec<Vec<Chip>>,
    pub pager: Pager,
    /// How many there would be without filters; says which kind of empty it is.
    pub unfiltered: u32,
    /// The columns, as the head of the table names them.
    pub columns: Columns,
}

/// A column that a reader may take away and bring back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// In the URL: the same in every language.
    pub key: String,
    pub label: String,
    pub shown: bool,
    /// Takes it away, or brings it back.
    pub href: String,
}

/// The columns of a list, gathered while its head is written: what may be chosen is what stands there.
#[derive(Debug, Default)]
pub struct Columns(Mutex<Vec<(String, String)>>);

impl Columns {
    fn held(&self) -> MutexGuard<'_, Vec<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
impl Clone for Columns {
    fn clone(&self) -> Columns {
        Columns(Mutex::new(self.held().clone()))
    }
}
impl PartialEq for Columns {
    fn eq(&self, other: &Columns) -> bool {
        *self.held() == *other.held()
    }
}
impl Eq for Columns {}

impl List {
    /// Whether the URL takes this column away. The first one says whose row it is and stays.
    pub fn hides(&self, label: &Msg<'_>) -> bool {
        let id = label.id();
        let key = id.split_once('-').map_or(id, |(_, rest)| rest);
        self.hides_as(key, label)
    }
    /// The same for a column whose head is no message of its own.
    pub fn hides_as(&self, key: &str, label: impl ToString) -> bool {
        let mut columns = self.columns.held();
        columns.push((key.to_owned(), label.to_string()));
        (2..=COLUMNS).contains(&columns.len()) && self.hidden().contains(&key)
    }
    /// The columns that may be chosen, once the head is written.
    pub fn choosable(&self) -> Vec<Column> {
        let hidden = self.hidden();
        let columns = self.columns.held();
        let column = |(key, label): &(String, String)| {
            let shown = !hidden.contains(&key.as_str());
            // What is no column here is forgotten with the first choice.
            let others = columns.iter().map(|(k, _)| k.as_str()).filter(|k| *k != key && hidden.contains(k));
            let off: Vec<&str> = others.chain(shown.then_some(key.as_str())).collect();
            Column { key: key.clone(), label: label.clone(), shown, href: self.hiding(&off) }
        };
        columns.iter().take(COLUMNS).skip(1).map(column).collect()
    }
    /// The columns that are not shown, by their heads; once the head is written. Whoever looks at a list, or prints it,
    /// sees that it is not whole.
    pub fn hidden_labels(&self) -> String {
        self.choosable().into_iter().filter(|c| !c.shown).map(|c| c.label).collect::<Vec<_>>().join(", ")
    }
    /// Brings every column back.
    pub fn all_columns(&self) -> String {
        self.hiding(&[])
    }
    fn hidden(&self) -> Vec<&str> {
        let value = self.query.split('&').find_map(|pair| pair.strip_prefix(HIDDEN)?.strip_prefix('='));
        value.map(|v| v.split('.').filter(|k| !k.is_empty()).collect()).unwrap_or_default()
    }
    fn hiding(&self, off: &[&str]) -> String {
        let kept = self.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("hide="));
        let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
        if !self.sort.is_empty() && !self.query.split('&').any(|p| p.starts_with("sort=")) {
            pairs.push(format!("sort={}{}", if self.down { "-" } else { "" }, self.sort));
        }
        if !off.is_empty() {
            pairs.push(format!("{HIDDEN}={}", off.join(".")));
        }
        if pairs.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, pairs.join("&")) }
    }
    /// Link that sorts by a column; a second click turns the order.
    pub fn sort_by(&self, key: &str) -> String {
        let turned = if self.sort == key && !self.down { "-" } else { "" };
        format!("{}?{}sort={turned}{key}", self.path, self.kept())
    }
    /// The word of `aria-sort`.
    pub fn aria_sort(&self, key: &str) -> Option<&'static str> {
        (self.sort == key).then_some(if self.down { "descending" } else { "ascending" })
    }
    /// The same rows in another form.
    pub fn as_(&self, form: &str) -> String {
        let sort = if self.sort.is_empty() {
            String::new()
        } else {
            format!("sort={}{}&", if self.down { "-" } else { "" }, self.sort)
        };
        format!("{}?{}{sort}as={form}", self.path, self.kept())
    }
    fn kept(&self) -> String {
        if self.query.is_empty() { String::new() } else { format!("{}&", self.query) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_query_and_turn_the_order() {
        let list = List { path: "/providers".into(), query: "tier=T1".into(), sort: "name".into(), ..List::default() };
        assert_eq!(list.sort_by("name"), "/providers?tier=T1&sort=-name");
        assert_eq!(list.sort_by("standing"), "/providers?tier=T1&sort=standing");
        assert_eq!(list.as_("csv"), "/providers?tier=T1&sort=name&as=csv");
        assert_eq!((list.aria_sort("name"), list.aria_sort("tier")), (Some("ascending"), None));
    }

    #[test]
    fn a_column_is_taken_away_and_brought_back_by_a_link_that_keeps_the_rest() {
        // given a list whose URL takes a column away that it has, and one that it never had
        let query = "tier=T1&hide=site.colour".to_owned();
        let list = List { path: "/providers".into(), query, sort: "name".into(), down: true, ..List::default() };
        // when its head is written
        let off: Vec<bool> = ["name", "site", "state"].iter().map(|key| list.hides_as(key, key)).collect();
        // then that column is away, and each but the first can be chosen
        assert_eq!(off, [false, true, false]);
        let links: Vec<(bool, String)> = list.choosable().into_iter().map(|c| (c.shown, c.href)).collect();
        let expected = [
            (false, "/providers?tier=T1&sort=-name".to_owned()),
            (true, "/providers?tier=T1&sort=-name&hide=site.state".to_owned()),
        ];
        assert_eq!(links, expected);
        // and what is away is named, with the way back to the whole list
        assert_eq!((list.hidden_labels(), list.all_columns()), ("site".into(), "/providers?tier=T1&sort=-name".into()));
        // and the first one says whose row it is: no URL takes it away
        let list = List { query: "hide=name".into(), ..List::default() };
        assert!(!list.hides_as("name", "name"));
        assert!(!list.hides_as("state", "state"));
    }
}
