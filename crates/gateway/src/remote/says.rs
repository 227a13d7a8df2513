//! What a gateway that stands alone and its core say to each other: one question, one answer, each with a type of its
//! own that knows no other fields. Recordings go beside it as they are, by [`part`].

use std::{fmt, net::IpAddr};

use plantgate_domain::{
    base::{GrantId, PersonId, SessionId, ZoneName},
    event::witness::{Closing, Ending, Part},
    permit::called::Called,
    witness::gate::{Runs, Standing},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Bounds, copies::Signed};

/// What every path begins with; another way of speaking gets another number.
const BEGINS: &str = "/gateway/1/";
/// Where parts of recordings are brought.
pub const PARTS: &str = "/gateway/1/part/";

/// A question, and what answers it.
pub trait Ask: Serialize + DeserializeOwned + Send + Sync {
    /// Its name in the path.
    const NAME: &'static str;
    type Answer: Serialize + DeserializeOwned + Send;

    /// Whether its texts and lists are as short as they may be.
    fn fits(&self, bounds: &Bounds) -> bool;
}

/// The path of a question.
pub fn path<A: Ask>() -> String {
    format!("{BEGINS}{}", A::NAME)
}

/// The name of a question in a path.
pub fn name(path: &str) -> Option<&str> {
    path.strip_prefix(BEGINS)
}

/// The head of every question, and of every part, that says which process asks.
pub const WHO: &str = "plantgate-who";

/// Which process asks: a name in a certificate may be on two machines, and a folder may be copied with its machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who {
    /// Which folder of recordings it has.
    pub instance: Uuid,
    /// Made anew by each process.
    pub epoch: Uuid,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.instance, self.epoch)
    }
}

/// Reads who asks.
pub fn who(text: &str) -> Option<Who> {
    let (instance, epoch) = text.split_once('/')?;
    Some(Who { instance: instance.parse().ok()?, epoch: epoch.parse().ok()? })
}

/// A part that is brought: of which session, under which digest, how many bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bringing {
    pub session: SessionId,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
    pub size: u64,
}

impl fmt::Display for Bringing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PARTS}{}/{}/{}", self.session.0, self.sha256, self.size)
    }
}

/// Reads the path of a part.
pub fn part(path: &str) -> Option<Bringing> {
    let mut words = path.strip_prefix(PARTS)?.split('/');
    let (session, sha256, size) = (words.next()?, words.next()?, words.next()?);
    let digest = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if words.next().is_some() || !digest {
        return None;
    }
    Some(Bringing {
        session: SessionId(session.parse().ok()?),
        sha256: sha256.to_owned(),
        size: size.parse().ok().filter(|size| *size > 0)?,
    })
}

macro_rules! said {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $type:ty),* $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$of])* pub $field: $type),* }
    )+ };
}

said! {
    /// The gateway is there.
    Pulse {}
    /// The core is, too.
    There {}

    /// Somebody holds a key and names a grant.
    Knocks { fingerprint: String, grant: String, from: IpAddr, language: String }
    /// Whose it is; nothing to a stranger.
    Knocked { pass: Option<Passed> }
    /// The one person of a grant.
    Passed {
        person: PersonId,
        grant: GrantId,
        language: String,
        zone: ZoneName,
        notice: String,
        days: u32,
        unable: Option<String>,
    }

    /// The same person gives a code.
    Proves { knocks: Knocks, code: String }
    /// A right one lets one session begin, soon.
    Proven { proof: Option<Uuid> }

    /// A session wants to begin. Who and what for is known from the proof, so that nobody says another name now.
    Begins { proof: Uuid }
    /// It did, or every reason why not.
    Begun { plan: Option<Planned>, reasons: Vec<String> }
    /// A session that the record knows.
    Planned {
        session: SessionId,
        reference: String,
        host: String,
        port: u16,
        login: String,
        host_key: String,
        name: String,
        attended: bool,
        hard: bool,
        files_in: bool,
        files_out: bool,
        forwards: Vec<u16>,
        /// What its recording is sealed with.
        seal: Seal,
    }

    /// With what to go on to the system of a session that showed its key; a key of ours for that, and from where.
    Enters { session: SessionId, key: String, source: IpAddr }
    /// That, or why not.
    Entered { way: Option<Way>, why: String }
    /// The system of a session does not take what lies in the core's vault for it.
    RefusesUs { session: SessionId }

    /// Whether a session may go on, in which this runs; nothing where that is not known or is too much to say.
    Asks { session: SessionId, runs: Option<Vec<Runs>> }
    /// As the core sees it now.
    Stands { standing: Option<Standing> }

    /// Nothing new begins in a session.
    Closes { session: SessionId, cause: Closing }
    /// The system of a session showed another key than the pinned one.
    ShowsOther { session: SessionId, fingerprint: String }
    /// Whether it is in the record.
    Told { stands: bool }

    /// A session ended, so many seconds ago by the clock of the gateway.
    Ends {
        session: SessionId,
        how: Ending,
        ago_secs: u64,
        /// What was recorded, whole. Those that cannot be kept name no file.
        parts: Vec<Part>,
        /// What a process that was killed left; the core opens it, because it alone has the key then.
        left: Vec<Left>,
    }
    /// A file of a recording that nobody ended.
    Left { number: u32, blob: String }
    /// Whether it is in the record; files that must be brought first, and those that the record names now.
    Ended { stands: bool, missing: Vec<String>, kept: Vec<String> }

    /// What this gateway may serve while it cannot ask, from which address of its own it would go to each system.
    Copies {
        language: String,
        sources: Vec<Source>,
        /// Whether this gateway knows what emergencies are.
        #[serde(default)]
        emergencies: bool,
    }
    /// An address of the gateway as a system sees it.
    Source { host: String, from: IpAddr }
    /// That, signed; nothing where no sheet of codes is good for this gateway.
    Copied { signed: Option<Signed> }

    /// A session began while the core could not be asked, by a code of a sheet.
    BeganAlone {
        session: SessionId,
        grant: GrantId,
        /// The key they hold, as `SHA256:…`.
        fingerprint: String,
        language: String,
        days: u32,
        from: IpAddr,
        sheet: Uuid,
        number: u32,
        /// What the recording is sealed with, locked under the code: that the gateway saw it is proven by that.
        seal: String,
        /// Its place in what this gateway spooled.
        sequence: u64,
        /// When it was put on the gateway's disk, in seconds since 1970 by the gateway's clock.
        recorded: i64,
        /// How long ago it began, by a clock of the gateway that nobody sets.
        ago_secs: u64,
        /// Nothing was approved: the grant is this emergency's, and is opened now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emergency: Option<Called>,
    }

    /// Which sessions of this gateway run, as the record has it: whoever asks ends those that it does not hold.
    Home {}
    /// Those.
    Running { sessions: Vec<SessionId> }
}

/// What lets a gateway into a system.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// For the key that was said.
    Certificate(String),
    /// What lies in the vault: the seed of a key, or a password.
    Key(Seal),
    Password(Hidden),
    /// It is not tried, because the system did not take it before, or because it was put there since the session began.
    Refused,
    Since,
}

/// A password on its way. It shows itself to nobody and leaves no copy of ours behind.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub Zeroizing<String>);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// The key of a recording on its way. It shows itself to nobody and leaves no copy of ours behind.
#[derive(Clone, PartialEq, Eq)]
pub struct Seal(pub Zeroizing<[u8; 32]>);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Serialize for Seal {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.iter() {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(half), 16).unwrap_or_default());
            }
        }
        s.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Seal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(d)?);
        let mut key = Zeroizing::new([0_u8; 32]);
        let halves: Zeroizing<Vec<u32>> = Zeroizing::new(text.chars().filter_map(|c| c.to_digit(16)).collect());
        if text.chars().count() != 64 || halves.len() != 64 {
            return Err(D::Error::custom("no key"));
        }
        for (byte, pair) in key.iter_mut().zip(halves.chunks_exact(2)) {
            *byte = pair.iter().fold(0, |all, half| (all << 4) | u8::try_from(*half).unwrap_or_default());
        }
        Ok(Seal(key))
    }
}

macro_rules! asks {
    ($($name:literal $ask:ty => $answer:ty, |$this:ident, $b:ident| $fits:expr;)+) => { $(
        impl Ask for $ask {
            const NAME: &'static str = $name;
            type Answer = $answer;
            fn fits(&self, $b: &Bounds) -> bool {
                let $this = self;
                $fits
            }
        }
    )+ };
}

asks! {
    "pulse" Pulse => There, |_this, _b| true;
    "knock" Knocks => Knocked, |this, b| short(&[&this.fingerprint, &this.grant, &this.language], b);
    "prove" Proves => Proven, |this, b| this.knocks.fits(b) && short(&[&this.code], b);
    "begin" Begins => Begun, |_this, _b| true;
    "enter" Enters => Entered, |this, b| short(&[&this.key], b);
    "refused" RefusesUs => Told, |_this, _b| true;
    "standing" Asks => Stands, |_this, _b| true;
    "closing" Closes => Told, |_this, _b| true;
    "other-key" ShowsOther => Told, |this, b| short(&[&this.fingerprint], b);
    "ended" Ends => Ended, |this, b| few(this, b);
    "home" Home => Running, |_this, _b| true;
    "copies" Copies => Copied, |this, b| {
        let hosts = this.sources.iter().map(|source| source.host.len());
        let few = this.sources.len() <= b.copies.saturating_add(b.called);
        few && hosts.max().unwrap_or_default() <= b.word && short(&[&this.language], b)
    };
    "began-alone" BeganAlone => Told, |this, b| short(&[&this.fingerprint, &this.language, &this.seal], b)
        && this.emergency.as_ref().is_none_or(|called| called.roles.len() <= b.roles);
}

fn short(words: &[&str], b: &Bounds) -> bool {
    words.iter().all(|word| word.len() <= b.word)
}

fn few(ends: &Ends, b: &Bounds) -> bool {
    let texts = ends.parts.iter().flat_map(|part| [&part.blob, &part.head]).chain(ends.left.iter().map(|l| &l.blob));
    ends.parts.len().saturating_add(ends.left.len()) <= b.parts && texts.into_iter().all(|word| word.len() <= 64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BOUNDS: Bounds = Bounds::standard();

    fn of(n: u128) -> SessionId {
        SessionId(Uuid::from_u128(n))
    }

    #[test]
    fn a_question_knows_its_own_fields_and_no_other() {
        let file = json!({ "file": { "path": "/tmp/x", "bytes": 5, "percent": null } });
        let asks = json!({ "session": of(7).0, "runs": ["shell", { "command": "ls" }, { "forward": 3_389 }, file] });
        let read: Asks = serde_json::from_value(asks.clone()).unwrap();
        assert_eq!((serde_json::to_value(&read).unwrap(), read.runs.unwrap().len()), (asks, 4));
        let alone = serde_json::from_value::<Asks>(json!({ "session": of(7).0 }));
        assert_eq!(alone.unwrap(), Asks { session: of(7), runs: None });
        for odd in [json!({ "session": of(7).0, "gateway": "another" }), json!({}), json!({ "session": 7 }), json!([])]
        {
            assert!(serde_json::from_value::<Asks>(odd.clone()).is_err(), "{odd}");
        }
        // also where one stands in another, and where the answer is a word
        let knocks = json!({ "fingerprint": "SHA256:x", "grant": "GRA-1", "from": "192.0.2.7", "language": "en" });
        assert!(serde_json::from_value::<Proves>(json!({ "knocks": knocks, "code": "1" })).is_ok());
        let mut more = knocks;
        more["person"] = json!(of(1).0);
        assert!(serde_json::from_value::<Proves>(json!({ "knocks": more, "code": "1" })).is_err());
        let closing = json!({ "standing": { "left": -3, "alone": true, "course": { "closing": "hold" } } });
        let said: Stands = serde_json::from_value(closing.clone()).unwrap();
        assert_eq!(serde_json::to_value(&said).unwrap(), closing);
        assert!(serde_json::from_value::<Stands>(json!({ "standing": { "left": 1, "alone": false } })).is_err());
    }

    #[test]
    fn no_text_and_no_list_is_longer_than_it_may_be() {
        let knocks = |n: usize| Knocks {
            fingerprint: "SHA256:x".to_owned(),
            grant: "G".repeat(n),
            from: "192.0.2.7".parse().unwrap(),
            language: "en".to_owned(),
        };
        assert!(knocks(BOUNDS.word).fits(&BOUNDS) && !knocks(BOUNDS.word + 1).fits(&BOUNDS));
        let proves = |n: usize| Proves { knocks: knocks(1), code: "1".repeat(n) };
        assert!(proves(6).fits(&BOUNDS) && !proves(BOUNDS.word + 1).fits(&BOUNDS));
        let ends = |n: u32, blob: &str| Ends {
            session: of(1),
            how: Ending::Loss,
            ago_secs: 0,
            parts: Vec::new(),
            left: (0..n).map(|number| Left { number, blob: blob.to_owned() }).collect(),
        };
        assert!(ends(64, &"a".repeat(64)).fits(&BOUNDS));
        assert!(!ends(65, "").fits(&BOUNDS) && !ends(1, &"a".repeat(65)).fits(&BOUNDS));
        // the longest of them is no longer than a question may be
        assert!(serde_json::to_vec(&ends(64, &"a".repeat(64))).unwrap().len() < BOUNDS.ask);
    }

    #[test]
    fn the_path_of_a_part_is_read_as_it_is_written_and_no_other_is() {
        let bringing = Bringing { session: of(7), sha256: "0a".repeat(32), size: 5 };
        assert_eq!(part(&bringing.to_string()), Some(bringing.clone()));
        let path = bringing.to_string();
        let upper = path.replace("0a", "0A");
        let nothing = format!("{}0", path.strip_suffix('5').unwrap());
        for odd in
            [format!("{path}/"), format!("{path}/6"), upper, nothing, path.replace("0a0a", "../.."), String::new()]
        {
            assert_eq!(part(&odd), None, "{odd}");
        }
        assert_eq!(name(&super::path::<Asks>()), Some("standing"));
        assert_eq!(name("/api/v1/standing"), None);
    }

    #[test]
    fn who_asks_is_read_as_it_is_written() {
        let asks = Who { instance: Uuid::from_u128(1), epoch: Uuid::from_u128(2) };
        assert_eq!(who(&asks.to_string()), Some(asks));
        for odd in ["", "/", "1/2", &asks.instance.to_string(), &format!("{asks}/")] {
            assert_eq!(who(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_key_of_a_recording_travels_and_does_not_show_itself() {
        let seal = Seal(Zeroizing::new(std::array::from_fn(|n| u8::try_from(n * 7).unwrap())));
        let text = serde_json::to_string(&seal).unwrap();
        assert_eq!(serde_json::from_str::<Seal>(&text).unwrap(), seal);
        assert!(!format!("{seal:?}").contains("07"));
        let password = Way::Password(Hidden(Zeroizing::new("open sesame".to_owned())));
        let said = serde_json::to_string(&password).unwrap();
        assert_eq!(serde_json::from_str::<Way>(&said).unwrap(), password);
        assert!(!format!("{password:?}{:?}", Way::Key(seal.clone())).contains("sesame"));
        let short = text.replacen("00", "", 1);
        for odd in [short.as_str(), "\"\"", &text.replacen("00", "0g", 1), "7"] {
            assert!(serde_json::from_str::<Seal>(odd).is_err(), "{odd}");
        }
    }
}
