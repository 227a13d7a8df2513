//! Checkpoints (C2SP tlog-checkpoint v1.0.0): three lines that say how long a log is and what its root is, signed.
//! Whoever holds one can later show that history was changed. Extension lines are refused: no monitor can
//! check them and not every cosigner's signature covers them.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    key::{SecretKey, Signs, VerifierKey},
    note::{Note, NoteError},
    tree::Hash,
};

/// The head of a log at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; by custom the name of its key.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not exactly the three lines.
    #[error("not the three lines of a checkpoint")]
    Form,
    /// By another log than expected.
    #[error("a checkpoint of {0}, not of the expected log")]
    Origin(String),
    /// The log itself did not sign; cosigners alone do not make a head.
    #[error("not signed by the log's own key")]
    NotByLog,
    /// A cosigner's key where a log's belongs, or the other way round.
    #[error("a cosigner's key stands where a log's belongs, or the other way round")]
    Kind,
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The note text: origin, size, root, one line each.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// Reads a note text. Believes nothing; see [`Checkpoint::open`].
    ///
    /// # Errors
    /// Anything that [`Checkpoint::text`] would not write back as the same bytes.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let mut lines = text.split('\n');
        let mut line = || lines.next().ok_or(CheckpointError::Form);
        let (origin, size, root) = (line()?, line()?, line()?);
        let size: u64 = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = STANDARD.decode(root).ok().and_then(|b| Hash::from_slice(&b).ok()).ok_or(CheckpointError::Form)?;
        let read = Checkpoint { origin: origin.to_owned(), size, root };
        // Writing it again refuses leading zeros, a plus sign, further lines and a missing final newline at once.
        if read.text() == text && is_origin(origin) { Ok(read) } else { Err(CheckpointError::Form) }
    }

    /// Signs the head. The caller has made sure that it only extends every head signed before: a log that
    /// signs two heads without a consistency proof between them has lied.
    ///
    /// # Errors
    /// An origin that is no single line.
    pub fn sign(&self, keys: &[&SecretKey]) -> Result<Note, CheckpointError> {
        if !is_origin(&self.origin) {
            return Err(CheckpointError::Form);
        }
        Ok(Note::sign(&self.text(), keys)?)
    }

    /// Opens a signed checkpoint of the log `log`, whose origin is its key's name. Returns it with those of
    /// `cosigners` that signed as well.
    ///
    /// # Errors
    /// Not a note, a bad signature by any of these keys, no signature by `log`, another origin, other lines.
    pub fn open<'k>(
        bytes: &[u8],
        log: &VerifierKey,
        cosigners: &'k [VerifierKey],
    ) -> Result<(Checkpoint, Vec<&'k VerifierKey>), CheckpointError> {
        let note = Note::parse(bytes)?;
        // A cosigner's key is no log's, and a log's none of a cosigner's: each would vouch for what it cannot.
        if log.signs() != Signs::Text || cosigners.iter().any(|key| key.signs() != Signs::Head) {
            return Err(CheckpointError::Kind);
        }
        match note.verify(std::slice::from_ref(log)) {
            Err(NoteError::Unsigned) => return Err(CheckpointError::NotByLog),
            other => other?,
        };
        let also = match note.verify(cosigners) {
            Err(NoteError::Unsigned) => Vec::new(),
            other => other?,
        };
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin == log.name() {
            Ok((checkpoint, also))
        } else {
            Err(CheckpointError::Origin(checkpoint.origin))
        }
    }
}

fn is_origin(origin: &str) -> bool {
    !origin.is_empty() && !origin.chars().any(char::is_control)
}
