//! Why input cannot be used, in the reader's language. The input layer only knows the id; here it becomes a sentence.

use plantgate_domain::base::{Told, Why};

use super::{Msg, Named, Reader, Words};

impl Reader {
    /// The sentence of what is wrong.
    pub fn why(&self, why: &Why) -> String {
        let told = |msg: Msg<'static>, (name, told): &(&'static str, Told)| match told {
            Told::Text(text) => msg.s(name, text),
            Told::Int(n) => msg.n(name, *n),
            Told::Day(day) => msg.s(name, self.day(*day)),
            Told::Instant(at) => msg.s(name, self.instant(*at)),
            Told::Words(family, all) => {
                let all: Vec<String> = all.iter().map(|word| self.known(family, word)).collect();
                msg.s(name, all.join(", "))
            }
            // A sentence within a sentence names its objects by their kind: it opens nothing.
            Told::Say(say) => msg.s(
                name,
                self.say(say, &|on| Named { text: self.word("kind", on.kind.as_str()).to_string(), href: None }),
            ),
        };
        why.args.iter().fold(Msg::new(self.lang, why.id), told).to_string()
    }

    /// A word of a family, or as it was written where no language has it.
    fn known(&self, family: &str, word: &str) -> String {
        let id = format!("{family}-{word}");
        let known = Words::find(self.lang, &id, &fluent_bundle::FluentArgs::new());
        known.unwrap_or_else(|| word.to_owned())
    }
}
