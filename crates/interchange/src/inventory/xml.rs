//! XML as a stream of elements and text, with the line of each. Nothing is ever fetched: entities other than the five
//! that XML itself has are refused, and so is a document type that declares anything. The parser below has no way to
//! open a file or an address; this layer makes sure nobody believes it had.

use std::collections::BTreeMap;

use plantgate_domain::base::{Invalid, Why};
use quick_xml::{Reader, XmlVersion, events::Event};

use super::Format;
use crate::{Bounds, complaint, shown};

/// What comes next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    Open { name: String, attributes: BTreeMap<String, String> },
    Close { name: String },
    Text(String),
    End,
}

/// A reader of one file.
pub struct Xml<'a> {
    file: &'a str,
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Line of the node that was read last.
    line: u64,
    counted: usize,
    depth: usize,
    bounds: &'a Bounds,
}

/// Which of the formats a document is, by its first element.
pub fn root(file: &str, text: &str, bounds: &Bounds) -> Result<Format, Invalid> {
    let mut xml = Xml::new(file, text, bounds);
    loop {
        match xml.next()? {
            Node::Open { name, .. } if name == "nmaprun" => return Ok(Format::Nmap),
            Node::Open { name, attributes } if name == "bom" => {
                let named = attributes.get("xmlns").is_some_and(|ns| ns.starts_with("http://cyclonedx.org/"));
                return if named { Ok(Format::CycloneXml) } else { Err(xml.wrong(None, Why::of("invalid-sbom-not"))) };
            }
            Node::Open { name, .. } => {
                return Err(xml.wrong(Some(&name), Why::of("invalid-xml-root").with("name", shown(&name))));
            }
            Node::End => return Err(xml.wrong(None, Why::of("invalid-xml-empty"))),
            Node::Close { .. } | Node::Text(_) => {}
        }
    }
}

impl<'a> Xml<'a> {
    /// Begins.
    pub fn new(file: &'a str, text: &'a str, bounds: &'a Bounds) -> Xml<'a> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Xml { file, text, reader, line: 1, counted: 0, depth: 0, bounds }
    }

    /// The line of the node that was read last.
    pub fn line(&self) -> u64 {
        self.line
    }
    /// A complaint about it.
    pub fn wrong(&self, field: Option<&str>, why: Why) -> Invalid {
        complaint(self.file, Some(self.line), field, why)
    }

    /// Counts lines up to where the next node begins.
    fn move_on(&mut self) {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len());
        let between = self.text.as_bytes().get(self.counted..at).unwrap_or_default();
        self.line += between.iter().filter(|b| **b == b'\n').count() as u64;
        self.counted = at;
    }

    /// The next node.
    pub fn next(&mut self) -> Result<Node, Invalid> {
        loop {
            self.move_on();
            let event = self.reader.read_event().map_err(|e| self.broken(&e.to_string()))?;
            match event {
                Event::Start(e) | Event::Empty(e) => {
                    self.depth += 1;
                    if self.depth > self.bounds.depth {
                        return Err(
                            self.wrong(None, Why::of("invalid-inventory-deep").with("depth", self.bounds.depth))
                        );
                    }
                    let name = local(e.name().as_ref());
                    let mut attributes = BTreeMap::new();
                    for attribute in e.attributes() {
                        let attribute = attribute.map_err(|e| self.broken(&e.to_string()))?;
                        let key = attribute.key.as_ref().to_owned();
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                        let value = value.map_err(|_| {
                            self.wrong(Some(&format!("{name}, {key}")), Why::of("invalid-xml-entity-in"))
                        })?;
                        attributes.insert(key, value.into_owned());
                    }
                    return Ok(Node::Open { name, attributes });
                }
                Event::End(e) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::Close { name: local(e.name().as_ref()) });
                }
                Event::Text(e) => return Ok(Node::Text(e.xml10_content().into_owned())),
                Event::CData(e) => return Ok(Node::Text(e.xml10_content().into_owned())),
                Event::GeneralRef(e) => {
                    let name = e.xml10_content().into_owned();
                    let known = quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned);
                    let read = e.resolve_char_ref().ok().flatten().map(String::from);
                    let why = || Why::of("invalid-xml-entity").with("name", shown(&name));
                    return known.or(read).map(Node::Text).ok_or_else(|| self.wrong(None, why()));
                }
                Event::DocType(e) => {
                    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                    if !e.xml10_content().trim().chars().all(plain) {
                        return Err(self.wrong(None, Why::of("invalid-xml-doctype")));
                    }
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if self.depth > 0 => return Err(self.wrong(None, Why::of("invalid-xml-short"))),
                Event::Eof => return Ok(Node::End),
            }
        }
    }

    fn broken(&self, said: &str) -> Invalid {
        self.wrong(None, Why::of("invalid-xml-broken").with("said", shown(said)))
    }
}

/// A name without its prefix.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}
