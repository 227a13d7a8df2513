//! A log's key hands over to the next one: a note that both keys sign. The old key says whom it hands over to and which
//! head was its last, the new one that it takes over. Whoever trusts the old key can follow; a thief of the old key can
//! sign heads no longer, for those behind the handover are the new key's.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    checkpoint::Checkpoint,
    key::{SecretKey, Signs, VerifierKey},
    note::{Note, NoteError},
    tree::Hash,
};

/// First line of the statement; no checkpoint begins so, since it has six lines.
const FIRST: &str = "plantgate-log-key/1";

/// What both keys signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rotation {
    pub old: VerifierKey,
    pub new: VerifierKey,
    /// The last head the old key signed.
    pub size: u64,
    pub root: Hash,
}

/// Why bytes are no handover.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRotation {
    /// Other lines than the six, or keys of two logs, or one key twice.
    #[error("not a handover from one key of a log to the next")]
    Form,
    /// Not signed by both.
    #[error("the handover is not signed by both keys")]
    Unsigned,
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Rotation {
    fn text(&self) -> String {
        let root = STANDARD.encode(self.root.0);
        format!("{FIRST}\n{}\n{}\n{}\n{}\n{root}\n", self.old.name(), self.old, self.new, self.size)
    }

    /// Signs a handover behind the last head of the old key.
    ///
    /// # Errors
    /// Keys of two logs, or one key twice.
    pub fn sign(old: &SecretKey, new: &SecretKey, last: &Checkpoint) -> Result<Note, BadRotation> {
        let (from, to) = (old.verifier().clone(), new.verifier().clone());
        let rotation = Rotation { old: from, new: to, size: last.size, root: last.root };
        rotation.sound()?;
        Ok(Note::sign(&rotation.text(), &[old, new])?)
    }

    /// Reads a handover and holds it against both of its keys.
    ///
    /// # Errors
    /// Anything [`Rotation::sign`] would not have made.
    pub fn open(bytes: &[u8]) -> Result<Rotation, BadRotation> {
        let note = Note::parse(bytes)?;
        let lines: Vec<&str> = note.text().split('\n').collect();
        let [_, _, old, new, size, root, _] = lines.as_slice() else { return Err(BadRotation::Form) };
        let root = STANDARD.decode(root).ok().and_then(|b| Hash::from_slice(&b).ok()).ok_or(BadRotation::Form)?;
        let key = |text: &str| text.parse().map_err(|_| BadRotation::Form);
        let size = size.parse().map_err(|_| BadRotation::Form)?;
        let read = Rotation { old: key(old)?, new: key(new)?, size, root };
        read.sound()?;
        // One statement, one spelling: no third line, no other order.
        if read.text() != note.text() || note.to_string().as_bytes() != bytes {
            return Err(BadRotation::Form);
        }
        let both = [read.old.clone(), read.new.clone()];
        let signed = note.verify(&both)?.len() == 2 && note.signatures().len() == 2;
        if signed { Ok(read) } else { Err(BadRotation::Unsigned) }
    }

    fn sound(&self) -> Result<(), BadRotation> {
        let logs = self.old.signs() == Signs::Text && self.new.signs() == Signs::Text;
        let same = self.old.name() == self.new.name() && self.old.public() != self.new.public();
        if logs && same { Ok(()) } else { Err(BadRotation::Form) }
    }
}
