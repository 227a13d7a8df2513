//! Every bound of the line between a gateway that stands alone and its core, in one place: both sides keep to it.

use std::time::Duration;

/// Bounds; times in seconds, sizes in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// A question, as JSON.
    pub ask: usize,
    /// An answer; copies of grants are the longest: some 3 KiB each, and codes.
    pub answer: usize,
    /// A text in a question.
    pub word: usize,
    /// What runs in a session, as JSON: where it is more, a gateway says nothing of it.
    pub runs: usize,
    /// How long the core believes what a gateway said of that.
    pub seen: u64,
    /// Parts of one recording: the terminals of a session, its log, and room.
    pub parts: usize,
    /// A part of a recording.
    pub part: u64,
    /// Room on the gateway's disk that is kept for ends: a session's end with 64 parts takes some 20 KiB, so those of
    /// all that a gateway lets in at once (1,200 connections) fit.
    pub room: u64,
    /// What must be free beside that when a session begins. Not what all open parts may still grow by: that would be
    /// 256 MiB for each terminal, which hardly ever comes, and would close a gateway on a disk with days of room. It is
    /// asked by writing it, and that must take nothing from recordings that run: so it is little, and where less is
    /// left those end their room by themselves.
    pub beside: u64,
    /// How long a core may take to be connected to.
    pub reach: u64,
    /// How long it may take to answer.
    pub call: u64,
    /// How long it may take to say whether a session may go on; the watch asks each second.
    pub standing: u64,
    /// How long a part may take at least, however small it is.
    pub bring: u64,
    /// Bytes a second that a part makes at least.
    pub pace: u64,
    /// How long the sender of a part may be silent.
    pub silent: u64,
    /// How long it is waited before a core that is away is tried again.
    pub again: u64,
    /// The same for one that failed though the core is there.
    pub failed: u64,
    /// The same for one that the core refuses.
    pub refused: u64,
    /// How often a gateway says that it is there, and so learns whether its core is.
    pub pulse: u64,
    /// How often a gateway compares the sessions it holds with those that the record has.
    pub home: u64,
    /// The same after a session of which it is not known whether it began.
    pub unclear: u64,
    /// How often a gateway fetches what it may serve while it cannot ask.
    pub copy: u64,
    /// Grants in that.
    pub copies: usize,
    /// Emergencies that a gateway may serve then, each of one person on one system.
    pub called: usize,
    /// Roles of one of them.
    pub roles: usize,
    /// How long the core must have been silent before codes of a sheet open anything.
    pub alone: u64,
    /// How long a name belongs to the folder that was heard of last: two machines of one name would end each other's
    /// sessions.
    pub instance: u64,
    /// How long a session belongs to the process that asked about it last: no other one ends it by loss meanwhile.
    pub heard: u64,
    /// How long a code that was right lets a session begin.
    pub proof: u64,
    /// How long a part that was brought waits for the end that names it, where the session does not end: a day less
    /// than evidence keeps what no entry names.
    pub brought: u64,
    /// Codes that were right, and parts that were brought, of all gateways together.
    pub waiting: usize,
    /// Connections of gateways at once.
    pub connections: usize,
    /// Of them with one certificate.
    pub one: usize,
    /// Of them those that have not shown a certificate yet.
    pub strangers: usize,
    /// How long one has to show it.
    pub handshake: u64,
    /// How long the head of a question may take, and a connection wait for its next one.
    pub head: u64,
    /// How long the core works on one question.
    pub work: u64,
    /// The file that lists gateways.
    pub list: usize,
}

impl Bounds {
    /// As it is shipped.
    pub const fn standard() -> Bounds {
        Bounds {
            ask: 65_536,
            answer: 524_288,
            word: 1_024,
            runs: 32_768,
            seen: 5,
            parts: 64,
            part: plantgate_interchange::sealed::PART,
            room: 32 << 20,
            beside: 4 << 20,
            reach: 3,
            call: 8,
            standing: 2,
            bring: 30,
            pace: 16_384,
            silent: 30,
            again: 2,
            failed: 10,
            refused: 60,
            pulse: 5,
            home: 600,
            unclear: 30,
            copy: 60,
            copies: 64,
            called: 64,
            roles: 16,
            alone: 20,
            instance: 60,
            heard: 60,
            proof: 120,
            brought: 6 * 86_400,
            waiting: 4_096,
            connections: 512,
            one: 32,
            strangers: 64,
            handshake: 10,
            head: 90,
            work: 20,
            list: 65_536,
        }
    }

    /// How long a part of so many bytes may take.
    pub fn for_part(&self, size: u64) -> Duration {
        Duration::from_secs(self.bring.saturating_add(size.div_euclid(self.pace.max(1))))
    }
}
