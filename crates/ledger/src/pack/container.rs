//! The zip file of a pack, of which exactly one spelling exists: files stored as they are, in order of their names,
//! every other field fixed. Any zip program opens it. The reader writes what it read once more and compares, so that
//! no byte of the file is free: not a time, not a flag, not an extra field, nothing before, between or behind.
//!
//! Own code, because a zip library is made to accept what others write; here the point is to refuse it. The tests open
//! packs with other people's readers.

use std::collections::BTreeMap;

/// Most files of one container: what the format counts with 16 bits.
pub const FILES_MAX: usize = 65_534;
/// Largest container, in bytes (1 GiB); it is read into memory.
pub const CONTAINER_MAX: usize = 1 << 30;
/// Longest name, in bytes.
pub const NAME_MAX: usize = 128;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Needs version 1.0 to extract.
const VERSION: u16 = 10;
/// 1 January 1980, the first day of DOS time: the same snapshot must give the same bytes whenever it is packed.
const DATE: u16 = 0x0021;
/// Bytes of a local header before the name.
const LOCAL_LEN: usize = 30;
/// Bytes of the end record.
const END_LEN: usize = 22;

/// Why bytes are no container of a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadContainer {
    /// More bytes or files than allowed.
    #[error("the pack is larger than {CONTAINER_MAX} bytes or has more than {FILES_MAX} files")]
    TooLarge,
    /// A name that leads elsewhere, is too long, or has other characters than letters, digits, `.`, `_`, `-` and `/`.
    #[error("a file name in the pack is not allowed: {0}")]
    Name(String),
    /// Two files with one name, or names out of order.
    #[error("the pack names the file {0} twice or out of order")]
    Order(String),
    /// Not a zip file of stored files, or cut off.
    #[error("this is no pack, or it was cut off: nothing readable at byte {at}")]
    Form {
        /// Where reading stopped.
        at: usize,
    },
    /// Readable, but not the one spelling: from this byte on it differs.
    #[error("the pack was changed: its container differs from byte {at} on")]
    Differs {
        /// Offset of the first byte that differs.
        at: usize,
    },
}

/// Whether a name can stand in a container: plain, relative, nothing that leads up.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
    name.len() <= NAME_MAX
        && name.bytes().all(plain)
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// The container of these files.
///
/// # Errors
/// A name that is not allowed, too many files or bytes.
pub fn write(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, BadContainer> {
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    spell(&borrowed)
}

/// Files in the order given, which is that of their names.
fn spell(files: &[(&str, &[u8])]) -> Result<Vec<u8>, BadContainer> {
    let total: usize = files.iter().map(|(name, bytes)| bytes.len() + 2 * name.len() + 76).sum();
    if files.len() > FILES_MAX || total + END_LEN > CONTAINER_MAX {
        return Err(BadContainer::TooLarge);
    }
    let mut out = Vec::with_capacity(total + END_LEN);
    let mut central = Vec::new();
    for (name, bytes) in files {
        if !is_name(name) {
            return Err(BadContainer::Name((*name).to_owned()));
        }
        let offset = small(out.len())?;
        let common = common(name, bytes)?;
        out.extend_from_slice(&LOCAL.to_le_bytes());
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
        central.extend_from_slice(&CENTRAL.to_le_bytes());
        central.extend_from_slice(&VERSION.to_le_bytes());
        central.extend_from_slice(&common);
        // Comment length, disk, internal and external attributes: nothing.
        central.extend_from_slice(&[0; 10]);
        central.extend_from_slice(&offset.to_le_bytes());
        central.extend_from_slice(name.as_bytes());
    }
    let (count, start) = (u16::try_from(files.len()).map_err(|_| BadContainer::TooLarge)?, small(out.len())?);
    let length = small(central.len())?;
    out.append(&mut central);
    out.extend_from_slice(&END.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    Ok(out)
}

fn small(n: usize) -> Result<u32, BadContainer> {
    u32::try_from(n).map_err(|_| BadContainer::TooLarge)
}

/// What local header and directory both say of a file: version, flags, method, time, date, CRC, sizes, lengths.
fn common(name: &str, bytes: &[u8]) -> Result<Vec<u8>, BadContainer> {
    let (size, length) = (small(bytes.len())?, u16::try_from(name.len()).map_err(|_| BadContainer::TooLarge)?);
    let mut out = Vec::with_capacity(26);
    for word in [VERSION, 0, 0, 0, DATE] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    for word in [crc32fast::hash(bytes), size, size] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    Ok(out)
}

/// The files of a container, in order, each a view into it.
///
/// # Errors
/// Anything but the very bytes [`write`] would make of these files. Nothing is allocated by a size the file claims.
pub fn read(bytes: &[u8]) -> Result<BTreeMap<&str, &[u8]>, BadContainer> {
    if bytes.len() > CONTAINER_MAX {
        return Err(BadContainer::TooLarge);
    }
    let mut listed: Vec<(&str, &[u8])> = Vec::new();
    let mut at = 0;
    while word(bytes, at)? == LOCAL {
        let (file, next) = local(bytes, at)?;
        if listed.last().is_some_and(|(last, _)| *last >= file.0) {
            return Err(BadContainer::Order(file.0.to_owned()));
        }
        listed.push(file);
        at = next;
    }
    let spelled = spell(&listed)?;
    if spelled != bytes {
        let common = spelled.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        return Err(BadContainer::Differs { at: common });
    }
    Ok(listed.into_iter().collect())
}

fn local(bytes: &[u8], at: usize) -> Result<((&str, &[u8]), usize), BadContainer> {
    let form = || BadContainer::Form { at };
    let size = usize::try_from(word(bytes, at + 18)?).map_err(|_| form())?;
    let length = usize::try_from(word(bytes, at + 26)? & 0xffff).map_err(|_| form())?;
    let (begin, end) = (at + LOCAL_LEN, at + LOCAL_LEN + length);
    let name = bytes.get(begin..end).and_then(|n| std::str::from_utf8(n).ok()).ok_or_else(form)?;
    if !is_name(name) {
        return Err(BadContainer::Name(name.escape_debug().take(NAME_MAX).collect()));
    }
    let until = end.checked_add(size).ok_or_else(form)?;
    Ok(((name, bytes.get(end..until).ok_or_else(form)?), until))
}

fn word(bytes: &[u8], at: usize) -> Result<u32, BadContainer> {
    let four = bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).ok_or(BadContainer::Form { at })?;
    Ok(u32::from_le_bytes(four))
}
