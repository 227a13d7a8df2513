//! Messages: who is told what, and when. An entry or the clock gives the occasion; whom it concerns follows from what
//! *Today* asks of people and from whose request or finding it is, by the rights of the moment in which it is told.
//! Nothing here makes a duty of its own.

pub mod audience;
mod soon;
pub mod tell;

pub use plantgate_store::ops::{
    digest, feed, hook,
    message::{self, Filter, Message},
    outbox::{self, Job},
};

macro_rules! whats {
    ($($(#[$doc:meta])* $name:ident = $word:literal $urgent:literal;)+) => {
        /// What a message is about.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum What { $($(#[$doc])* $name),+ }
        impl What {
            /// Every one, in the order of lists.
            pub const ALL: &'static [What] = &[$(What::$name),+];
            /// Its word in rows, addresses and message ids.
            pub const fn as_str(self) -> &'static str {
                match self { $(What::$name => $word),+ }
            }
            /// Whether it is told at once; all others wait for the daily mail.
            pub const fn urgent(self) -> bool {
                match self { $(What::$name => $urgent),+ }
            }
        }
    };
}

whats! {
    /// A connection that no grant covers.
    Bypass = "bypass" true;
    /// Nobody of ours was seen beside visitors for too long.
    CheckIn = "check-in" true;
    /// Emergency access was opened.
    Emergency = "emergency" true;
    /// A session goes on behind the end of its grant.
    Overrun = "overrun" true;
    /// Somebody waits at a gateway until one of ours is beside them.
    SessionWaits = "session-waits" true;
    /// A session must be brought to its safe end although its window is not over.
    SafeEndWanted = "safe-end-wanted" true;
    /// A system showed another host key than the pinned one.
    OtherKey = "other-key" true;
    /// A system did not take what lies in the vault for it: nobody comes in there by the gateway.
    LoginSecretRefused = "login-secret-refused" true;
    /// Somebody was shown a password of the vault.
    LoginSecretShown = "login-secret-shown" true;
    /// A session began while its gateway could not ask, by a code of a sheet.
    CutOff = "cut-off" true;
    /// An account that is on for work only, and the machine that turns it did not say that it did.
    AccountSilent = "account-silent" true;
    /// A shift of a turnaround begins soon and the area did not confirm it.
    ShiftWaits = "shift-waits" true;
    /// An engagement was suspended because of an incident.
    Incident = "incident" true;
    /// A request waits and its window opens within two hours.
    AccessSoon = "access-soon" true;
    /// A request waits for a yes or no.
    AccessWaits = "access-waits" false;
    AccessAnswered = "access-answered" false;
    GrantRevoked = "grant-revoked" false;
    EvidenceAsked = "evidence-asked" false;
    EvidenceBack = "evidence-back" false;
    EvidenceCame = "evidence-came" false;
    FindingProposed = "finding-proposed" false;
    FindingDisputed = "finding-disputed" false;
    /// Told to the provider whose doing it is, once it is confirmed and never before.
    FindingConfirmed = "finding-confirmed" false;
    Hold = "hold" false;
}

impl What {
    /// The one with a word.
    pub fn of(word: &str) -> Option<What> {
        What::ALL.iter().copied().find(|w| w.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_writer_notes_is_what_messages_know() {
        for (name, word) in outbox::TOLD {
            assert!(What::of(word).is_some(), "{name}: {word}");
        }
        let by_clock = [What::CheckIn, What::Overrun, What::AccessSoon, What::AccountSilent, What::ShiftWaits];
        for what in What::ALL.iter().filter(|w| !by_clock.contains(w)) {
            assert!(outbox::TOLD.iter().any(|(_, word)| *word == what.as_str()), "{what:?} is never noted");
        }
    }
}
