//! SFTP as it goes by: every packet of both directions is read, judged and passed on or answered here. A filter and no
//! server of its own: what client and target agree on (how much is on its way at once, who waits for whom) stays
//! theirs. Pure: bytes in, bytes and lines of the log out.

mod asks;
mod judge;
mod packet;
#[cfg(test)]
mod tests;
mod track;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use plantgate_domain::witness::logged::{LogDid, LogWhy};
use serde_json::{Value, json};

use self::{
    asks::{Change, Opening},
    packet::{Attrs, Body, Packets, code, framed, kind, put, status},
    track::File,
};

/// Paths that are remembered: whose size was asked for lately, and what came in lately.
const LATELY: usize = 64;
/// Refused tries of a channel that stand in the log; of more it has the count.
const REFUSED: u64 = 1_000;
/// Length of a handle, by the protocol.
const HANDLE: usize = 256;

/// What the grant allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rights {
    /// Files may come in, and what is there may be changed.
    pub into: bool,
    /// The content of files may leave.
    pub out: bool,
}

/// Bounds of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    pub packet: usize,
    /// Requests that are not answered yet.
    pub flight: usize,
    /// Files and folders that are open.
    pub open: usize,
    /// Bytes that wait for the bytes before them.
    pub room: usize,
}

/// What is said to people, in their language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Says {
    pub no_in: String,
    pub no_out: String,
    pub closing: String,
    pub unknown: String,
    pub many: String,
}

/// A transfer that runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transfer {
    pub path: String,
    /// `in`, `out` or `both`.
    pub direction: &'static str,
    pub bytes: u64,
    /// Its size, if one of both ends said it.
    pub size: Option<u64>,
}

impl Transfer {
    /// For the log.
    pub fn said(&self) -> Value {
        json!({ "path": self.path, "direction": self.direction, "bytes": self.bytes, "percent": self.percent() })
    }

    /// How much of it is done, where its size is known.
    pub fn percent(&self) -> Option<u64> {
        let of = self.size.filter(|size| *size > 0)?;
        u64::try_from(u128::from(self.bytes).saturating_mul(100) / u128::from(of)).ok().map(|p| p.min(100))
    }
}

/// What comes of some bytes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Out {
    /// To the other side.
    pub on: Vec<u8>,
    /// Back to the client, beside what the target answers.
    pub back: Vec<u8>,
    /// Lines of the log.
    pub log: Vec<Value>,
    /// Words for people, each once.
    pub words: Vec<String>,
    /// Why nothing more goes by: one of both does not speak SFTP, or answers what nobody asked.
    pub broken: Option<&'static str>,
}

/// What the target has not answered yet.
enum Asked {
    Open(Opening),
    Dir,
    Close(Option<u64>),
    Read { file: u64, offset: u64 },
    Write { file: u64, bytes: u64 },
    Stat(String),
    StatOpen(u64),
    SetOpen(u64, Attrs),
    Changed(Change),
    Looked,
}

/// What a handle stands for.
#[derive(Clone, Copy)]
enum Held {
    File(u64),
    Dir,
}

/// A channel of SFTP.
pub struct Filter {
    up: Packets,
    down: Packets,
    rights: Rights,
    bounds: Bounds,
    says: Says,
    /// The client said its version, and the target its own.
    greeted: bool,
    answered: bool,
    asked: BTreeMap<u32, Asked>,
    handles: BTreeMap<Vec<u8>, Held>,
    files: BTreeMap<u64, File>,
    next: u64,
    sizes: VecDeque<(String, u64)>,
    came: VecDeque<String>,
    told: BTreeSet<String>,
    broken: bool,
    /// Requests that wait until others are answered.
    waiting: VecDeque<Vec<u8>>,
    /// Tries that were refused.
    refused: u64,
}

impl Filter {
    pub fn new(rights: Rights, bounds: Bounds, says: Says) -> Filter {
        Filter {
            up: Packets::new(bounds.packet),
            down: Packets::new(bounds.packet),
            rights,
            bounds,
            says,
            greeted: false,
            answered: false,
            asked: BTreeMap::new(),
            handles: BTreeMap::new(),
            files: BTreeMap::new(),
            next: 0,
            sizes: VecDeque::new(),
            came: VecDeque::new(),
            told: BTreeSet::new(),
            broken: false,
            waiting: VecDeque::new(),
            refused: 0,
        }
    }

    /// Bytes of the client. `open`: whether something new may begin at this moment.
    pub fn up(&mut self, bytes: &[u8], open: bool) -> Out {
        let mut out = Out::default();
        if !self.broken {
            self.waiting.extend(self.up.take(bytes));
        }
        while !self.broken && self.asked.len() < self.bounds.flight {
            let Some(packet) = self.waiting.pop_front() else { break };
            if let Err(why) = self.asks(&packet, open, &mut out) {
                return self.breaks(why, out);
            }
        }
        if self.up.wrong() { self.breaks("no packet", out) } else { out }
    }

    /// Bytes of the target.
    pub fn down(&mut self, bytes: &[u8]) -> Out {
        let mut out = Out::default();
        for packet in if self.broken { Vec::new() } else { self.down.take(bytes) } {
            if let Err(why) = self.answers(&packet, &mut out) {
                return self.breaks(why, out);
            }
        }
        if self.down.wrong() { self.breaks("no packet", out) } else { out }
    }

    fn breaks(&mut self, why: &'static str, mut out: Out) -> Out {
        out.broken = (!self.broken).then_some(why);
        self.broken = true;
        out
    }

    /// What the log says of what is still open when the channel ends.
    pub fn ends(&mut self) -> Vec<Value> {
        let asked = std::mem::take(&mut self.asked).into_values();
        let mut all: Vec<Value> = asked.filter_map(|asked| self.unanswered(asked)).collect();
        if self.refused > REFUSED {
            all.push(json!({ "what": "refused", "sftp": "more", "count": self.refused - REFUSED }));
        }
        for file in std::mem::take(&mut self.files).into_values() {
            all.push(file.line(false, &mut self.bounds.room));
        }
        self.handles.clear();
        all
    }

    /// What the log says of a request that nobody saw answered: the target may have done it all the same.
    fn unanswered(&self, asked: Asked) -> Option<Value> {
        match asked {
            Asked::Open(o) => {
                let did = if o.writes { LogDid::OpenToWrite } else { LogDid::Open };
                line(did, &json!({ "path": o.path }), None)
            }
            Asked::SetOpen(id, attrs) => {
                line(LogDid::Setstat, &json!({ "path": self.path(id), "set": attrs.said() }), None)
            }
            other => changed(other, None),
        }
    }

    /// Whether the target owes no answer any more.
    pub fn settled(&self) -> bool {
        self.broken || self.asked.is_empty() && self.waiting.is_empty()
    }

    /// Whether requests wait until the target answers some: whoever sends more waits, too.
    pub fn full(&self) -> bool {
        !self.broken && !self.waiting.is_empty()
    }

    /// What runs.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.files.values().map(File::transfer).collect()
    }

    fn asks(&mut self, packet: &[u8], open: bool, out: &mut Out) -> Result<(), &'static str> {
        if !self.greeted {
            let (Some((&kind::INIT, rest)), true) = (packet.split_first(), packet.len() >= 5) else {
                return Err("no greeting");
            };
            // A later version has other packets, so it is not offered to the target.
            Body(rest).u32().filter(|said| *said >= packet::VERSION).ok_or("version")?;
            let mut init = vec![kind::INIT];
            init.extend_from_slice(&packet::VERSION.to_be_bytes());
            out.on.extend(framed(&init));
            self.greeted = true;
            return Ok(());
        }
        let (id, ask) = asks::read(packet).ok_or("no request")?;
        if self.asked.contains_key(&id) {
            return Err("a number twice");
        }
        match self.judged(ask, open) {
            Ok(asked) => {
                self.asked.insert(id, asked);
                out.on.extend(framed(packet));
            }
            Err(no) => {
                out.back.extend(status(id, no.code, &no.words));
                if let Some(line) = no.line {
                    self.refused += 1;
                    // Whoever is refused again and again fills no log with it, in which then nothing else would stand.
                    if self.refused <= REFUSED {
                        out.log.push(line);
                    }
                    if self.told.insert(no.words.clone()) {
                        out.words.push(no.words);
                    }
                }
            }
        }
        Ok(())
    }

    fn path(&self, file: u64) -> Option<String> {
        self.files.get(&file).map(|f| f.opening.path.clone())
    }

    fn answers(&mut self, packet: &[u8], out: &mut Out) -> Result<(), &'static str> {
        let (of, rest) = packet.split_first().ok_or("no packet")?;
        let mut b = Body(rest);
        if !self.answered {
            let said = (*of == kind::VERSION && self.greeted).then_some(()).and_then(|()| b.u32());
            said.filter(|said| *said == packet::VERSION).ok_or("version")?;
            out.on.extend(framed(&version(b).ok_or("version")?));
            self.answered = true;
            return Ok(());
        }
        let id = b.u32().ok_or("no answer")?;
        let asked = self.asked.remove(&id).ok_or("an answer to nothing")?;
        match *of {
            kind::STATUS => self.status(asked, b.u32().ok_or("no answer")?, out),
            kind::HANDLE => self.handle(asked, b.string().ok_or("no answer")?, out)?,
            kind::DATA => self.data(asked, b.string().ok_or("no answer")?)?,
            kind::ATTRS => self.attrs(asked, b.attrs().ok_or("no answer")?)?,
            kind::NAME | kind::EXTENDED_REPLY if matches!(asked, Asked::Looked) => {}
            _ => return Err("another answer"),
        }
        out.on.extend(framed(packet));
        Ok(())
    }

    fn status(&mut self, asked: Asked, said: u32, out: &mut Out) {
        match &asked {
            Asked::Close(Some(id)) => {
                if let Some(mut file) = self.files.remove(id) {
                    if said != code::OK {
                        file.written.void(LogWhy::EndNotAnswered, &mut self.bounds.room);
                    }
                    if file.opening.writes {
                        remember(&mut self.came, file.opening.path.clone());
                    }
                    out.log.push(file.line(true, &mut self.bounds.room));
                }
            }
            Asked::Read { file, offset } if said == code::EOF => {
                if let Some(file) = self.files.get_mut(file) {
                    file.whole |= *offset == file.read.bytes;
                }
            }
            Asked::Write { file, bytes } => {
                if let Some(file) = self.files.get_mut(file) {
                    file.unanswered = file.unanswered.saturating_sub(1);
                    match said == code::OK {
                        true => file.written.bytes = file.written.bytes.saturating_add(*bytes),
                        false => file.written.void(LogWhy::PieceNotTaken, &mut self.bounds.room),
                    }
                }
            }
            Asked::Open(opening) => {
                let path = &opening.path;
                out.log.push(json!({ "what": "sftp", "did": LogDid::Open, "path": path, "status": said }));
            }
            Asked::SetOpen(id, attrs) => {
                if let (Some(_), Some(file), true) = (attrs.size, self.files.get_mut(id), said != code::OK) {
                    file.written.void(LogWhy::SizeSet, &mut self.bounds.room);
                }
                let what = json!({ "path": self.path(*id), "set": attrs.said() });
                out.log.extend(line(LogDid::Setstat, &what, Some(said)));
            }
            Asked::Changed(_)
            | Asked::Close(None)
            | Asked::Dir
            | Asked::Read { .. }
            | Asked::Stat(_)
            | Asked::StatOpen(_)
            | Asked::Looked => {}
        }
        out.log.extend(changed(asked, Some(said)));
    }

    fn handle(&mut self, asked: Asked, handle: &[u8], out: &mut Out) -> Result<(), &'static str> {
        if handle.len() > HANDLE || self.handles.contains_key(handle) {
            return Err("a handle twice");
        }
        let held = match asked {
            Asked::Dir => Held::Dir,
            Asked::Open(opening) => {
                let size = self.sizes.iter().rev().find(|(path, _)| *path == opening.path).map(|(_, size)| *size);
                let id = self.next;
                self.next += 1;
                let size = if opening.writes { None } else { size };
                // Said when it begins: what is said when it ends may find no room in the log any more.
                let did = if opening.writes { LogDid::OpenToWrite } else { LogDid::Open };
                out.log.extend(line(did, &json!({ "path": opening.path }), Some(code::OK)));
                self.files.insert(id, File::new(opening, size));
                Held::File(id)
            }
            _ => return Err("another answer"),
        };
        self.handles.insert(handle.to_vec(), held);
        Ok(())
    }

    fn data(&mut self, asked: Asked, data: &[u8]) -> Result<(), &'static str> {
        let Asked::Read { file, offset } = asked else { return Err("another answer") };
        if let Some(file) = self.files.get_mut(&file) {
            file.read.bytes = file.read.bytes.saturating_add(data.len() as u64);
            file.read.take(offset, data, &mut self.bounds.room);
        }
        Ok(())
    }

    fn attrs(&mut self, asked: Asked, attrs: Attrs) -> Result<(), &'static str> {
        match (asked, attrs.size) {
            (Asked::Stat(path), Some(size)) => {
                remember(&mut self.sizes, (path, size));
            }
            (Asked::StatOpen(id), Some(size)) => {
                if let Some(file) = self.files.get_mut(&id).filter(|f| !f.opening.writes) {
                    file.size = Some(size);
                }
            }
            (Asked::Stat(_) | Asked::StatOpen(_) | Asked::Looked, _) => {}
            _ => return Err("another answer"),
        }
        Ok(())
    }
}

fn remember<T>(lately: &mut VecDeque<T>, one: T) {
    lately.push_back(one);
    if lately.len() > LATELY {
        lately.pop_front();
    }
}

/// The target's version, with the extensions that are passed on: a client then asks for no other.
fn version(mut b: Body<'_>) -> Option<Vec<u8>> {
    let mut packet = vec![kind::VERSION];
    packet.extend_from_slice(&packet::VERSION.to_be_bytes());
    while !b.0.is_empty() {
        let (name, value) = (b.string()?, b.string()?);
        if asks::known(name) {
            put(&mut packet, name);
            put(&mut packet, value);
        }
    }
    Some(packet)
}

fn changed(asked: Asked, said: Option<u32>) -> Option<Value> {
    match asked {
        Asked::Changed(change) => line(change.did, &change.what, said),
        _ => None,
    }
}

fn line(did: LogDid, what: &Value, said: Option<u32>) -> Option<Value> {
    let mut line = what.clone();
    let object = line.as_object_mut()?;
    object.insert("what".to_owned(), json!("sftp"));
    object.insert("did".to_owned(), json!(did));
    object.insert("status".to_owned(), json!(said));
    Some(line)
}
