//! Signed notes (C2SP signed-note v1.0.0): a text people can read with signature lines under it. Several parties may
//! sign one text; who does not know a signer ignores the line. That is how cosigners and key rotation work without
//! a new format.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::key::{CosignerKey, SecretKey, VerifierKey, is_name};

/// Largest note read, in bytes; room for many post-quantum signature lines.
pub const NOTE_MAX: usize = 256 * 1024;
/// Most signature lines read; the specification asks for at least 16.
pub const SIGNATURES_MAX: usize = 64;
/// Em dash and blank, with which each signature line begins.
const LINE_START: &str = "\u{2014} ";

/// Why a note is not one, or is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`NOTE_MAX`] or more lines than [`SIGNATURES_MAX`].
    #[error("the note is too large")]
    TooLarge,
    /// Not UTF-8, a control character, no final newline, no blank line before the signatures.
    #[error("not a signed note")]
    Form,
    /// A signature line that is none.
    #[error("a malformed signature line")]
    SignatureLine,
    /// The line of a known key does not verify: the text was changed, or the line forged.
    #[error("the signature of {0} does not verify")]
    BadSignature(String),
    /// Two different trusted keys share name and id.
    #[error("two trusted keys share the name {0} and an id")]
    AmbiguousKey(String),
    /// Not one line is by a trusted key.
    #[error("no signature by a known key")]
    Unsigned,
}

/// One signature line. Believed only after [`Note::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: [u8; 4],
    /// The signature itself, in the form its type has.
    pub signature: Vec<u8>,
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.id.iter().chain(&self.signature).copied().collect();
        writeln!(f, "{LINE_START}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text with signature lines. `Display` gives the exact bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

fn is_text(text: &str) -> bool {
    text.ends_with('\n') && !text.bytes().any(|b| b < 0x20 && b != b'\n')
}

impl Note {
    /// Signs `text`, which must end with a newline and hold no other control character.
    ///
    /// # Errors
    /// A text that is none, or too large.
    pub fn sign(text: &str, keys: &[&SecretKey]) -> Result<Note, NoteError> {
        if !is_text(text) {
            return Err(NoteError::Form);
        }
        if text.len() > NOTE_MAX || keys.len() > SIGNATURES_MAX {
            return Err(NoteError::TooLarge);
        }
        let mut note = Note { text: text.to_owned(), signatures: Vec::with_capacity(keys.len()) };
        keys.iter().for_each(|key| note.add(key));
        Ok(note)
    }

    /// Adds a further signature, as a second log key does.
    pub fn add(&mut self, key: &SecretKey) {
        self.signatures.push(SignatureLine {
            name: key.verifier().name().to_owned(),
            id: key.verifier().id(),
            signature: key.sign(self.text.as_bytes()).to_vec(),
        });
    }

    /// The line by which a cosigner says at `at` (seconds since 1970) that this is the largest head it has seen. The
    /// caller has made sure of it: see [`crate::witness`].
    #[must_use]
    pub fn cosigned(&self, key: &CosignerKey, at: u64) -> SignatureLine {
        SignatureLine {
            name: key.verifier().name().to_owned(),
            id: key.verifier().id(),
            signature: key.sign(at, self.text.as_bytes()).to_vec(),
        }
    }

    /// Adds a line another party made; nothing is believed by that.
    pub fn add_line(&mut self, line: SignatureLine) {
        self.signatures.push(line);
    }

    /// Reads a note; nothing in it is to be believed before [`Note::verify`].
    ///
    /// # Errors
    /// Bytes that are no well-formed note with at least one signature line.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > NOTE_MAX {
            return Err(NoteError::TooLarge);
        }
        let all = std::str::from_utf8(bytes).map_err(|_| NoteError::Form)?;
        // The last empty line separates: signature lines are never empty, the text may hold empty ones.
        let (text, lines) = all.rfind("\n\n").and_then(|at| all.split_at_checked(at + 1)).ok_or(NoteError::Form)?;
        let lines = lines.strip_prefix('\n').and_then(|l| l.strip_suffix('\n')).ok_or(NoteError::Form)?;
        if !is_text(text) {
            return Err(NoteError::Form);
        }
        let signatures: Vec<SignatureLine> = lines.split('\n').map(parse_line).collect::<Result<_, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::TooLarge);
        }
        Ok(Note { text: text.to_owned(), signatures })
    }

    /// The text that is signed, with its final newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signature lines, known or not.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Which of the `trusted` keys signed, in their order. Lines by others are ignored.
    ///
    /// # Errors
    /// A trusted key whose line does not verify spoils the whole note; so does a note without any trusted signer.
    pub fn verify<'k>(&self, trusted: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers: Vec<&'k VerifierKey> = Vec::new();
        for (i, key) in trusted.iter().enumerate() {
            let twin = |other: &VerifierKey| other.name() == key.name() && other.id() == key.id();
            if let Some(other) = trusted.iter().take(i).find(|other| twin(other)) {
                if other.public() != key.public() {
                    return Err(NoteError::AmbiguousKey(key.name().to_owned()));
                }
                continue;
            }
            let mut lines = self.signatures.iter().filter(|s| s.name == key.name() && s.id == key.id()).peekable();
            if lines.peek().is_none() {
                continue;
            }
            if !lines.all(|line| key.accepts(self.text.as_bytes(), &line.signature)) {
                return Err(NoteError::BadSignature(key.name().to_owned()));
            }
            signers.push(key);
        }
        if signers.is_empty() { Err(NoteError::Unsigned) } else { Ok(signers) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| write!(f, "{line}"))
    }
}

fn parse_line(line: &str) -> Result<SignatureLine, NoteError> {
    let (name, encoded) =
        line.strip_prefix(LINE_START).and_then(|rest| rest.split_once(' ')).ok_or(NoteError::SignatureLine)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::SignatureLine)?;
    match bytes.split_first_chunk::<4>() {
        Some((id, signature)) if is_name(name) && !signature.is_empty() => {
            Ok(SignatureLine { name: name.to_owned(), id: *id, signature: signature.to_vec() })
        }
        _ => Err(NoteError::SignatureLine),
    }
}
