//! A list as a URL: filters, order, page and export are links that keep the rest of the query.

use super::Choice;

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
}

impl List {
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
}
