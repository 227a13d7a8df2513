//! What a request of a client is. The list is closed: what the gateway does not know is answered *not supported* and
//! never reaches the target.

use plantgate_domain::witness::logged::LogDid;
use serde_json::{Value, json};

use super::packet::{Attrs, Body, kind, shown};

/// Flags of an opening.
const READ: u32 = 1;
const WRITE: u32 = 2;
const APPEND: u32 = 4;
const CREATE: u32 = 8;
const TRUNCATE: u32 = 16;
const EXCLUSIVE: u32 = 32;

/// Extensions that are passed on, as servers announce them.
const KNOWN: &[&str] = &[
    "posix-rename@openssh.com",
    "statvfs@openssh.com",
    "fstatvfs@openssh.com",
    "hardlink@openssh.com",
    "fsync@openssh.com",
    "lsetstat@openssh.com",
    "limits@openssh.com",
    "expand-path@openssh.com",
    "copy-data",
    "home-directory",
    "users-groups-by-id@openssh.com",
];

/// A request.
#[derive(Clone, PartialEq, Debug)]
pub enum Ask<'p> {
    Open(Opening),
    Dir,
    Close(&'p [u8]),
    Read {
        handle: &'p [u8],
        offset: u64,
    },
    Write {
        handle: &'p [u8],
        offset: u64,
        data: &'p [u8],
    },
    /// Of a path.
    Stat(String),
    /// Of an open file.
    StatOpen(&'p [u8]),
    SetOpen(&'p [u8], Attrs),
    Copy {
        from: &'p [u8],
        to: &'p [u8],
    },
    Changes(Change),
    /// Looks, changes nothing and carries nothing.
    Looks,
    /// Not known here.
    Unknown(String),
}

/// A file that shall be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    pub path: String,
    /// Whether a server gives its content out: without a flag for writing it opens it for reading.
    pub reads: bool,
    /// Whether it may change it.
    pub writes: bool,
    /// Whether nothing of what was there before is left.
    pub anew: bool,
    /// Whether each piece comes to the end, whatever its offset says.
    pub appends: bool,
    /// What the client says of its size.
    pub size: Option<u64>,
}

/// Something that changes what is there, beside the content of an open file.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    pub did: LogDid,
    /// Paths and values, for the log.
    pub what: Value,
    /// The path whose transfer it ends, if that one came in here: the name it gets in the end, its time and mode. Such
    /// a change may come late; the same of any other file is new work.
    pub ends: Option<String>,
    /// The path whose size it sets.
    pub sized: Option<String>,
}

impl Change {
    fn of(did: LogDid, what: Value) -> Change {
        Change { did, what, ends: None, sized: None }
    }
}

/// Whether an extension is passed on.
pub fn known(name: &[u8]) -> bool {
    KNOWN.iter().any(|known| known.as_bytes() == name)
}

/// Reads a request; `None`: it is none.
pub fn read(packet: &[u8]) -> Option<(u32, Ask<'_>)> {
    let (of, rest) = packet.split_first()?;
    let mut b = Body(rest);
    let id = b.u32()?;
    let ask = match *of {
        kind::OPEN => Ask::Open(opening(b.path()?, b.u32()?, b.attrs()?)),
        kind::CLOSE => Ask::Close(b.string()?),
        kind::READ => Ask::Read { handle: b.string()?, offset: b.u64()? },
        kind::WRITE => Ask::Write { handle: b.string()?, offset: b.u64()?, data: b.string()? },
        kind::STAT | kind::LSTAT => Ask::Stat(b.path()?),
        kind::FSTAT => Ask::StatOpen(b.string()?),
        kind::FSETSTAT => Ask::SetOpen(b.string()?, b.attrs()?),
        kind::OPENDIR => Ask::Dir,
        kind::READDIR | kind::REALPATH | kind::READLINK => Ask::Looks,
        kind::SETSTAT => set(LogDid::Setstat, &mut b)?,
        kind::REMOVE => Ask::Changes(Change::of(LogDid::Remove, json!({ "path": b.path()? }))),
        kind::MKDIR => Ask::Changes(Change::of(LogDid::Mkdir, json!({ "path": b.path()? }))),
        kind::RMDIR => Ask::Changes(Change::of(LogDid::Rmdir, json!({ "path": b.path()? }))),
        kind::RENAME => two(LogDid::Rename, true, &mut b)?,
        // OpenSSH has the two paths in this order, the draft in the other: both stand in the log.
        kind::SYMLINK => two(LogDid::Symlink, false, &mut b)?,
        kind::EXTENDED => extended(b)?,
        other => Ask::Unknown(other.to_string()),
    };
    Some((id, ask))
}

fn opening(path: String, flags: u32, attrs: Attrs) -> Opening {
    Opening {
        path,
        reads: flags & READ != 0 || flags & WRITE == 0,
        writes: flags & !READ != 0,
        // Without making one, a system does not ask whether there is one.
        anew: flags & TRUNCATE != 0 || flags & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE,
        appends: flags & APPEND != 0,
        size: attrs.size,
    }
}

fn set(did: LogDid, b: &mut Body<'_>) -> Option<Ask<'static>> {
    let (path, attrs) = (b.path()?, b.attrs()?);
    let what = json!({ "path": path, "set": attrs.said() });
    // A size that is set is content.
    let (ends, sized) = if attrs.size.is_some() { (None, Some(path)) } else { (Some(path), None) };
    Some(Ask::Changes(Change { did, what, ends, sized }))
}

fn two(did: LogDid, ends: bool, b: &mut Body<'_>) -> Option<Ask<'static>> {
    let (path, to) = (b.path()?, b.path()?);
    let what = json!({ "path": path, "to": to });
    Some(Ask::Changes(Change { ends: ends.then_some(path), ..Change::of(did, what) }))
}

fn extended(mut b: Body<'_>) -> Option<Ask<'_>> {
    let name = b.string()?;
    Some(match name {
        b"posix-rename@openssh.com" => two(LogDid::Rename, true, &mut b)?,
        b"hardlink@openssh.com" => two(LogDid::Hardlink, false, &mut b)?,
        b"lsetstat@openssh.com" => set(LogDid::Lsetstat, &mut b)?,
        b"copy-data" => {
            let from = b.string()?;
            let (_offset, _length) = (b.u64()?, b.u64()?);
            Ask::Copy { from, to: b.string()? }
        }
        other if known(other) => Ask::Looks,
        other => Ask::Unknown(shown(other).chars().take(64).collect()),
    })
}
