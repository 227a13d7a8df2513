//! One open file: what went by of it, and its digest where that says something. A digest stands in the log only for
//! bytes that came in order, from the first on and without holes; otherwise the log says why it has none.

use std::collections::BTreeMap;

use plantgate_domain::witness::logged::LogWhy;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Transfer, asks::Opening};

/// What a piece that waits costs beside its bytes: a sender of many small ones holds no more than one of few.
const PIECE: usize = 128;

/// Bytes of one direction.
#[derive(Default)]
pub struct Track {
    /// What the other side took or gave.
    pub bytes: u64,
    next: u64,
    digest: Sha256,
    /// Pieces that came before what is in front of them.
    early: BTreeMap<u64, Vec<u8>>,
    /// Why there is no digest.
    void: Option<LogWhy>,
}

impl Track {
    /// Takes a piece. `room` is what all files of the channel together may still hold.
    pub fn take(&mut self, offset: u64, data: &[u8], room: &mut usize) {
        if self.void.is_some() || data.is_empty() {
            return;
        }
        if offset > self.next {
            let held = self.early.contains_key(&offset);
            let cost = data.len().saturating_add(PIECE);
            if held || cost > *room {
                return self.void(if held { LogWhy::PieceTwice } else { LogWhy::OutOfOrder }, room);
            }
            *room -= cost;
            self.early.insert(offset, data.to_vec());
            return;
        }
        if offset < self.next {
            return self.void(LogWhy::PieceTwice, room);
        }
        self.feed(data);
        while let Some(first) = self.early.first_entry().filter(|first| *first.key() <= self.next) {
            let (at, data) = first.remove_entry();
            *room += data.len().saturating_add(PIECE);
            if at < self.next {
                return self.void(LogWhy::PieceTwice, room);
            }
            self.feed(&data);
        }
    }

    fn feed(&mut self, data: &[u8]) {
        self.digest.update(data);
        self.next = self.next.saturating_add(data.len() as u64);
    }

    /// There is no digest, and why; the first reason stands.
    pub fn void(&mut self, why: LogWhy, room: &mut usize) {
        self.void.get_or_insert(why);
        *room += std::mem::take(&mut self.early).values().map(|data| data.len().saturating_add(PIECE)).sum::<usize>();
    }

    fn digest(&self) -> Result<String, LogWhy> {
        match self.void {
            Some(why) => Err(why),
            None if !self.early.is_empty() => Err(LogWhy::WithHoles),
            None => Ok(self.digest.clone().finalize().iter().map(|b| format!("{b:02x}")).collect()),
        }
    }
}

/// A file that is open.
pub struct File {
    pub opening: Opening,
    pub read: Track,
    pub written: Track,
    /// Bytes that were sent to the target, answered or not.
    pub sent: u64,
    /// Pieces that were sent to the target and not answered yet.
    pub unanswered: u32,
    /// The target said that the file ends where reading came to.
    pub whole: bool,
    /// Its size, if one of both said it.
    pub size: Option<u64>,
}

impl File {
    pub fn new(opening: Opening, size: Option<u64>) -> File {
        let size = opening.size.or(size);
        let (read, written) = (Track::default(), Track::default());
        File { opening, read, written, sent: 0, unanswered: 0, whole: false, size }
    }

    /// A piece is on its way to the target. One that is appended comes to the end, whatever its offset says.
    pub fn writes(&mut self, offset: u64, data: &[u8], room: &mut usize) {
        if self.opening.appends && offset != self.written.next {
            self.written.void(LogWhy::AppendedOutOfOrder, room);
        }
        self.written.take(offset, data, room);
        self.sent = self.sent.saturating_add(data.len() as u64);
        self.unanswered = self.unanswered.saturating_add(1);
    }

    /// The client sets its size. What was written and ends exactly there is all of it, as a copy ends that writes over
    /// what was there.
    pub fn sized(&mut self, size: u64, room: &mut usize) {
        match size == self.written.next && self.written.early.is_empty() {
            true => self.opening.anew = true,
            false => self.written.void(LogWhy::SizeSet, room),
        }
    }

    fn direction(&self) -> &'static str {
        match (self.read.bytes > 0, self.sent > 0) {
            (true, true) => "both",
            (true, false) => "out",
            (false, true) => "in",
            (false, false) if self.opening.reads && self.opening.writes => "both",
            (false, false) if self.opening.writes => "in",
            (false, false) => "out",
        }
    }

    /// Whether reading came to its end.
    fn whole(&self) -> bool {
        self.whole || self.size == Some(self.read.bytes)
    }

    fn digest(&self, closed: bool) -> Result<String, LogWhy> {
        match self.direction() {
            _ if !closed => Err(LogWhy::Cut),
            "both" => Err(LogWhy::ReadAndWritten),
            "out" => match self.read.digest() {
                Ok(_) if !self.whole() => Err(LogWhy::NotAllRead),
                said => said,
            },
            _ if self.unanswered > 0 => Err(LogWhy::NotAllAnswered),
            _ => match self.written.digest() {
                Ok(_) if !self.opening.anew => Err(LogWhy::WrittenOver),
                said => said,
            },
        }
    }

    /// What the log says of it in the end; the room that it held comes back.
    pub fn line(mut self, closed: bool, room: &mut usize) -> Value {
        let (digest, why) = match self.digest(closed) {
            Ok(digest) => (Some(digest), None),
            Err(why) => (None, Some(why)),
        };
        let direction = self.direction();
        let whole = (direction == "out").then_some(self.whole());
        let line = json!({ "what": "file", "path": self.opening.path, "direction": direction,
            "in": self.written.bytes, "sent": self.sent, "out": self.read.bytes, "sha256": digest, "why": why,
            "whole": whole, "ended": if closed { "closed" } else { "cut" } });
        self.read.void(LogWhy::Cut, room);
        self.written.void(LogWhy::Cut, room);
        line
    }

    /// How far it is.
    pub fn transfer(&self) -> Transfer {
        let bytes = self.read.bytes.max(self.written.bytes);
        Transfer { path: self.opening.path.clone(), direction: self.direction(), bytes, size: self.size }
    }
}
