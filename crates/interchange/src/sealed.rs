//! Recordings of the gateway, opened again: pieces sealed under the key of their session, each bound to all before it.
//! The gateway writes them and an office reads them, so the format stands where both can see it. No length is trusted.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use plantgate_domain::event::witness::{Part, PartKind};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What a file of it begins with.
pub const MAGIC: &[u8] = b"plantgate recording 1\n";
/// Bytes of a part, sealed: what would make it longer is a gap. Whoever reads one takes no more.
pub const PART: u64 = 256 << 20;
/// Bytes of a nonce; it stands between the length of a piece and the piece.
pub const NONCE: usize = 24;

/// What the first piece is bound to.
pub fn first() -> [u8; 32] {
    Sha256::digest(MAGIC).into()
}

/// What the next piece is bound to: all before it, with this one.
pub fn bound(chain: &[u8; 32], piece: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(chain).chain_update(piece).finalize().into()
}

/// A chain as the record has it.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Seals the pieces of a recording, each bound to all before it.
pub struct Sealer {
    seal: XChaCha20Poly1305,
    chain: [u8; 32],
}

impl Sealer {
    /// At the beginning of a file that has [`MAGIC`] and nothing else.
    pub fn new(key: &Zeroizing<[u8; 32]>) -> Sealer {
        Sealer { seal: XChaCha20Poly1305::new((&**key).into()), chain: first() }
    }

    /// The next piece as it stands in the file; the nonce was never used before. Nothing where it cannot be sealed.
    pub fn piece(&self, nonce: [u8; NONCE], text: &[u8]) -> Option<Vec<u8>> {
        let closed = self.seal.encrypt(&XNonce::from(nonce), Payload { msg: text, aad: &self.chain }).ok()?;
        let length = u32::try_from(closed.len()).ok()?;
        Some([&length.to_be_bytes()[..], &nonce, &closed].concat())
    }

    /// The piece lies in the file: what follows is bound to it, too.
    pub fn bind(&mut self, piece: &[u8]) {
        self.chain = bound(&self.chain, piece);
    }

    /// What binds all pieces, as the record has it.
    pub fn head(&self) -> String {
        hex(&self.chain)
    }
}

/// Why a recording cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotRead {
    /// It is no recording of ours.
    Foreign,
    /// The piece that begins at this byte was changed, or the key is another.
    Changed(usize),
}

/// A recording, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// Lines of an asciicast, or of a log.
    pub text: Vec<u8>,
    /// What binds all pieces; the record has it too.
    pub head: String,
    /// Whether the last piece was cut, as by a machine that lost its power.
    pub cut: bool,
    /// Whether it holds more than was kept here; all of it was opened and bound.
    pub more: bool,
}

/// Opens a recording.
pub fn open(bytes: &[u8], key: &Zeroizing<[u8; 32]>) -> Result<Opened, NotRead> {
    within(bytes, key, usize::MAX)
}

/// Opens a recording and keeps the pieces that fit into so many bytes; the others are opened and bound, too, because
/// whether it was changed is a question about all of it.
pub fn within(bytes: &[u8], key: &Zeroizing<[u8; 32]>, most: usize) -> Result<Opened, NotRead> {
    let mut rest = bytes.strip_prefix(MAGIC).ok_or(NotRead::Foreign)?;
    let seal = XChaCha20Poly1305::new((&**key).into());
    let mut chain = first();
    let (mut text, mut more) = (Vec::new(), false);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let piece = after.split_first_chunk::<NONCE>().and_then(|(n, b)| Some((n, b.split_at_checked(length)?)));
        let Some((nonce, (closed, next))) = piece else { break };
        let payload = Payload { msg: closed, aad: &chain };
        let at = bytes.len() - rest.len();
        let part = seal.decrypt(&XNonce::from(*nonce), payload).map_err(|_| NotRead::Changed(at))?;
        more |= text.len().saturating_add(part.len()) > most;
        if !more {
            text.extend_from_slice(&part);
        }
        let whole = rest.split_at_checked(4 + NONCE + length).map_or(&[][..], |(piece, _)| piece);
        chain = bound(&chain, whole);
        rest = next;
    }
    Ok(Opened { text, head: hex(&chain), cut: !rest.is_empty(), more })
}

/// What is left of a recording that nobody ended, as a part: all its whole pieces, and a gap where one was cut.
pub fn left(bytes: &[u8], key: &Zeroizing<[u8; 32]>, kind: PartKind) -> Result<Part, NotRead> {
    let opened = open(bytes, key)?;
    let all = opened.text.iter().filter(|b| **b == b'\n').count() as u64;
    let lines = all.saturating_sub(u64::from(kind == PartKind::Terminal));
    // Whoever ends it writes nothing more; so something may always be missing behind the last piece.
    let (blob, bytes) = (String::new(), opened.text.len() as u64);
    Ok(Part { kind, blob, sealed: 0, bytes, lines, head: opened.head, gaps: 1 })
}
