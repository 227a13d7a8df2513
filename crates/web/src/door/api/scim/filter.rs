//! What a directory asks a list for (RFC 7644 §3.4.2.2): comparisons of the few attributes kept here, joined by `and`.
//! Anything else is refused by name; guessing would tell a directory that somebody is missing, and it would make them
//! anew.

use plantgate_domain::{base::Instant, qualify::person::Person};

use super::{said::Wrong, user};

/// Comparisons that must all hold.
#[derive(PartialEq, Eq, Debug)]
pub struct Filter(Vec<Compared>);

#[derive(PartialEq, Eq, Debug)]
struct Compared {
    of: Attribute,
    how: How,
    value: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Attribute {
    Id,
    ExternalId,
    UserName,
    Active,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum How {
    Equal,
    NotEqual,
    Contains,
    Starts,
    Ends,
    Present,
}

/// Longest filter, in bytes: a directory asks for one person at a time.
const LONGEST: usize = 1_000;

impl Filter {
    /// Reads `userName eq "anna"`, joined by `and`.
    ///
    /// # Errors
    /// What it cannot mean, by the word that stands in the way.
    pub fn read(text: &str) -> Result<Filter, Wrong> {
        if text.len() > LONGEST {
            return Err(wrong(&format!("A filter has at most {LONGEST} bytes.")));
        }
        let words = words(text)?;
        let mut rest = words.as_slice();
        let mut all = Vec::new();
        loop {
            let (one, behind) = compared(rest)?;
            all.push(one);
            match behind {
                [] => return Ok(Filter(all)),
                [and, more @ ..] if and.eq_ignore_ascii_case("and") => rest = more,
                [word, ..] => {
                    return Err(wrong(&format!("‘{word}’ cannot stand there; comparisons are joined by ‘and’.")));
                }
            }
        }
    }

    /// Whether somebody is meant. Names are compared as they are written but for capital letters (RFC 7643 §4.1.1).
    pub fn holds(&self, person: &Person, handle: &str, now: Instant) -> bool {
        self.0.iter().all(|c| {
            let has = match c.of {
                Attribute::Id => person.id.to_string(),
                Attribute::ExternalId => person.facts.reference.clone().unwrap_or_default(),
                Attribute::UserName => handle.to_owned(),
                Attribute::Active => user::active(person, now).to_string(),
            };
            let exact = c.of == Attribute::ExternalId;
            let (has, asked) =
                if exact { (has, c.value.clone()) } else { (has.to_lowercase(), c.value.to_lowercase()) };
            match c.how {
                How::Equal => has == asked,
                How::NotEqual => has != asked,
                How::Contains => has.contains(&asked),
                How::Starts => has.starts_with(&asked),
                How::Ends => has.ends_with(&asked),
                How::Present => !has.is_empty(),
            }
        })
    }
}

fn compared(words: &[String]) -> Result<(Compared, &[String]), Wrong> {
    let [name, how, behind @ ..] = words else {
        return Err(wrong("A comparison is an attribute, a word such as ‘eq’, and a value."));
    };
    let of = match name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "id" => Attribute::Id,
        "externalid" => Attribute::ExternalId,
        "username" => Attribute::UserName,
        "active" => Attribute::Active,
        _ => return Err(wrong(&format!("‘{name}’ is not kept here: id, externalId, userName and active are."))),
    };
    let how = match how.to_ascii_lowercase().as_str() {
        "eq" => How::Equal,
        "ne" => How::NotEqual,
        "co" => How::Contains,
        "sw" => How::Starts,
        "ew" => How::Ends,
        "pr" => return Ok((Compared { of, how: How::Present, value: String::new() }, behind)),
        _ => return Err(wrong(&format!("‘{how}’ is no comparison here: eq, ne, co, sw, ew and pr are."))),
    };
    let [value, behind @ ..] = behind else { return Err(wrong("There is no value behind the comparison.")) };
    let value = match value.starts_with('"') {
        true => serde_json::from_str(value).map_err(|e| wrong(&format!("{value}: {e}")))?,
        false => value.clone(),
    };
    Ok((Compared { of, how, value }, behind))
}

/// Words, and texts in quotes with their quotes.
fn words(text: &str) -> Result<Vec<String>, Wrong> {
    let (mut all, mut word, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            ' ' if !quoted => {
                if !word.is_empty() {
                    all.push(std::mem::take(&mut word));
                }
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        word.push(c);
    }
    if quoted {
        return Err(wrong("A text in quotes has no end."));
    }
    if !word.is_empty() {
        all.push(word);
    }
    Ok(all)
}

fn wrong(why: &str) -> Wrong {
    Wrong::invalid("invalidFilter", why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Result<Vec<(Attribute, How, String)>, String> {
        let all = Filter::read(text).map_err(|w| w.detail().to_owned())?;
        Ok(all.0.into_iter().map(|c| (c.of, c.how, c.value)).collect())
    }

    #[test]
    fn what_directories_ask_is_read() {
        let one = |of, how, value: &str| (of, how, value.to_owned());
        for (text, meant) in [
            ("userName eq \"anna@plant.example\"", vec![one(Attribute::UserName, How::Equal, "anna@plant.example")]),
            ("externalid EQ \"4711\"", vec![one(Attribute::ExternalId, How::Equal, "4711")]),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"a b\" and active eq true",
                vec![one(Attribute::UserName, How::Starts, "a b"), one(Attribute::Active, How::Equal, "true")],
            ),
            (
                "externalId pr and id ne \"x\\\"y\"",
                vec![one(Attribute::ExternalId, How::Present, ""), one(Attribute::Id, How::NotEqual, "x\"y")],
            ),
        ] {
            assert_eq!(reads(text), Ok(meant), "{text}");
        }
    }

    #[test]
    fn what_is_not_meant_here_is_refused_by_the_word_that_stands_in_the_way() {
        for (text, word) in [
            ("", "A comparison is"),
            ("userName", "A comparison is"),
            ("userName eq", "no value"),
            ("emails eq \"a\"", "‘emails’ is not kept here"),
            ("userName gt \"a\"", "‘gt’ is no comparison"),
            ("userName eq \"a", "no end"),
            ("userName eq \"a\" or userName eq \"b\"", "‘or’ cannot stand there"),
            ("userName eq \"\\q\"", "invalid escape"),
            (&"x".repeat(1_001), "at most 1000 bytes"),
        ] {
            let said = reads(text).unwrap_err();
            assert!(said.contains(word), "{text}: {said}");
        }
    }
}
