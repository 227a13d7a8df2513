//! Packets of SFTP version 3: cut from bytes as they come, read without trusting a length, and built. Both ends of a
//! channel are strangers here, and nothing that they send may stop the house.

use serde_json::{Map, Value, json};

/// Numbers of packets.
pub mod kind {
    pub const INIT: u8 = 1;
    pub const VERSION: u8 = 2;
    pub const OPEN: u8 = 3;
    pub const CLOSE: u8 = 4;
    pub const READ: u8 = 5;
    pub const WRITE: u8 = 6;
    pub const LSTAT: u8 = 7;
    pub const FSTAT: u8 = 8;
    pub const SETSTAT: u8 = 9;
    pub const FSETSTAT: u8 = 10;
    pub const OPENDIR: u8 = 11;
    pub const READDIR: u8 = 12;
    pub const REMOVE: u8 = 13;
    pub const MKDIR: u8 = 14;
    pub const RMDIR: u8 = 15;
    pub const REALPATH: u8 = 16;
    pub const STAT: u8 = 17;
    pub const RENAME: u8 = 18;
    pub const READLINK: u8 = 19;
    pub const SYMLINK: u8 = 20;
    pub const STATUS: u8 = 101;
    pub const HANDLE: u8 = 102;
    pub const DATA: u8 = 103;
    pub const NAME: u8 = 104;
    pub const ATTRS: u8 = 105;
    pub const EXTENDED: u8 = 200;
    pub const EXTENDED_REPLY: u8 = 201;
}

/// Numbers of answers.
pub mod code {
    pub const OK: u32 = 0;
    pub const EOF: u32 = 1;
    pub const PERMISSION_DENIED: u32 = 3;
    pub const FAILURE: u32 = 4;
    pub const OP_UNSUPPORTED: u32 = 8;
}

/// The one version that is spoken: what every server and client of today speaks.
pub const VERSION: u32 = 3;
/// Most characters of a path that the log holds.
const SHOWN: usize = 4_096;

/// Cuts a stream into packets, without their lengths.
pub struct Packets {
    waiting: Vec<u8>,
    most: usize,
    /// What came is no stream of packets.
    wrong: bool,
}

impl Packets {
    pub fn new(most: usize) -> Packets {
        Packets { waiting: Vec::new(), most, wrong: false }
    }

    /// The packets that are whole now. Memory grows with what came, never with what a length promises.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        if self.wrong {
            return all;
        }
        self.waiting.extend_from_slice(bytes);
        let mut rest = self.waiting.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
            if length == 0 || length > self.most {
                self.wrong = true;
                break;
            }
            let Some((packet, after)) = after.split_at_checked(length) else { break };
            all.push(packet.to_vec());
            rest = after;
        }
        let done = self.waiting.len() - rest.len();
        self.waiting.drain(..done);
        all
    }

    pub fn wrong(&self) -> bool {
        self.wrong
    }
}

/// What is left to read of a packet.
#[derive(Clone, Copy)]
pub struct Body<'b>(pub &'b [u8]);

impl<'b> Body<'b> {
    pub fn u32(&mut self) -> Option<u32> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*head))
    }

    pub fn u64(&mut self) -> Option<u64> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_be_bytes(*head))
    }

    pub fn string(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    /// A path as the log shows it.
    pub fn path(&mut self) -> Option<String> {
        self.string().map(shown)
    }

    pub fn attrs(&mut self) -> Option<Attrs> {
        let flags = self.u32()?;
        let has = |bit: u32| flags & bit != 0;
        let size = if has(1) { Some(self.u64()?) } else { None };
        let owner = if has(2) { Some((self.u32()?, self.u32()?)) } else { None };
        let mode = if has(4) { Some(self.u32()?) } else { None };
        let times = if has(8) { Some((self.u32()?, self.u32()?)) } else { None };
        Some(Attrs { size, owner, mode, times })
    }
}

/// Bytes as the log shows them.
pub fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(SHOWN).collect()
}

/// What is said about a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attrs {
    pub size: Option<u64>,
    pub owner: Option<(u32, u32)>,
    pub mode: Option<u32>,
    pub times: Option<(u32, u32)>,
}

impl Attrs {
    /// For the log, what is there.
    pub fn said(&self) -> Value {
        let mut said = Map::new();
        let mut put = |name: &str, value: Value| said.insert(name.to_owned(), value);
        self.size.map(|size| put("size", json!(size)));
        self.owner.map(|(user, group)| put("owner", json!([user, group])));
        self.mode.map(|mode| put("mode", json!(format!("{mode:o}"))));
        self.times.map(|(_, changed)| put("changed", json!(changed)));
        Value::Object(said)
    }
}

fn counted(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// A packet with its length in front.
pub fn framed(packet: &[u8]) -> Vec<u8> {
    let mut all = Vec::with_capacity(packet.len() + 4);
    all.extend_from_slice(&counted(packet.len()));
    all.extend_from_slice(packet);
    all
}

/// Puts a string behind.
pub fn put(into: &mut Vec<u8>, text: &[u8]) {
    into.extend_from_slice(&counted(text.len()));
    into.extend_from_slice(text);
}

/// An answer of the gateway's own.
pub fn status(id: u32, code: u32, words: &str) -> Vec<u8> {
    let mut packet = vec![kind::STATUS];
    packet.extend_from_slice(&id.to_be_bytes());
    packet.extend_from_slice(&code.to_be_bytes());
    put(&mut packet, words.as_bytes());
    put(&mut packet, b"");
    framed(&packet)
}
