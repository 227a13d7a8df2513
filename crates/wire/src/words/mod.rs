//! The message catalogue: every sentence a person reads comes from here, by id, in the reader's language. A missing
//! translation falls back to English where everybody can see it; a missing id shows itself and never panics.

mod files;
mod msg;
mod reader;
mod rich;
mod why;

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

pub use msg::{Msg, Number};
pub use reader::Reader;
pub use rich::{Named, Piece, Rich};

/// A language of the interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Lang {
    #[default]
    En,
    De,
    Es,
    Fr,
    Zh,
}

impl Lang {
    /// Every language, in the order of the switch.
    pub const ALL: &'static [Lang] = &[Lang::En, Lang::De, Lang::Es, Lang::Fr, Lang::Zh];

    /// BCP 47 tag, for `lang=` and cookies.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::De => "de",
            Lang::Es => "es",
            Lang::Fr => "fr",
            Lang::Zh => "zh-Hans",
        }
    }
    /// Its own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::De => "Deutsch",
            Lang::Es => "Español",
            Lang::Fr => "Français",
            Lang::Zh => "简体中文",
        }
    }
    /// Whether every message is translated; pages in the others say so.
    pub const fn complete(self) -> bool {
        matches!(self, Lang::En | Lang::De)
    }
    /// The language of a tag such as `de` or `de-AT`.
    pub fn of(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_', ';']).next()?;
        Lang::ALL.iter().copied().find(|l| l.tag().split('-').next() == Some(primary))
    }
    /// The best language for an `Accept-Language` header: first tag we have, in the order given.
    pub fn accept(header: &str) -> Lang {
        header.split(',').find_map(Lang::of).unwrap_or_default()
    }
    fn sources(self) -> &'static [&'static str] {
        match self {
            Lang::En => files::EN,
            Lang::De => files::DE,
            Lang::Es => files::ES,
            Lang::Fr => files::FR,
            Lang::Zh => files::ZH,
        }
    }
    /// What stands between thousands.
    const fn group(self) -> &'static str {
        match self {
            Lang::En | Lang::Zh => ",",
            Lang::De | Lang::Es => ".",
            Lang::Fr => "\u{202f}",
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

/// The catalogue of all languages.
pub struct Words {
    bundles: Vec<(Lang, Bundle)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words { bundles: Lang::ALL.iter().map(|l| (*l, load(*l))).collect() });

fn load(lang: Lang) -> Bundle {
    let locale: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang.group() {
        "." => |v, _| grouped(v, "."),
        "," => |v, _| grouped(v, ","),
        _ => |v, _| grouped(v, "\u{202f}"),
    }));
    // Rules count lengths in seconds; people read `1 h 30 min`.
    let known = bundle.add_function("LENGTH", move |given, _| match given.first() {
        Some(FluentValue::Number(n)) => FluentValue::from(length(lang, n.value as i64)),
        _ => FluentValue::Error,
    });
    debug_assert!(known.is_ok());
    for source in lang.sources() {
        // A file with a fault still gives its good messages; the tests name the bad ones.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// `2 h`, `1 h 30 min`, `3 days 4 h`: the two largest units, rounded down.
fn length(lang: Lang, secs: i64) -> String {
    let secs = secs.max(0);
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    let id = match (days, hours, minutes) {
        (0, 0, _) => "length-min",
        (0, _, 0) => "length-h",
        (0, _, _) => "length-h-min",
        (_, 0, _) => "length-d",
        (_, _, _) => "length-d-h",
    };
    Msg::new(lang, id).n("days", days).n("hours", hours).n("minutes", minutes).to_string()
}

fn grouped(value: &FluentValue<'_>, between: &str) -> Option<String> {
    let FluentValue::Number(n) = value else { return None };
    if n.value.fract() != 0.0 || n.value.abs() < 1000.0 {
        return None;
    }
    let digits = format!("{:.0}", n.value.abs());
    let mut out = String::from(if n.value < 0.0 { "−" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push_str(between);
        }
        out.push(digit);
    }
    Some(out)
}

impl Words {
    /// The text of a message: in the language, else in English, else the id itself in ⟦…⟧.
    pub fn get(lang: Lang, id: &str, args: &FluentArgs<'_>) -> String {
        Words::find(lang, id, args).or_else(|| Words::find(Lang::En, id, args)).unwrap_or_else(|| format!("⟦{id}⟧"))
    }

    /// The text of a message in exactly this language.
    pub fn find(lang: Lang, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        let (_, bundle) = WORDS.bundles.iter().find(|(l, _)| *l == lang)?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut faults = Vec::new();
        Some(bundle.format_pattern(pattern, Some(args), &mut faults).into_owned())
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod why_tests;
