//! The manifest: what the pack is, what it covers, and every other file by size and digest. Canonical JSON with fixed
//! fields, so that two programs read the same thing out of it.

use serde::{Deserialize, Serialize};

use super::{FORMAT, MANIFEST_MAX};
use crate::{
    canon::{self, NotCanonical},
    tree::Hash,
};

/// Which promise a pack makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// These entries are in the log. What is not here may exist all the same.
    Selection,
    /// All entries from one index to another: nothing between them is missing.
    Range,
}

/// One file of the pack.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Size in bytes.
    pub bytes: u64,
    pub path: String,
    pub sha256: Hash,
}

/// What a pack says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What was asked for, as references and field names; never a person's name.
    pub about: Vec<String>,
    /// Time of the last entry covered: RFC 3339 in UTC with six digits.
    pub at: String,
    /// Names of cosigners beside the checkpoint; empty: not externally witnessed.
    pub cosigned_by: Vec<String>,
    pub entries: u64,
    /// Every file but the manifest and its note, in order of path.
    pub files: Vec<Part>,
    pub format: String,
    /// First index a range covers; 0 for a selection.
    pub from: u64,
    /// Language of the report, as `en`.
    pub language: String,
    /// Which log.
    pub origin: String,
    pub root: Hash,
    /// Version of the rules in force at the snapshot.
    pub rules: u32,
    pub shape: Shape,
    /// Size of the tree the proofs lead to.
    pub size: u64,
    /// Version of the software that made the pack.
    pub software: String,
    /// The index behind the last a range covers; 0 for a selection.
    pub until: u64,
}

/// Why a manifest is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadManifest {
    /// Not canonical JSON.
    #[error(transparent)]
    Canon(#[from] NotCanonical),
    /// Fields missing, unknown or of another type.
    #[error("the manifest has another form: {0}")]
    Shape(String),
    /// A field with a value it cannot have.
    #[error("the manifest's field {0} has a value it cannot have")]
    Field(&'static str),
}

impl Manifest {
    /// The exact bytes that are signed.
    ///
    /// # Errors
    /// A value canonical JSON cannot say, or too many bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadManifest> {
        let value = serde_json::to_value(self).map_err(|e| BadManifest::Shape(e.to_string()))?;
        Ok(canon::to_bytes_within(&value, MANIFEST_MAX)?)
    }

    /// Reads the exact bytes.
    ///
    /// # Errors
    /// Anything [`Manifest::to_bytes`] would not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Manifest, BadManifest> {
        let value = canon::parse_strict_within(bytes, MANIFEST_MAX)?;
        let manifest: Manifest = serde_json::from_value(value).map_err(|e| BadManifest::Shape(e.to_string()))?;
        manifest.sound()?;
        Ok(manifest)
    }

    fn sound(&self) -> Result<(), BadManifest> {
        let range = self.shape == Shape::Range;
        let covers =
            if range { self.from < self.until && self.until <= self.size } else { self.from + self.until == 0 };
        let texts = [&self.at, &self.format, &self.language, &self.origin, &self.software];
        let plain = |t: &&String| !t.chars().any(char::is_control);
        let checks = [
            // A terminal obeys control characters: what a stranger sent must not write a verdict on it.
            (texts.iter().copied().chain(&self.about).chain(&self.cosigned_by).all(|t| plain(&t)), "text"),
            (self.entries > 0, "entries"),
            (self.format == FORMAT, "format"),
            (self.size > 0, "size"),
            (covers, "until"),
            (self.files.is_sorted_by(|a, b| a.path < b.path), "files"),
        ];
        checks.into_iter().find(|(ok, _)| !ok).map_or(Ok(()), |(_, field)| Err(BadManifest::Field(field)))
    }
}
