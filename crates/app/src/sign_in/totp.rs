//! The second factor: time-based codes (RFC 6238, SHA-1, 6 digits, 30 s, as every authenticator app speaks). A step is
//! used once; the time of working state decides (`Store::wall`), never a plant's that was moved.

use plantgate_domain::base::Why;
use plantgate_store::{Stop, clock::Wall};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// A new second factor on its way into an authenticator app.
#[derive(Clone)]
pub struct Enrolment {
    seed: Vec<u8>,
}

impl Enrolment {
    /// A random seed of 160 bits (RFC 4226 §4).
    pub fn new() -> Result<Enrolment, Stop> {
        let mut seed = Vec::with_capacity(32);
        seed.extend_from_slice(plantgate_store::writer::new_request()?.as_bytes());
        seed.extend_from_slice(plantgate_store::writer::new_request()?.as_bytes());
        seed.truncate(20);
        Ok(Enrolment { seed })
    }
    /// The one that stands, to be kept beside a new password.
    pub(super) fn from_bytes(seed: Vec<u8>) -> Enrolment {
        Enrolment { seed }
    }
    /// From the base32 text that a form carried back.
    pub fn from_text(text: &str) -> Result<Enrolment, Stop> {
        let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let seed = Secret::try_from_base32(clean.to_uppercase()).ok();
        let seed = seed.map(|s| s.as_ref().to_vec()).filter(|s| s.len() == 20);
        seed.map(|seed| Enrolment { seed }).ok_or_else(|| Stop::field("seed", Why::of("invalid-setup-key")))
    }
    /// The seed's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.seed
    }
    /// The seed as people type it: base32 in groups of four.
    pub fn text(&self) -> String {
        let plain = Secret::from(self.seed.clone()).to_base32();
        let groups: Vec<String> = plain.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
        groups.join(" ")
    }
    /// The address an authenticator app scans.
    pub fn url(&self, account: &str) -> String {
        let account: String = account.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_@".contains(*c)).collect();
        format!(
            "otpauth://totp/Plantgate:{account}?secret={}&issuer=Plantgate",
            Secret::from(self.seed.clone()).to_base32()
        )
    }
    /// Whether a code is right now; does not use it up.
    pub fn accepts(&self, code: &str) -> Result<bool, Stop> {
        Ok(step_of(&self.seed, code)?.is_some())
    }
    /// The code of this moment, for the demo's sign-in page and tests.
    pub fn code_now(&self) -> Result<String, Stop> {
        self.code_at(Wall::now())
    }
    /// The code that an authenticator app shows at a time.
    pub fn code_at(&self, at: Wall) -> Result<String, Stop> {
        let at = u64::try_from(at.0).unwrap_or_default();
        Ok(machine(&self.seed)?.generate(at).to_string())
    }
}

fn machine(seed: &[u8]) -> Result<Totp, Stop> {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(30);
    builder.with_secret(seed.to_vec()).build().map_err(|e| Stop::fault(format!("{e:?}")))
}

/// The step a code belongs to now by the machine's clock; `None` when it is wrong.
fn step_of(seed: &[u8], code: &str) -> Result<Option<i64>, Stop> {
    step_near(seed, code, Wall::now())
}

/// The step a code belongs to at the time the store reckons. Where the machine's clock shows less, its own is good too:
/// a record that is ahead because the clock once was keeps nobody out. What it shows beyond is not: a step far ahead
/// would use up all before it.
pub fn step_at(seed: &[u8], code: &str, now: Wall) -> Result<Option<i64>, Stop> {
    match step_near(seed, code, now)? {
        None if Wall::now() < now => step_of(seed, code),
        step => Ok(step),
    }
}

/// The step a code belongs to, one step early or late included.
fn step_near(seed: &[u8], code: &str, now: Wall) -> Result<Option<i64>, Stop> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let now = now.0;
    let machine = machine(seed)?;
    for early in [0, -1, 1] {
        let at = now + early * 30;
        let expected = machine.generate(u64::try_from(at).unwrap_or_default()).to_string();
        if same(expected.as_bytes(), code.as_bytes()) {
            return Ok(Some(at.div_euclid(30)));
        }
    }
    Ok(None)
}

/// Compares without telling by its time where two codes differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // given the RFC's seed, when asked at its first time, then the code is the RFC's (last six of 94287082)
        let totp = machine(b"12345678901234567890").unwrap();
        assert_eq!(totp.generate(59).to_string(), "287082");
    }

    #[test]
    fn a_seed_survives_paper() {
        let e = Enrolment::new().unwrap();
        assert_eq!(Enrolment::from_text(&e.text().to_lowercase()).unwrap().bytes(), e.bytes());
        assert!(Enrolment::from_text("not a seed").is_err());
        let code = e.code_now().unwrap();
        assert!(e.accepts(&code).unwrap());
        assert!(!e.accepts("000000").unwrap() || code == "000000");
    }
}
