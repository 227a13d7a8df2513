//! Bills of materials in CycloneDX, JSON and XML: what one system is made of. The same bill in either spelling reads
//! the same. Parts inside parts are counted; a bill says nothing of where it is installed, so somebody names the
//! system.

use std::collections::BTreeMap;

use plantgate_domain::base::{Invalid, Why};
use serde_json::{Map, Value};

use super::{
    mark,
    xml::{Node, Xml},
};
use crate::{Bounds, complaint, shown, too_deep};

/// A part.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Component {
    /// `library`, `device`, `operating-system`, …
    pub kind: String,
    pub name: String,
    pub version: Option<String>,
    /// Whether it has a mark inside the bill that others point to.
    pub marked: bool,
    /// Parts it stands inside of.
    pub depth: usize,
}

impl Component {
    /// Name and version.
    pub fn label(&self) -> String {
        self.version.as_ref().map_or_else(|| self.name.clone(), |v| format!("{} {v}", self.name))
    }
}

/// A bill.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bill {
    /// Edition of the format.
    pub spec: String,
    /// What the bill is about, if it says so.
    pub about: Option<Component>,
    /// All parts, those inside others too, in their order.
    pub components: Vec<Component>,
    pub dependencies: usize,
}

impl Bill {
    /// Parts that stand in no other.
    pub fn top(&self) -> usize {
        self.components.iter().filter(|c| c.depth == 0).count()
    }
    /// Everything with a mark, what the bill is about too.
    pub fn marked(&self) -> usize {
        self.about.iter().chain(&self.components).filter(|c| c.marked).count()
    }
    fn push(&mut self, c: Component, bounds: &Bounds) -> Result<(), Why> {
        if self.components.len() >= bounds.rows {
            return Err(Why::of("invalid-inventory-rows").with("most", bounds.rows));
        }
        self.components.push(c);
        Ok(())
    }
}

/// Reads the JSON spelling.
pub fn read_json(file: &str, text: &str, bounds: &Bounds) -> Result<Bill, Invalid> {
    if let Some(line) = too_deep(text, bounds.depth) {
        let why = Why::of("invalid-inventory-deep").with("depth", bounds.depth);
        return Err(complaint(file, Some(line), None, why));
    }
    let value: Value = serde_json::from_str(text).map_err(|e| {
        let line = u64::try_from(e.line()).ok().filter(|l| *l > 0);
        complaint(file, line, None, Why::of("invalid-json").with("said", shown(&e.to_string())))
    })?;
    let not = || complaint(file, Some(1), Some("bomFormat"), Why::of("invalid-sbom-not"));
    let whole = value.as_object().ok_or_else(not)?;
    if whole.get("bomFormat").and_then(Value::as_str) != Some("CycloneDX") {
        return Err(not());
    }
    let mut bill = Bill { spec: word(whole, "specVersion").unwrap_or_default(), ..Bill::default() };
    if let Some(about) = value.pointer("/metadata/component") {
        bill.about = Some(component(file, "metadata/component", about, 0)?);
    }
    list(file, "components", whole.get("components"), 0, &mut bill, bounds)?;
    bill.dependencies = whole.get("dependencies").and_then(Value::as_array).map_or(0, Vec::len);
    Ok(bill)
}

/// Parts of a list, and the parts inside them; nesting was measured before.
fn list(
    file: &str,
    path: &str,
    of: Option<&Value>,
    depth: usize,
    bill: &mut Bill,
    bounds: &Bounds,
) -> Result<(), Invalid> {
    let Some(of) = of else { return Ok(()) };
    let all = of.as_array().ok_or_else(|| complaint(file, None, Some(path), Why::of("invalid-sbom-list")))?;
    for (n, one) in all.iter().enumerate() {
        let path = format!("{path}/{n}");
        let part = component(file, &path, one, depth)?;
        bill.push(part, bounds).map_err(|why| complaint(file, None, Some(&path), why))?;
        list(file, &format!("{path}/components"), one.get("components"), depth + 1, bill, bounds)?;
    }
    Ok(())
}

fn component(file: &str, path: &str, of: &Value, depth: usize) -> Result<Component, Invalid> {
    let wrong = |field: &str, why: Why| complaint(file, None, Some(&format!("{path}, {field}")), why);
    let of = of.as_object().ok_or_else(|| wrong("name", Why::of("invalid-sbom-list")))?;
    Ok(Component {
        kind: word(of, "type").ok_or_else(|| wrong("type", Why::of("invalid-empty")))?,
        name: word(of, "name").ok_or_else(|| wrong("name", Why::of("invalid-empty")))?,
        version: word(of, "version"),
        marked: of.contains_key("bom-ref"),
        depth,
    })
}

fn word(of: &Map<String, Value>, name: &str) -> Option<String> {
    of.get(name).and_then(Value::as_str).and_then(mark)
}

/// A part whose end has not come yet.
struct Open {
    component: Component,
    /// Its place among all parts: parts inside it end before it does.
    place: usize,
    line: u64,
    /// Inside the metadata: it is what the bill is about.
    about: bool,
    /// Elements since it began; its own name is a direct child.
    inner: usize,
}

/// The XML spelling as it is read.
#[derive(Default)]
struct Reading {
    bill: Bill,
    open: Vec<Open>,
    path: Vec<String>,
    said: String,
    begun: usize,
    parts: Vec<(usize, Component)>,
}

/// Reads the XML spelling.
pub fn read_xml(file: &str, text: &str, bounds: &Bounds) -> Result<Bill, Invalid> {
    let mut xml = Xml::new(file, text, bounds);
    let mut r = Reading::default();
    loop {
        match xml.next()? {
            Node::Open { name, attributes } => r.opens(&xml, name, &attributes)?,
            Node::Text(text) if r.said.len() < bounds.cell => r.said.push_str(&text),
            Node::Text(_) => {}
            Node::Close { name } => r.closes(file, &name)?,
            Node::End => break,
        }
        if r.begun > bounds.rows {
            return Err(xml.wrong(Some("component"), Why::of("invalid-inventory-rows").with("most", bounds.rows)));
        }
    }
    r.parts.sort_by_key(|(place, _)| *place);
    r.bill.components = r.parts.into_iter().map(|(_, part)| part).collect();
    Ok(r.bill)
}

impl Reading {
    fn opens(&mut self, xml: &Xml<'_>, name: String, attributes: &BTreeMap<String, String>) -> Result<(), Invalid> {
        let inside = self.path.last().map(String::as_str).unwrap_or_default();
        if name == "bom" {
            let spec = attributes.get("xmlns").and_then(|ns| ns.rsplit('/').next());
            self.bill.spec = spec.unwrap_or_default().to_owned();
        }
        self.bill.dependencies += usize::from(name == "dependency" && inside == "dependencies");
        if let Some(last) = self.open.last_mut() {
            last.inner += 1;
        }
        if name == "component" && ["components", "metadata"].contains(&inside) {
            let kind = attributes.get("type").and_then(|t| mark(t));
            let kind = kind.ok_or_else(|| xml.wrong(Some("component, type"), Why::of("invalid-empty")))?;
            let (about, marked) = (inside == "metadata", attributes.contains_key("bom-ref"));
            let component = Component { kind, marked, depth: self.open.len(), ..Component::default() };
            self.open.push(Open { component, place: self.begun, line: xml.line(), about, inner: 0 });
            self.begun += 1;
        }
        self.said.clear();
        self.path.push(name);
        Ok(())
    }

    fn closes(&mut self, file: &str, name: &str) -> Result<(), Invalid> {
        self.path.pop();
        let said = std::mem::take(&mut self.said);
        match (name, self.open.last_mut()) {
            ("name", Some(o)) if o.inner == 1 => o.component.name = mark(&said).unwrap_or_default(),
            ("version", Some(o)) if o.inner == 1 => o.component.version = mark(&said),
            _ => {}
        }
        let ended = name == "component" && self.open.last().is_some_and(|o| o.inner == 0);
        if let Some(done) = ended.then(|| self.open.pop()).flatten() {
            if done.component.name.is_empty() {
                return Err(complaint(file, Some(done.line), Some("component, name"), Why::of("invalid-empty")));
            }
            match done.about {
                true => self.bill.about = Some(done.component),
                false => self.parts.push((done.place, done.component)),
            }
        }
        if let Some(last) = self.open.last_mut() {
            last.inner = last.inner.saturating_sub(1);
        }
        Ok(())
    }
}
