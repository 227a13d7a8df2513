//! The words of a signature: what somebody means by it, with what they proved that it is them, and why one was not
//! made. Its form in an entry is the ledger's; what it is under is worked out where entries are written.

use serde::{Deserialize, Serialize};

use super::level::words;

words! {
    /// What the signer means (ledger rules S1). The sentences stand in the message catalogue.
    SignMeaning { Agreement = "agreement", Approval = "approval", CoApproval = "co-approval",
                  QualityRelease = "quality-release", Extension = "extension", Qualification = "qualification",
                  Review = "review" }
}
words! {
    /// With what it was proven, in this order. `demo` stands on demo data only and is no proof; `operator-set` is none
    /// either: it tells that the password was set at the machine's command line, where others than the signer sit.
    Factor { Password = "password", Totp = "totp", Passkey = "passkey", OperatorSet = "operator-set", Demo = "demo" }
}
words! {
    /// Why a signature was not made; which part was wrong is told to the record, not to whoever typed it.
    SignFailure { Password = "password", Code = "code", Passkey = "passkey", NotOwn = "not-own" }
}

/// A signature as an entry has it. Who and when are the entry's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    pub meaning: SignMeaning,
    /// Version of the object that was signed.
    pub version: u64,
    /// SHA-256 of that version, 64 hexadecimal digits.
    pub digest: String,
    pub factors: Vec<Factor>,
    /// Whether it began a series: then every component was given.
    pub first: bool,
}
