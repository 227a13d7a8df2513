//! Lists of roles, makers and tags as NetBox preloads have them: YAML, a list of flat things with name and slug.
//! Anchors, aliases and tags are refused where they stand: no list of names needs them, and a small file of aliases
//! grows without end.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::base::{Invalid, Why};
use saphyr_parser::{Event, Parser};

use crate::{Bounds, complaint, shown};

/// One line of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Role {
    pub line: u64,
    pub name: String,
    pub slug: String,
    pub description: Option<String>,
}

/// Where in the document we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Begin,
    List,
    Thing,
    Done,
}

struct Reading<'a> {
    file: &'a str,
    bounds: &'a Bounds,
    at: At,
    line: u64,
    key: Option<String>,
    cells: BTreeMap<String, String>,
    began: u64,
    roles: Vec<Role>,
    slugs: BTreeSet<String>,
}

/// Reads a list.
pub fn read(file: &str, text: &str, bounds: &Bounds) -> Result<Vec<Role>, Invalid> {
    let mut r = Reading {
        file,
        bounds,
        at: At::Begin,
        line: 1,
        key: None,
        cells: BTreeMap::new(),
        began: 1,
        roles: Vec::new(),
        slugs: BTreeSet::new(),
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|e| {
            let why = Why::of("invalid-yaml-broken").with("said", shown(e.info()));
            complaint(file, Some(e.marker().line() as u64), None, why)
        })?;
        r.line = span.start.line() as u64;
        r.event(event)?;
        if r.at == At::Done {
            break;
        }
    }
    if r.roles.is_empty() { Err(r.wrong(None, Why::of("invalid-yaml-list"))) } else { Ok(r.roles) }
}

impl Reading<'_> {
    fn wrong(&self, field: Option<&str>, why: Why) -> Invalid {
        complaint(self.file, Some(self.line), field, why)
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), Invalid> {
        match (self.at, event) {
            (_, Event::Alias(_)) => Err(self.wrong(self.key.as_deref(), Why::of("invalid-yaml-alias"))),
            (_, Event::Scalar(_, _, anchor, tag)) if anchor != 0 || tag.is_some() => {
                Err(self.wrong(self.key.as_deref(), Why::of("invalid-yaml-alias")))
            }
            (_, Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag))
                if anchor != 0 || tag.is_some() =>
            {
                Err(self.wrong(self.key.as_deref(), Why::of("invalid-yaml-alias")))
            }
            (At::Begin, Event::SequenceStart(..)) => {
                self.at = At::List;
                Ok(())
            }
            (At::List, Event::MappingStart(..)) => {
                (self.at, self.began) = (At::Thing, self.line);
                Ok(())
            }
            (At::List, Event::SequenceEnd) => {
                self.at = At::Done;
                Ok(())
            }
            (At::Thing, Event::Scalar(value, ..)) => self.scalar(&value),
            (At::Thing, Event::MappingEnd) => self.thing(),
            (_, Event::Nothing | Event::StreamStart | Event::DocumentStart(_)) => Ok(()),
            (
                _,
                Event::Scalar(..)
                | Event::SequenceStart(..)
                | Event::SequenceEnd
                | Event::MappingStart(..)
                | Event::MappingEnd
                | Event::StreamEnd
                | Event::DocumentEnd,
            ) => Err(self.wrong(self.key.as_deref(), Why::of("invalid-yaml-list"))),
        }
    }

    fn scalar(&mut self, value: &str) -> Result<(), Invalid> {
        let Some(key) = self.key.take() else {
            self.key = Some(shown(value));
            return Ok(());
        };
        if value.chars().count() > self.bounds.cell {
            return Err(self.wrong(Some(&key), Why::of("invalid-inventory-cell").with("most", self.bounds.cell)));
        }
        if self.cells.contains_key(&key) {
            return Err(self.wrong(Some(&key), Why::of("invalid-yaml-twice")));
        }
        self.cells.insert(key, value.to_owned());
        if self.cells.len() > self.bounds.columns {
            return Err(self.wrong(None, Why::of("invalid-zeek-columns").with("most", self.bounds.columns)));
        }
        Ok(())
    }

    fn thing(&mut self) -> Result<(), Invalid> {
        self.at = At::List;
        let cells = std::mem::take(&mut self.cells);
        let take = |name: &str| cells.get(name).and_then(|v| super::mark(v));
        self.line = self.began;
        let name = take("name").ok_or_else(|| self.wrong(Some("name"), Why::of("invalid-empty")))?;
        let slug = take("slug").ok_or_else(|| self.wrong(Some("slug"), Why::of("invalid-empty")))?;
        if !self.slugs.insert(slug.clone()) {
            return Err(self.wrong(Some("slug"), Why::of("invalid-yaml-slug").with("given", slug)));
        }
        if self.roles.len() >= self.bounds.rows {
            return Err(self.wrong(None, Why::of("invalid-inventory-rows").with("most", self.bounds.rows)));
        }
        self.roles.push(Role { line: self.began, name, slug, description: take("description") });
        Ok(())
    }
}
