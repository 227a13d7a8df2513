//! What the gateway asks and tells, and nothing more: who may pass, whether a session may go on, what came of it.
//! Beside the core it is the core itself; alone it is a connection to it.

use std::{net::IpAddr, path::PathBuf, sync::Weak};

pub use plantgate_domain::witness::gate::{Course, Sight, Standing};
use plantgate_domain::{
    base::{GrantId, PersonId, SessionId},
    event::witness::{Closing, Ending, Part},
};
use plantgate_wire::words::Reader;
use russh::keys::{Certificate, PrivateKey};
use zeroize::Zeroizing;

pub use crate::sftp::Rights;

/// Somebody holds a key and names a grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Knock<'k> {
    /// `SHA256:…` of the key.
    pub fingerprint: &'k str,
    /// The name they log in as: the reference of the grant.
    pub grant: &'k str,
    pub from: IpAddr,
}

/// The one person of a grant, by their key. Whether the grant lets them in now is another question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pass {
    pub person: PersonId,
    pub grant: GrantId,
    pub fingerprint: String,
    pub from: IpAddr,
    /// Their language, and the zone of the site.
    pub reader: Reader,
    /// What is recorded, in their language; said before anything.
    pub notice: String,
    /// Days for which it will be kept, as the notice says.
    pub days: u32,
    /// Why they cannot prove who they are here, such as that they have no app with codes.
    pub unable: Option<String>,
    pub factor: Factor,
}

/// What proves who somebody is, besides their key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factor {
    /// A code of their app.
    App,
    /// The core cannot be asked: a code of the sheet at the site, in place of one of the app.
    Sheet,
    /// The same where nothing was approved: a code of a sheet for emergencies.
    Emergency,
}

/// Where a session leads. The host key is pinned: another one is no reason to ask anybody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub host: String,
    pub port: u16,
    pub login: String,
    /// A line as `ssh-keyscan` prints it, without the host.
    pub host_key: String,
    /// What people call it.
    pub name: String,
}

/// A session that the record knows.
pub struct Plan {
    pub session: SessionId,
    pub reference: String,
    pub target: Target,
    /// Somebody of ours must be beside them before anything happens.
    pub attended: bool,
    /// Whether the window's end ends it, or asks for its safe end.
    pub hard: bool,
    /// Which way files may go.
    pub files: Rights,
    /// Ports of the target itself to which the person's own tools may be led; none where the grant is for no such work.
    pub forwards: Vec<u16>,
    /// Where the recording grows.
    pub folder: PathBuf,
    /// What it is sealed with.
    pub key: Zeroizing<[u8; 32]>,
}

/// What the gateway tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    /// Nothing new begins any more.
    Closing(Closing),
    /// The target showed a key with this fingerprint in place of the pinned one.
    OtherKey(String),
    /// The target did not take what lies in the vault for it.
    Refused,
    /// It ended, with everything that was recorded. Files of the parts lie in the plan's folder.
    Ended(Ending, Vec<Written>),
}

/// A part of a recording in its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    pub file: PathBuf,
    pub part: Part,
}

/// With what the gateway goes on to a system.
pub enum Entry {
    /// A key for this connection, and a short certificate of it, good from that address alone.
    Certificate(Box<(PrivateKey, Certificate)>),
    /// What lies in the core's vault for the system: a key, or a password.
    Key(Box<PrivateKey>),
    Password(Zeroizing<String>),
    /// What lies there is not tried, because the system did not take it before.
    Refused,
    /// It was put there after the session began, which may lead elsewhere.
    Since,
}

/// The core, as the gateway sees it.
pub trait Authority: Send + Sync + 'static {
    /// Why nobody comes in now, for whoever is at the door; nothing where the core answers.
    fn away(&self) -> impl Future<Output = Option<String>> + Send {
        std::future::ready(None)
    }
    /// Whose key it is, if it is the key of the grant's own person; a stranger gets no words.
    fn knock(&self, knock: Knock<'_>) -> impl Future<Output = Option<Pass>> + Send;
    /// Whether a code of the second factor is theirs. A code is good once.
    fn prove(&self, pass: &Pass, code: &str) -> impl Future<Output = bool> + Send;
    /// Decides, and enters the session in the record; or the reasons in words.
    fn begin(&self, pass: &Pass) -> impl Future<Output = Result<Plan, Vec<String>>> + Send;
    /// With what the gateway goes on to the target from that address. It is asked once the target showed its key.
    fn entry(&self, plan: &Plan, source: IpAddr) -> impl Future<Output = Result<Entry, String>> + Send;
    /// Whether it may go on; `None`: the core does not answer.
    fn standing(&self, session: SessionId) -> impl Future<Output = Option<Standing>> + Send;
    /// A session runs, and this is how to see into it while it does.
    fn holds(&self, session: SessionId, sight: Weak<dyn Sight>);
    /// Tells what happened; whether it stands. An end is told until it does, or lies on a disk from which it is.
    fn report(&self, session: SessionId, report: Report) -> impl Future<Output = bool> + Send;
}
