//! Bytes to text. A spreadsheet saves what its country set; we say which encoding we found, so that somebody who sees a
//! wrong letter knows why.

use plantgate_domain::base::Why;
use serde::{Deserialize, Serialize};

/// How the letters were written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Marked,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The name people know it by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Marked => "UTF-8 with byte order mark",
            Encoding::Windows1252 => "Windows-1252",
        }
    }

    /// Text as bytes of this encoding; a letter it does not have becomes a question mark.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf8Marked => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
            Encoding::Windows1252 => text.chars().map(byte).collect(),
        }
    }
}

fn byte(c: char) -> u8 {
    if let Some(at) = HIGH.iter().position(|h| *h == c && c != '\0') {
        return 0x80 + u8::try_from(at).unwrap_or(0);
    }
    match u8::try_from(u32::from(c)) {
        Ok(b) if !(0x80..=0x9F).contains(&b) => b,
        Ok(_) | Err(_) => b'?',
    }
}

/// Windows-1252 where it is not Latin-1; `\0` stands for the five bytes it does not define.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

type Wrong = (Option<u64>, Why);

/// Text and how it was written, or the line and why not.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), Wrong> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err((None, Why::of("invalid-csv-utf16")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err((None, Why::of("invalid-csv-archive")));
    }
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err((Some(line(bytes, at)), Why::of("invalid-csv-no-text")));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return match std::str::from_utf8(rest) {
            Ok(text) => Ok((text.to_owned(), Encoding::Utf8Marked)),
            Err(e) => Err((Some(line(rest, e.valid_up_to())), Why::of("invalid-csv-marked-utf8"))),
        };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), Encoding::Utf8));
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for (at, byte) in bytes.iter().enumerate() {
        let c = match byte {
            0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or('\0'),
            _ => char::from(*byte),
        };
        if c == '\0' {
            let why = Why::of("invalid-csv-byte").with("byte", format!("{byte:02X}"));
            return Err((Some(line(bytes, at)), why));
        }
        text.push(c);
    }
    Ok((text, Encoding::Windows1252))
}

fn line(bytes: &[u8], at: usize) -> u64 {
    let before = bytes.iter().take(at).filter(|b| **b == b'\n').count();
    u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
}
