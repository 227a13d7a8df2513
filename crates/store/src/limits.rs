//! Every bound of the house in one struct, with the reason beside each; tests take smaller ones.

use crate::schema::ROWS_VERSION;

/// Bounds. Sizes in bytes, times in seconds unless the name says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Acts that may share one commit; more would make the first one wait.
    pub batch: usize,
    /// Acts that may wait for a turn; above it the door answers *busy* instead of growing.
    pub queue: usize,
    /// Milliseconds one act may take inside the turn, because all others wait for it.
    pub turn_ms: u64,
    /// Rows a list page may hold.
    pub page: usize,
    /// Rows one import file may hold.
    pub import_rows: usize,
    /// Largest file in an import.
    pub import_bytes: usize,
    /// The same after unpacking: an archive of kilobytes can hold gigabytes.
    pub import_unpacked: usize,
    /// Bytes of text in all cells of one worksheet, copied several times on its way: a workbook of kilobytes can name
    /// one long text in a million cells, or merge them.
    pub import_text: usize,
    /// Files inside one import file that is an archive (XLSX): a workbook has some dozens.
    pub import_parts: usize,
    /// Columns one import file may have.
    pub import_columns: usize,
    /// Different firms one flat sheet may name: each is held against each.
    pub import_firms: usize,
    /// Nested levels one import file may have.
    pub import_depth: usize,
    /// Devices one file of sightings may hold: each is held against every system of its site, in one turn.
    pub sightings: usize,
    /// Accounts one list may hold: its commitments must fit into one entry.
    pub listed_accounts: usize,
    /// Accounts of one list that somebody may have spoken of: each word writes the list's row anew.
    pub said_accounts: usize,
    /// Largest piece of evidence.
    pub evidence_bytes: usize,
    /// Bytes a provider may upload within a day.
    pub uploads_a_day: i64,
    /// Seconds after which an upload that no entry names is removed.
    pub unnamed_secs: i64,
    /// Seconds after which a file that came in for an import is removed: as long as its import can be undone.
    pub passing_secs: i64,
    /// Entries one audit pack may hold in full: a zip file of its kind counts files with 16 bits.
    pub pack_entries: usize,
    /// Leaves one range pack may cover.
    pub pack_leaves: u64,
    /// Bytes of evidence one audit pack may hold; it is made in memory.
    pub pack_bytes: u64,
    /// Bytes of evidence that a verification hashes without being asked: below a minute on a plain disk.
    pub verify_bytes: u64,
    /// Entries that a verification folds without being asked: some seconds and some hundred megabytes.
    pub verify_entries: u64,
    /// Largest JSON body or form of an act.
    pub body_bytes: usize,
    /// Longest human text in one field, in characters.
    pub text_chars: usize,
    /// Longest name in one field, in characters.
    pub name_chars: usize,
    /// Decisions that one look at what would have been refused reads; some kilobytes each.
    pub frozen_decisions: usize,
    /// Open requests and open grants that are judged again to show whom a stricter check would touch.
    pub judged_again: usize,
    /// Readers of the database at once.
    pub readers: u32,
    /// How long a request waits for a connection to the database before it is taken for gone.
    pub database_secs: u64,
    /// How long the writer waits for a server's answer, with everybody waiting behind it: a line that went silent
    /// would hold the plant until the network gives up, a quarter of an hour later.
    pub answer_secs: u64,
    /// Seconds a client may take for the head of a request, and for its body before it must keep a pace.
    pub patience_secs: u64,
    /// The pace of a body behind that: a slow line is 1,000 times as fast, somebody who drips is not.
    pub pace_bytes_a_sec: u64,
    /// Seconds a server that is to end waits for requests that run.
    pub stop_secs: u64,
    /// Objects and answers a process remembers; some kilobytes each. Above it all is forgotten and read anew.
    pub remembered: usize,
    /// How far the wall clock may run ahead of what the monotonic clock measured in a running process before writing
    /// stops (R-39; a wrong clock must not expire everything). Corrections by a time service are seconds; a day
    /// forgives a night in which the host slept, and a wrong day costs a day at most.
    pub clock_jump: i64,
    /// The same when a process begins, against the later of last entry and last pulse: nobody measured the pause. A
    /// month is a shutdown of the plant; a year is a typing error.
    pub clock_pause: i64,
    /// How near the instant that a person confirms must be to the clock it is about, and how long the first
    /// confirmation waits for the second.
    pub clock_near: i64,
    pub clock_second: i64,
    /// Seconds between two notes that the clock was believed (`crate::pace`).
    pub pulse_every: u64,
    /// Seconds between two rounds of telling, when nothing is written meanwhile.
    pub tell_every: u64,
    /// Entries between two snapshots that as-of reads start from.
    pub snapshot_every: u64,
    /// Sign-in session: idle end and absolute end.
    pub session_idle: i64,
    pub session_absolute: i64,
    /// Seconds after a signature within which the next one in the same session needs one component only.
    pub signing_idle: i64,
    /// How old the last proof of the second factor may be for an act that is dangerous (`Act::STEP_UP`): long enough to
    /// give five people their roles, shorter than a coffee beside an unlocked console.
    pub step_up: i64,
    /// Wrong sign-ins of one name before it has to wait, and how long.
    pub sign_in_tries: i64,
    pub sign_in_wait: i64,
    /// Longest life of a token of a program, in days: one that nobody thinks of ends by itself within a year.
    pub token_days: i64,
    /// Days for which roles of groups stand without a word of the identity provider about the person.
    pub group_days: i64,
    /// Tokens that may be open at once for one person or machine; more would be looked after by nobody.
    pub tokens_open: usize,
    /// Passkeys of one person; more would be looked after by nobody.
    pub passkeys: usize,
    /// Seconds for which a browser may answer the challenge of a passkey: somebody looks for their key.
    pub passkey_secs: i64,
    /// Wrong tokens, or wrong answers of passkeys, within a minute before the answer to a further wrong one is *wait*;
    /// a right one never waits.
    pub token_tries: i64,
    /// Longest time between two checkpoints while there is something to sign.
    pub checkpoint_every: u64,
    /// Shape of the rows that this process makes and reads. A test that stands for another release has another one.
    pub rows: i64,
}

impl Limits {
    /// What a plant runs with.
    pub const fn standard() -> Self {
        Limits {
            batch: 256,
            queue: 1_024,
            turn_ms: 10_000,
            page: 50,
            import_rows: 20_000,
            import_bytes: 16 * 1_024 * 1_024,
            import_unpacked: 64 * 1_024 * 1_024,
            import_text: 32 * 1_024 * 1_024,
            import_parts: 1_000,
            import_columns: 64,
            import_firms: 2_000,
            import_depth: 32,
            sightings: 1_000,
            listed_accounts: 50_000,
            said_accounts: 1_000,
            evidence_bytes: 200 * 1_024 * 1_024,
            uploads_a_day: 2 * 1_024 * 1_024 * 1_024,
            unnamed_secs: 7 * 86_400,
            passing_secs: 86_400,
            pack_entries: 30_000,
            pack_leaves: 4_000_000,
            pack_bytes: 256 * 1_024 * 1_024,
            verify_bytes: 4 * 1_024 * 1_024 * 1_024,
            verify_entries: 100_000,
            body_bytes: 256 * 1_024,
            text_chars: 4_000,
            name_chars: 200,
            frozen_decisions: 5_000,
            judged_again: 500,
            readers: 8,
            database_secs: 10,
            answer_secs: 30,
            patience_secs: 20,
            pace_bytes_a_sec: 1_024,
            stop_secs: 30,
            remembered: 10_000,
            clock_jump: 86_400,
            clock_pause: 31 * 86_400,
            clock_near: 15 * 60,
            clock_second: 86_400,
            pulse_every: 600,
            tell_every: 20,
            snapshot_every: 50_000,
            session_idle: 30 * 60,
            session_absolute: 12 * 3_600,
            signing_idle: 600,
            step_up: 10 * 60,
            sign_in_tries: 5,
            sign_in_wait: 60,
            token_days: 365,
            group_days: 7,
            tokens_open: 20,
            passkeys: 10,
            passkey_secs: 300,
            token_tries: 100,
            checkpoint_every: 10,
            rows: ROWS_VERSION,
        }
    }

    /// Small enough that a test meets them.
    pub const fn for_testing() -> Self {
        Limits {
            batch: 16,
            queue: 128,
            import_rows: 500,
            evidence_bytes: 1_024 * 1_024,
            uploads_a_day: 2 * 1_024 * 1_024,
            said_accounts: 4,
            tokens_open: 4,
            passkeys: 3,
            token_tries: 6,
            readers: 4,
            // So few that a long test forgets in the middle of a question.
            remembered: 300,
            ..Self::standard()
        }
    }
}
