//! Proofs as text. Of one entry in the form every transparency log of this kind shares (C2SP tlog-proof v1), of a
//! stretch of entries in a form of our own beside it. Both are read strictly: what would be written otherwise is
//! refused.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::tree::{Hash, Refused, verify_inclusion, verify_range};

const ONE: &str = "c2sp.org/tlog-proof@v1";
const MANY: &str = "plantgate range proof v1";
/// Most hashes of one proof: twice the depth of the deepest tree.
const HASHES_MAX: usize = 128;

/// Why text is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// Other lines, numbers or base64 than the one spelling.
    #[error("the proof is not in its form")]
    Form,
    /// It does not prove what it should.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// That one entry is in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    pub index: u64,
    pub path: Vec<Hash>,
    /// The signed checkpoint it leads to, as text.
    pub checkpoint: String,
}

impl Proof {
    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{ONE}\nindex {}\n{}\n{}", self.index, lines(&self.path), self.checkpoint)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Anything [`Proof::text`] would not write; the optional line `extra` is among it, since nothing signs it.
    pub fn parse(text: &str) -> Result<Proof, BadProof> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(BadProof::Form)?;
        let mut rows = head.split('\n');
        let index = numbered(rows.by_ref().skip(1).take(1), "index ")?;
        let proof = Proof { index, path: hashes(rows)?, checkpoint: checkpoint.to_owned() };
        if proof.text() == text { Ok(proof) } else { Err(BadProof::Form) }
    }

    /// Whether this leaf stands at the index in the tree.
    ///
    /// # Errors
    /// Says why not.
    pub fn verify(&self, leaf: &Hash, size: u64, root: &Hash) -> Result<(), BadProof> {
        Ok(verify_inclusion(leaf, self.index, size, &self.path, root)?)
    }
}

/// That a stretch of leaves is all there is between two indexes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    pub from: u64,
    pub until: u64,
    /// Hashes beside the stretch, left to right.
    pub beside: Vec<Hash>,
}

impl Stretch {
    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{MANY}\nfrom {}\nuntil {}\n{}", self.from, self.until, lines(&self.beside))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Anything [`Stretch::text`] would not write.
    pub fn parse(text: &str) -> Result<Stretch, BadProof> {
        let mut rows = text.strip_suffix('\n').ok_or(BadProof::Form)?.split('\n');
        let from = numbered(rows.by_ref().skip(1).take(1), "from ")?;
        let until = numbered(rows.by_ref().take(1), "until ")?;
        let stretch = Stretch { from, until, beside: hashes(rows)? };
        if stretch.text() == text { Ok(stretch) } else { Err(BadProof::Form) }
    }

    /// Whether these are the leaves.
    ///
    /// # Errors
    /// Says why not.
    pub fn verify(&self, leaves: &[Hash], size: u64, root: &Hash) -> Result<(), BadProof> {
        if self.until.checked_sub(self.from) != Some(leaves.len() as u64) {
            return Err(Refused::Range.into());
        }
        Ok(verify_range(leaves, self.from, size, &self.beside, root)?)
    }
}

fn lines(hashes: &[Hash]) -> String {
    hashes.iter().map(|h| STANDARD.encode(h.as_bytes()) + "\n").collect()
}

fn numbered<'a>(mut rows: impl Iterator<Item = &'a str>, before: &str) -> Result<u64, BadProof> {
    let row = rows.next().and_then(|r| r.strip_prefix(before)).ok_or(BadProof::Form)?;
    row.parse().map_err(|_| BadProof::Form)
}

fn hashes<'a>(rows: impl Iterator<Item = &'a str>) -> Result<Vec<Hash>, BadProof> {
    let read = |row: &str| STANDARD.decode(row).ok().and_then(|b| Hash::from_slice(&b).ok()).ok_or(BadProof::Form);
    let all: Vec<Hash> = rows.take(HASHES_MAX + 1).map(read).collect::<Result<_, _>>()?;
    if all.len() > HASHES_MAX { Err(BadProof::Form) } else { Ok(all) }
}
