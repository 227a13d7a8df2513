//! What a client may ask: the rights of the grant, whether something new may begin, and what is open. Whatever is
//! refused here never reaches the target.

use plantgate_domain::witness::logged::{LogDid, LogWhy};
use serde_json::{Value, json};

use super::{
    Asked, Filter, Held,
    asks::{Ask, Change, Opening},
    packet::{Attrs, code},
};

/// A request that goes no further.
pub(super) struct No {
    pub code: u32,
    pub words: String,
    /// For the log: what was tried, and the right that it wanted.
    pub line: Option<Value>,
}

impl No {
    fn quiet(words: &str) -> No {
        No { code: code::FAILURE, words: words.to_owned(), line: None }
    }

    fn said(did: &str, what: &Value, why: LogWhy, words: &str) -> No {
        let mut line = json!({ "what": "refused", "sftp": did, "why": why });
        if let (Some(line), Some(what)) = (line.as_object_mut(), what.as_object()) {
            line.extend(what.clone());
        }
        No { code: code::PERMISSION_DENIED, words: words.to_owned(), line: Some(line) }
    }
}

impl Filter {
    /// Whether a request goes on, and what its answer will be the answer to.
    pub(super) fn judged(&mut self, ask: Ask<'_>, open: bool) -> Result<Asked, No> {
        Ok(match ask {
            Ask::Open(opening) => {
                self.may_open(&opening, open)?;
                Asked::Open(opening)
            }
            Ask::Dir => {
                self.has_place()?;
                Asked::Dir
            }
            Ask::Close(handle) => match self.handles.remove(handle) {
                Some(Held::File(file)) => Asked::Close(Some(file)),
                Some(Held::Dir) => Asked::Close(None),
                None => return Err(No::quiet("handle")),
            },
            Ask::Read { handle, offset } => {
                let file = self.open_file(handle, |o| o.reads)?;
                Asked::Read { file, offset }
            }
            Ask::Write { handle, offset, data } => self.writes(handle, offset, data)?,
            Ask::Stat(path) => Asked::Stat(path),
            Ask::StatOpen(handle) => match self.handles.get(handle) {
                Some(Held::File(file)) => Asked::StatOpen(*file),
                Some(Held::Dir) | None => Asked::Looked,
            },
            Ask::SetOpen(handle, attrs) => self.sets(handle, attrs, open)?,
            Ask::Copy { from, to } => self.copies(from, to, open)?,
            Ask::Changes(change) => {
                self.may_change(change.did, &change.what, open || self.ends_here(&change))?;
                if let Some(path) = &change.sized {
                    let all = self.files.values_mut().filter(|f| &f.opening.path == path);
                    all.for_each(|f| f.written.void(LogWhy::SizeSet, &mut self.bounds.room));
                }
                Asked::Changed(change)
            }
            Ask::Looks => Asked::Looked,
            Ask::Unknown(name) => {
                let no = No::said(&name, &Value::Null, LogWhy::NotKnown, &self.says.unknown);
                return Err(No { code: code::OP_UNSUPPORTED, ..no });
            }
        })
    }

    fn may_open(&self, o: &Opening, open: bool) -> Result<(), No> {
        let path = json!({ "path": o.path });
        if o.writes && !self.rights.into {
            return Err(No::said(LogDid::Open.as_str(), &path, LogWhy::NoTransferIn, &self.says.no_in));
        }
        if o.reads && !self.rights.out {
            return Err(No::said(LogDid::Open.as_str(), &path, LogWhy::NoCollect, &self.says.no_out));
        }
        if !open {
            return Err(No::said(LogDid::Open.as_str(), &path, LogWhy::NothingNew, &self.says.closing));
        }
        self.has_place()
    }

    /// Whether a change only ends the transfer of a file that came in on this channel.
    fn ends_here(&self, change: &Change) -> bool {
        let open = |path: &String| self.files.values().any(|f| f.opening.writes && f.opening.path == *path);
        change.ends.as_ref().is_some_and(|path| self.came.contains(path) || open(path))
    }

    fn may_change(&self, did: LogDid, what: &Value, open: bool) -> Result<(), No> {
        match (self.rights.into, open) {
            (true, true) => Ok(()),
            (true, false) => Err(No::said(did.as_str(), what, LogWhy::NothingNew, &self.says.closing)),
            (false, _) => Err(No::said(did.as_str(), what, LogWhy::NoTransferIn, &self.says.no_in)),
        }
    }

    fn has_place(&self) -> Result<(), No> {
        let begins = self.asked.values().filter(|a| matches!(a, Asked::Open(_) | Asked::Dir)).count();
        let full = self.handles.len().saturating_add(begins) >= self.bounds.open;
        if full { Err(No::quiet(&self.says.many)) } else { Ok(()) }
    }

    /// The file of a handle that the target gave and that was opened for this.
    fn open_file(&self, handle: &[u8], opened_for: impl Fn(&Opening) -> bool) -> Result<u64, No> {
        let Some(Held::File(file)) = self.handles.get(handle) else { return Err(No::quiet("handle")) };
        let fits = self.files.get(file).is_some_and(|f| opened_for(&f.opening));
        if fits { Ok(*file) } else { Err(No::quiet("handle")) }
    }

    fn writes(&mut self, handle: &[u8], offset: u64, data: &[u8]) -> Result<Asked, No> {
        let id = self.open_file(handle, |o| o.writes)?;
        if let Some(file) = self.files.get_mut(&id) {
            file.writes(offset, data, &mut self.bounds.room);
        }
        Ok(Asked::Write { file: id, bytes: data.len() as u64 })
    }

    fn sets(&mut self, handle: &[u8], attrs: Attrs, open: bool) -> Result<Asked, No> {
        let Some(held) = self.handles.get(handle).copied() else { return Err(No::quiet("handle")) };
        let Held::File(id) = held else {
            self.may_change(LogDid::Setstat, &json!({ "set": attrs.said() }), open)?;
            let what = json!({ "path": null, "set": attrs.said() });
            return Ok(Asked::Changed(Change { did: LogDid::Setstat, what, ends: None, sized: None }));
        };
        let path = self.path(id);
        // What comes in ends with its times and rights, whenever that is; what was only looked into does not.
        let ends = self.files.get(&id).is_some_and(|f| f.opening.writes);
        self.may_change(LogDid::Setstat, &json!({ "path": path, "set": attrs.said() }), open || ends)?;
        if let (Some(size), Some(file)) = (attrs.size, self.files.get_mut(&id)) {
            file.sized(size, &mut self.bounds.room);
        }
        Ok(Asked::SetOpen(id, attrs))
    }

    fn copies(&mut self, from: &[u8], to: &[u8], open: bool) -> Result<Asked, No> {
        let (from, to) = (self.open_file(from, |o| o.reads)?, self.open_file(to, |o| o.writes)?);
        let what = json!({ "path": self.path(from), "to": self.path(to) });
        self.may_change(LogDid::Copy, &what, open)?;
        if let Some(file) = self.files.get_mut(&to) {
            file.written.void(LogWhy::CopiedAtSystem, &mut self.bounds.room);
        }
        Ok(Asked::Changed(Change { did: LogDid::Copy, what, ends: None, sized: None }))
    }
}
