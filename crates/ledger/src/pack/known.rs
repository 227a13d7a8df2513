//! Which names of files the format knows. A file it does not know would travel under the signature of the pack and be
//! opened by people who were told that the pack was checked; so each name is worked out and compared, never taken apart
//! and believed.

use std::collections::BTreeMap;

use super::{Fault, names};

/// Digits of an index in a file name.
const DIGITS: usize = 12;

/// The files of a folder by the number in their names, where `name_of` spells the one name a number has.
pub(super) fn numbered<'a>(
    files: &BTreeMap<&'a str, &'a [u8]>,
    folder: &str,
    name_of: fn(u64) -> String,
) -> Result<BTreeMap<u64, &'a [u8]>, Fault> {
    let number = |name: &str| {
        let digits = name.get(folder.len()..folder.len() + DIGITS)?;
        digits.parse().ok().filter(|index| name_of(*index) == name)
    };
    let inside = files.iter().filter(|(name, _)| name.starts_with(folder));
    inside
        .map(|(name, bytes)| {
            let index = number(name).ok_or_else(|| Fault::Unknown((*name).to_owned()))?;
            Ok((index, *bytes))
        })
        .collect()
}

/// Names that stand alone, in every pack.
pub(super) const ALONE: &[&str] = &[
    names::CHECKPOINT,
    names::MANIFEST,
    names::NOTE,
    names::POLICY,
    names::README,
    names::REPORT,
    names::PRINT,
    names::VERIFIER,
];

/// Names that stand alone in a range.
pub(super) const RANGED: &[&str] = &[names::LEAVES, names::RANGE_PROOF];
