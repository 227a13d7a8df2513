//! The letters: those the typesetter's own package brings (licences: `NOTICE` beside the manifest). A sign that none of
//! them has is told by its number: a reader sees that something stands there, and PDF/UA-1 allows no empty box.

use std::{fmt::Write, sync::LazyLock};

use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

/// Families that are used; the others of the package are for formulas.
const USED: &[&str] = &["Libertinus Serif", "DejaVu Sans Mono"];

/// The fonts with their book.
pub(crate) struct Fonts {
    pub all: Vec<Font>,
    pub book: LazyHash<FontBook>,
}

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let every = typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes)));
    let all: Vec<Font> = every.filter(|font| USED.contains(&font.info().family.as_str())).collect();
    let book = LazyHash::new(FontBook::from_fonts(&all));
    Fonts { all, book }
});

/// Words as these fonts can show them.
pub(crate) fn shown(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for sign in words.chars() {
        match sign {
            // A place to break a line: never drawn.
            '\u{200b}' | ' ' => out.push(sign),
            '\n' | '\t' => out.push(' '),
            _ if known(sign) => out.push(sign),
            // Writing to a String cannot fail.
            _ => drop(write!(out, "[U+{:04X}]", u32::from(sign))),
        }
    }
    out
}

fn known(sign: char) -> bool {
    !sign.is_control() && FONTS.all.iter().any(|font| font.info().coverage.contains(u32::from(sign)))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn our_languages_are_shown_as_they_are_and_others_by_number() {
        let german = "Größe, Übersicht – „so“";
        for words in [german, "¿Qué pasó, señor?", "Où ça, l’œuvre à Noël ?", "Ελληνικά, Česko, ≤ 5 €"]
        {
            assert_eq!(shown(words), words);
        }
        assert_eq!(shown("林和"), "[U+6797][U+548C]");
        assert_eq!(shown("a\u{7}b\u{202e}c"), "a[U+0007]b[U+202E]c");
    }
}
