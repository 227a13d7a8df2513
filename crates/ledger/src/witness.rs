//! What a log asks an outsider, and when the outsider may say yes (C2SP tlog-witness): *this head continues the one you
//! vouched for last*. The words are the same by wire and by stick. Keeping the last head, and keeping it in the same
//! step in which it is compared, is the caller's business.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    checkpoint::Checkpoint,
    key::{Signs, VerifierKey},
    note::{NOTE_MAX, Note},
    tree::{Hash, verify_consistency},
};

/// Most hashes of a proof (C2SP tlog-witness).
pub const HASHES_MAX: usize = 63;
/// Largest request, in bytes.
pub const REQUEST_MAX: usize = NOTE_MAX + 4_096;

/// A request to cosign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The size the cosigner is believed to have vouched for last; 0 for never.
    pub old: u64,
    /// That the head continues that size.
    pub proof: Vec<Hash>,
    /// The signed head, as text.
    pub checkpoint: String,
}

/// Why a request is not followed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum No {
    /// Not in its form, or an old size beyond the head's.
    #[error("not a request to cosign")]
    Form,
    /// The head of a log this cosigner was not told of.
    #[error("this cosigner does not know the log {0}")]
    Unknown(String),
    /// No signature by a key this cosigner has for that log.
    #[error("the head is not signed by a key this cosigner has for {0}")]
    Unsigned(String),
    /// The cosigner vouched for another size last.
    #[error("this cosigner has vouched for size {0} last")]
    Moved(u64),
    /// Another head of the size it vouched for: two histories.
    #[error("this cosigner has vouched for another head of size {0}: there are two histories")]
    Split(u64),
    /// The proof does not lead from the one head to the other.
    #[error("the proof does not lead from size {0} to the head: it may be another history")]
    Proof(u64),
}

impl Request {
    /// The body of the request, and the file on the stick.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: String = self.proof.iter().map(|h| STANDARD.encode(h.as_bytes()) + "\n").collect();
        format!("old {}\n{lines}\n{}", self.old, self.checkpoint)
    }

    /// Reads it.
    ///
    /// # Errors
    /// Anything [`Request::text`] would not write; [`No::Form`].
    pub fn parse(bytes: &[u8]) -> Result<Request, No> {
        let text = std::str::from_utf8(bytes).map_err(|_| No::Form)?;
        let (top, checkpoint) = text.split_once("\n\n").ok_or(No::Form)?;
        let mut lines = top.split('\n');
        let old = lines.next().and_then(|l| l.strip_prefix("old ")).and_then(|n| n.parse().ok()).ok_or(No::Form)?;
        let hash = |line: &str| STANDARD.decode(line).ok().and_then(|b| Hash::from_slice(&b).ok()).ok_or(No::Form);
        let proof: Vec<Hash> = lines.take(HASHES_MAX + 1).map(hash).collect::<Result<_, _>>()?;
        let read = Request { old, proof, checkpoint: checkpoint.to_owned() };
        let whole = bytes.len() <= REQUEST_MAX && read.proof.len() <= HASHES_MAX && read.text() == text;
        if whole { Ok(read) } else { Err(No::Form) }
    }

    /// Which log asks. Believes nothing; see [`Request::head`].
    ///
    /// # Errors
    /// No head in it.
    pub fn origin(&self) -> Result<String, No> {
        Ok(self.note()?.1.origin)
    }

    /// Size of the head. Believes nothing; see [`Request::head`].
    ///
    /// # Errors
    /// No head in it.
    pub fn size(&self) -> Result<u64, No> {
        Ok(self.note()?.1.size)
    }

    fn note(&self) -> Result<(Note, Checkpoint), No> {
        let note = Note::parse(self.checkpoint.as_bytes()).map_err(|_| No::Form)?;
        let head = Checkpoint::parse(note.text()).map_err(|_| No::Form)?;
        Ok((note, head))
    }

    /// The head, if one of the keys that are known for its log signed it. Those of other logs are left out.
    ///
    /// # Errors
    /// No keys for this log, or no signature by any of them.
    pub fn head(&self, known: &[VerifierKey]) -> Result<(Note, Checkpoint), No> {
        let (note, head) = self.note()?;
        let of_log = |k: &&VerifierKey| k.name() == head.origin && k.signs() == Signs::Text;
        let keys: Vec<VerifierKey> = known.iter().filter(of_log).cloned().collect();
        if keys.is_empty() {
            return Err(No::Unknown(head.origin));
        }
        match note.verify(&keys) {
            Ok(_signed) => Ok((note, head)),
            Err(_none) => Err(No::Unsigned(head.origin)),
        }
    }

    /// Whether `head` continues what was vouched for last: its size and root, or nothing yet.
    ///
    /// # Errors
    /// Says why not; the caller vouches for nothing then.
    pub fn continues(&self, head: &Checkpoint, last: Option<(u64, Hash)>) -> Result<(), No> {
        let (size, root) = last.unwrap_or((0, Hash::EMPTY_ROOT));
        if self.old > head.size {
            return Err(No::Form);
        }
        if self.old != size {
            return Err(No::Moved(size));
        }
        if head.size == size && head.root != root {
            return Err(No::Split(size));
        }
        verify_consistency((size, &root), (head.size, &head.root), &self.proof).map_err(|_| No::Proof(size))
    }
}
