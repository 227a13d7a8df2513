//! Every bound of the gateway in one place.

/// Bounds; times in seconds, sizes in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Connections at once, of everybody together.
    pub connections: usize,
    /// Connections of one address (of one network of IPv6) that have not proven anything yet.
    pub strangers: usize,
    /// The same of all addresses together, so that those who came in always have room.
    pub all_strangers: usize,
    /// How long a peer has until keys are exchanged and it says who it is: a program's time, not a person's.
    pub handshake: u64,
    /// How long a peer has to prove who it is, a person typing a code included.
    pub login: u64,
    /// Milliseconds until a refusal is told, however soon it is known.
    pub refusal: u64,
    /// Wrong answers on one connection.
    pub tries: usize,
    /// Channels of one session at once.
    pub channels: usize,
    /// Terminals that one session records, one after another.
    pub terminals: usize,
    /// How long a target may take to be reached and to let us in.
    pub reach: u64,
    /// How often it is asked whether a session may go on.
    pub watch: u64,
    /// How long it is believed when the core does not answer: the lease. Then nothing new begins.
    pub lease: u64,
    /// How long a certificate for a target is good.
    pub certificate: u64,
    /// Length of a command or of a terminal's name that is passed on.
    pub word: usize,
    /// What a client may send while it is held.
    pub early: usize,
    /// Output that waits for the recorder before the sender waits, too.
    pub queue: usize,
    /// How long a recorder may keep somebody waiting before the gap is taken instead.
    pub patience: u64,
    /// How long a peer has to take the end of a session before its line is closed.
    pub parting: u64,
    /// Text of a command without a terminal that the log holds; of the rest it has the digest.
    pub told: usize,
    /// Bytes of one part of a recording, sealed; what would make it longer is a gap.
    pub part: u64,
    /// A sealed piece of a recording.
    pub frame: usize,
    /// A packet of SFTP: servers and clients of today send up to 256 KiB.
    pub packet: usize,
    /// Requests of SFTP on one channel that are not answered yet.
    pub flight: usize,
    /// Files and folders that one channel of SFTP has open.
    pub open: usize,
    /// Bytes of files that wait for the bytes before them, of one channel: without them there is no digest.
    pub room: usize,
    /// Answers of the gateway's own that wait for a client to take them.
    pub answers: usize,
}

impl Limits {
    /// As it is shipped.
    pub const fn standard() -> Limits {
        Limits {
            connections: 1_200,
            strangers: 16,
            all_strangers: 256,
            handshake: 10,
            login: 120,
            refusal: 500,
            tries: 3,
            channels: 8,
            terminals: 32,
            reach: 10,
            watch: 1,
            lease: 10,
            certificate: 120,
            word: 16_384,
            early: 4_194_304,
            queue: 256,
            patience: 2,
            parting: 2,
            told: 262_144,
            part: plantgate_interchange::sealed::PART,
            frame: 16_384,
            packet: 524_288,
            flight: 1_024,
            open: 256,
            room: 4_194_304,
            answers: 64,
        }
    }
}
