//! What a person reads of input that was refused: tests ask in the words of a language, as a door answers.

use plantgate_app::Stop;
use plantgate_domain::base::{Invalid, Why, ZoneName};
use plantgate_wire::words::{Lang, Reader};

/// The sentence in English.
pub fn english(why: &Why) -> String {
    Reader { lang: Lang::En, zone: ZoneName::utc() }.why(why)
}

/// The sentence in German.
pub fn german(why: &Why) -> String {
    Reader { lang: Lang::De, zone: ZoneName::utc() }.why(why)
}

/// Everything that is wrong with some input.
pub fn wrong(stop: Stop) -> Vec<Invalid> {
    match stop {
        Stop::Invalid(all) => all,
        other => panic!("not about input: {other}"),
    }
}
