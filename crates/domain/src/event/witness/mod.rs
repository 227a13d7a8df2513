//! Events of *witness*: what was seen to happen. Each says when it occurred; the entry says when it was recorded.

mod account;
mod visit;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{
    AccountId, Day, EngagementId, GrantId, InstanceId, Instant, Party, Pattern, PersonId, Private, ProviderId, Role,
    SessionId, SiteId, Slot, TaskId, Text, VisitId, level::words,
};

pub use account::*;
pub use visit::*;

words! {
    /// How we know of a session.
    Seen { Gateway = "gateway", Imported = "imported", HandEntered = "hand-entered", Detected = "detected" }
}
words! {
    /// How a session ended (diagram 3.4.7).
    Ending { User = "user", Window = "window", Attendant = "attendant", Disconnect = "disconnect", Loss = "loss",
             SafeEnd = "safe-end" }
}
words! {
    /// Why nothing new begins in a session any more.
    Closing { Window = "window", Hold = "hold", Revoked = "revoked", Recorder = "recorder", Core = "core",
              Measure = "measure" }
}
words! {
    /// What a part of a recording holds: what a terminal showed, or the log of everything else.
    PartKind { Terminal = "terminal", Log = "log" }
}
words! {
    /// Why a recording is kept beyond its time.
    Keeping { Hold = "hold", Gmp = "gmp" }
}

words! {
    /// Where a list of accounts comes from.
    ListKind { Directory = "directory", Vpn = "vpn", Local = "local" }
}
words! {
    /// What somebody of ours says of an account on a list.
    AccountSays { Assigned = "assigned", Accepted = "accepted", Disable = "disable" }
}

impl Closing {
    /// Whether a session whose end may be hard ends by it at once. What is a fault of ours ends nobody's work.
    pub const fn may_cut(self) -> bool {
        match self {
            Closing::Window | Closing::Hold | Closing::Revoked => true,
            Closing::Recorder | Closing::Core | Closing::Measure => false,
        }
    }
}

/// A session or connection was seen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionStarted {
    pub reference: String,
    /// Unknown for a connection that was only detected.
    pub person: Option<PersonId>,
    pub instance: InstanceId,
    pub site: SiteId,
    pub provider: Option<ProviderId>,
    pub engagement: Option<EngagementId>,
    /// The grant it claims; whether the grant covers it is a question of its own.
    pub grant: Option<GrantId>,
    pub account: Option<AccountId>,
    pub role: Option<Role>,
    pub attendant: Option<PersonId>,
    pub seen: Seen,
    /// Who confirms a session entered by hand afterwards.
    pub confirmed_by: Option<PersonId>,
    pub started: Instant,
}

/// The attendant was present or watching.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionAttended {
    pub attendant: PersonId,
    pub at: Instant,
}

/// It ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionEnded {
    pub at: Instant,
    pub how: Ending,
}

/// The person was told what is recorded, and said that they read it, before anything happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionNoticed {
    /// Version of the text.
    pub notice: u32,
    /// The language it was in.
    pub language: String,
    /// The key they held.
    pub key: String,
    /// Where they came from.
    pub from: Private<Text>,
    /// Which gateway let them in: a name it gave itself when it was first opened.
    pub gateway: String,
    /// What the recording is sealed with, itself sealed under the keyring. Erased, the recording is noise.
    pub seal: Private<Text>,
    /// Days for which the recording is kept after the end, as they were told; sessions of before it was told have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// Nothing new begins any more; what runs goes to its safe end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClosing {
    pub at: Instant,
    pub cause: Closing,
}

/// The area says that the session can end safely.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSafe {
    pub at: Instant,
    pub note: Option<Private<Text>>,
}

/// A person ends it now, whatever runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCut {
    pub at: Instant,
    pub reason: Private<Text>,
}

/// A part of a recording.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub kind: PartKind,
    /// SHA-256 of the sealed file; empty until it lies in its place.
    pub blob: String,
    /// Bytes of the sealed file.
    pub sealed: u64,
    /// Bytes it holds when it is opened.
    pub bytes: u64,
    pub lines: u64,
    /// What binds all pieces, in order.
    pub head: String,
    /// Lines that could not be written, as far as they were counted.
    pub gaps: u64,
}

/// What was recorded of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRecorded {
    pub parts: Vec<Part>,
}

/// A recording that another machine made was brought to the session: nobody here saw it being made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionBrought {
    /// As it lies here, sealed: its lines are the events that were read, its gaps the lines that were not.
    pub part: Part,
    /// SHA-256 of the file as it came.
    pub sha256: String,
    /// Version of its format, asciicast.
    pub format: u32,
    /// From its beginning to its last event.
    pub seconds: u64,
    /// Entries of what somebody typed, which an agreement allows, as whoever brings it says.
    #[serde(default, skip_serializing_if = "none")]
    pub typed: u64,
    /// Which machine made it, as whoever brought it says.
    pub source: Private<Text>,
    /// What it is sealed with, itself sealed under the keyring; with the first one, and the others are under the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Private<Text>>,
    /// Days for which it is kept, by what the site said at that time.
    pub days: u32,
}

fn none(count: &u64) -> bool {
    *count == 0
}

/// The recording is kept beyond its time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingKept {
    pub ground: Keeping,
    /// Until when; nothing: until somebody releases it.
    pub until: Option<Instant>,
    pub reason: Private<Text>,
}

/// It goes by its time again. What is lost by that comes back by nothing, so two people say it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingReleased {
    pub ground: Keeping,
    pub second: PersonId,
    pub reason: Private<Text>,
}

/// Its time was over: files and key are gone. The entries of the session stay, with sizes and digests.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingDeleted {
    /// Days for which it was kept.
    pub days: u32,
    /// Since when its time was over.
    pub due: Instant,
    /// Where its key was.
    pub slot: Slot,
}

/// Somebody opened a part of its recording, and said why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionViewed {
    /// Number of the part, from one; nothing while the session runs and is watched as it goes.
    pub part: Option<u32>,
    pub purpose: Private<Text>,
}

/// An unmatched connection was triaged: whose doing it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionAttributed {
    pub party: Party,
    pub provider: Option<ProviderId>,
    pub person: Option<PersonId>,
    pub note: Option<Private<Text>>,
}

/// Somebody looked at the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionReviewed {
    /// Whether all sources the system can give were there.
    pub complete: bool,
    pub note: Option<Private<Text>>,
}

/// What a person told of a session where no source sees it: the line of the logbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionTold {
    /// The way they came in.
    pub way: Pattern,
    /// What was done.
    pub work: Private<Text>,
    pub visit: Option<VisitId>,
    /// The line this one stands for from now on.
    pub corrects: Option<SessionId>,
}

/// Another line stands for this one; it stays and is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCorrected {
    pub corrected_by: SessionId,
    pub reason: Private<Text>,
}

/// The system showed another host key than the pinned one: nothing was sent to it, and nobody goes there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherKeyShown {
    pub at: Instant,
    /// `SHA256:…` of the key that was shown.
    pub fingerprint: String,
}

/// Somebody looked at what a source beside the system logged while the session lasted (S5.8c).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjacentNoted {
    /// As the measures of the system name it.
    pub source: String,
    pub lines: u64,
}

/// What the paper says of the code that let somebody in: who of ours read it out. It is entered afterwards, by
/// somebody else; the latest one stands, and nobody who was ever named reviews what came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeReadOut {
    /// Nobody where it cannot be found out, or nobody of ours did; then the note says why.
    pub person: Option<PersonId>,
    /// What else is written there.
    pub note: Option<Private<Text>>,
}

/// It began while its gateway could not reach the core, by a code from a sealed envelope. When it occurred is
/// when it started; when it was received is the time of this entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCutOff {
    /// Its code was used before, or its sheet was unknown, withdrawn or over when it began: it is recorded, and nothing
    /// new begins in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubt: bool,
    /// The sheet of codes.
    pub sheet: Uuid,
    /// Which code of it let the person in, from one.
    pub number: u32,
    /// Where it stands among what the gateway kept while it was cut off, as the gateway counts.
    pub sequence: u64,
    /// When the gateway put it on its disk, by its own clock.
    pub recorded: Instant,
    /// Until when who read the code out is to be entered, where that is sooner than for every code: before what came of
    /// it has to be reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
}

/// What happens to a session.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum SessionEvent {
    #[serde(rename = "witness.session.started@1")]
    Started(SessionStarted),
    #[serde(rename = "witness.session.attended@1")]
    Attended(SessionAttended),
    #[serde(rename = "witness.session.ended@1")]
    Ended(SessionEnded),
    #[serde(rename = "witness.session.attributed@1")]
    Attributed(SessionAttributed),
    #[serde(rename = "witness.session.reviewed@1")]
    Reviewed(SessionReviewed),
    #[serde(rename = "witness.session.told@1")]
    Told(SessionTold),
    #[serde(rename = "witness.session.corrected@1")]
    Corrected(SessionCorrected),
    #[serde(rename = "witness.session.noticed@1")]
    Noticed(SessionNoticed),
    #[serde(rename = "witness.session.closing@1")]
    Closing(SessionClosing),
    #[serde(rename = "witness.session.safe@1")]
    Safe(SessionSafe),
    #[serde(rename = "witness.session.cut@1")]
    Cut(SessionCut),
    #[serde(rename = "witness.session.recorded@1")]
    Recorded(SessionRecorded),
    #[serde(rename = "witness.session.brought@1")]
    Brought(Box<SessionBrought>),
    #[serde(rename = "witness.session.other_key_shown@1")]
    OtherKeyShown(OtherKeyShown),
    #[serde(rename = "witness.session.adjacent_noted@1")]
    AdjacentNoted(AdjacentNoted),
    #[serde(rename = "witness.session.viewed@1")]
    Viewed(SessionViewed),
    #[serde(rename = "witness.recording.kept@1")]
    RecordingKept(RecordingKept),
    #[serde(rename = "witness.recording.released@1")]
    RecordingReleased(RecordingReleased),
    #[serde(rename = "witness.recording.deleted@1")]
    RecordingDeleted(RecordingDeleted),
    #[serde(rename = "witness.session.cut_off@1")]
    CutOff(SessionCutOff),
    #[serde(rename = "witness.session.code_read_out@1")]
    CodeReadOut(CodeReadOut),
}

/// A list was taken: who could come in by this way, on that day. What a directory says of people (names, last uses) is
/// private, in parts, because an entry is small; no digest of the file stands here, because a short one can be guessed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListTaken {
    pub reference: String,
    pub site: SiteId,
    pub kind: ListKind,
    /// The host or gateway, for its own accounts.
    pub instance: Option<InstanceId>,
    /// Which directory or gateway, as the site calls it: two domains are two lists, and neither makes the other's
    /// accounts go. Absent before the second version, and where there is one only.
    pub source: Option<Private<Text>>,
    /// The day it was exported, at the site.
    pub exported: Day,
    /// How many accounts are on it.
    pub accounts: u64,
    /// The accounts, in the order of their names.
    pub parts: Vec<Private<Text>>,
}

/// Somebody says of one account whose it is, that it may stay, or that it shall go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSaid {
    /// Its name on the list.
    pub account: Private<Text>,
    pub says: AccountSays,
    /// Whose it is.
    pub person: Option<PersonId>,
    /// Last day it is accepted, at the site.
    pub until: Option<Day>,
    /// The task to disable it.
    pub task: Option<TaskId>,
    pub reason: Private<Text>,
    /// The name in what was said of the same account before, which no longer counts.
    pub replaces: Option<Slot>,
}

/// What happens to a list of accounts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", deny_unknown_fields)]
pub enum AccountListEvent {
    #[serde(rename = "witness.account_list.taken@2")]
    Taken(ListTaken),
    #[serde(rename = "witness.account_list.said@1")]
    Said(AccountSaid),
}
