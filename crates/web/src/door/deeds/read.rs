//! From what a browser sent to what an act takes. Only shape is judged here: what a value means, the act decides.

use plantgate_app::Stop;
use plantgate_domain::base::{Day, Instant, Invalid, Why, ZoneName};
use serde_json::{Map, Value, json};

use super::{Deed, Field, Of};
use crate::door::{fields::Fields, pages::access::times};

/// What texts of a form are read with.
pub struct Reading<'a> {
    pub fields: &'a Fields,
    pub zone: &'a ZoneName,
    pub now: Instant,
    /// Whether a provider's person fills it in.
    pub theirs: bool,
}

/// Most groups of fields that one form may carry.
const ROWS: usize = 200;

impl Reading<'_> {
    /// The body of the act, or everything that is wrong with the form at once.
    pub fn body(&self, deed: &Deed) -> Result<Value, Stop> {
        let (mut body, mut wrong) = (Map::new(), Vec::new());
        for field in deed.asks(self.theirs) {
            match self.value(field, field.name) {
                Ok(Some(value)) => set(&mut body, field.name, value),
                Ok(None) if field.must => wrong.push(Invalid::field(field.name, Why::of("deed-empty"))),
                Ok(None) => {}
                Err(many) => wrong.extend(many),
            }
        }
        if wrong.is_empty() { Ok(Value::Object(body)) } else { Err(Stop::Invalid(wrong)) }
    }

    fn value(&self, field: &Field, name: &str) -> Result<Option<Value>, Vec<Invalid>> {
        let f = self.fields;
        Ok(match field.of {
            Of::Line | Of::Text | Of::Pick(_) | Of::One(..) | Of::Known | Of::Freeze | Of::Sheet => {
                f.maybe(name).map(Value::String)
            }
            Of::Day => self.day(name)?.map(|day| json!(day)),
            Of::Secret => f.untrimmed(name).map(Value::String),
            Of::Lines => listed(f.maybe(name)),
            Of::Picks(_) => {
                // Boxes for few objects, a text for many: both are read the same.
                let texts: Vec<String> = f.all(name);
                listed((!texts.is_empty()).then(|| texts.join("\n")))
            }
            Of::Many(..) => Some(f.all(name)).filter(|all| !all.is_empty()).map(|all| json!(all)),
            Of::Stated(..) => match f.all(name) {
                none if none.iter().any(|word| word == NONE) => Some(json!([])),
                all if all.is_empty() => None,
                all => Some(json!(all)),
            },
            Of::Number => match f.maybe(name).map(|text| text.parse::<u64>()) {
                Some(Err(_)) => return Err(vec![Invalid::field(name, Why::of("deed-no-number"))]),
                number => number.and_then(Result::ok).map(|n| json!(n)),
            },
            Of::Yes => Some(Value::Bool(f.ticked(name))),
            Of::Moment => self.moment(name)?.map(|at| json!(at)),
            Of::Window => match (self.moment(&format!("{name}.from"))?, self.moment(&format!("{name}.until"))?) {
                (None, None) => None,
                (Some(from), Some(until)) => Some(json!({ "from": from, "until": until })),
                (from, _) => {
                    let end = if from.is_none() { "from" } else { "until" };
                    return Err(vec![Invalid::field(format!("{name}.{end}"), Why::of("deed-empty"))]);
                }
            },
            Of::Rows(inner) => self.rows(inner, name)?,
        })
    }

    fn day(&self, name: &str) -> Result<Option<Day>, Vec<Invalid>> {
        let day = self.fields.maybe(name).map(|text| text.parse::<Day>()).transpose();
        day.map_err(|why| vec![Invalid::field(name, why)])
    }

    fn moment(&self, name: &str) -> Result<Option<Instant>, Vec<Invalid>> {
        let Some(text) = self.fields.maybe(name) else { return Ok(None) };
        let at = times::moment(&text, self.zone, self.now);
        at.map(Some).ok_or_else(|| vec![Invalid::field(name, Why::of("deed-no-time"))])
    }

    fn rows(&self, inner: &[Field], name: &str) -> Result<Option<Value>, Vec<Invalid>> {
        let mut rows = Vec::new();
        for n in 0..count(self.fields, name) {
            let mut row = Map::new();
            for field in inner {
                if let Some(value) = self.value(field, &format!("{name}.{n}.{}", field.name))? {
                    set(&mut row, field.name, value);
                }
            }
            if row.values().any(|value| !value.is_boolean()) {
                rows.push(Value::Object(row));
            }
        }
        Ok((!rows.is_empty()).then_some(Value::Array(rows)))
    }
}

/// The value of the box that says that none of the words apply.
pub const NONE: &str = "-";

/// How many groups a form carries: one behind the highest number in its names.
pub fn count(fields: &Fields, name: &str) -> usize {
    let numbers = fields.0.iter().filter_map(|(n, _)| n.strip_prefix(name)?.strip_prefix('.')?.split('.').next());
    let highest = numbers.filter_map(|n| n.parse::<usize>().ok()).max();
    highest.map_or(0, |n| n.saturating_add(1).min(ROWS))
}

/// Short texts on lines of their own or behind commas.
fn listed(text: Option<String>) -> Option<Value> {
    let text = text?;
    let all: Vec<&str> = text.split(['\n', ',', ';']).map(str::trim).filter(|t| !t.is_empty()).collect();
    (!all.is_empty()).then(|| json!(all))
}

/// Sets a value where dots lead.
fn set(into: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            into.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = into.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::deeds::find;

    fn read(act: &str, pairs: &[(&str, &str)]) -> Result<Value, Stop> {
        let fields = Fields(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        let zone = "Europe/Berlin".parse().unwrap();
        let now = "2026-11-16T07:30:00Z".parse().unwrap();
        let reading = Reading { fields: &fields, zone: &zone, now, theirs: false };
        reading.body(find(act).unwrap())
    }

    #[test]
    fn times_are_the_sites_and_windows_have_two_ends() {
        let window = [("site", "BRU"), ("window.from", "24.12. 18:00"), ("window.until", "2027-01-02 06:00")];
        let body = read("set-freeze", &window).unwrap();
        assert_eq!(body["window"]["from"], "2026-12-24T17:00:00.000000Z");
        let Err(Stop::Invalid(wrong)) = read("set-freeze", &window[..2]) else { panic!("half a window") };
        assert_eq!(wrong[0].place.field.as_deref(), Some("window.until"));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let Err(Stop::Invalid(wrong)) = read("register-site", &[("name", "Brunnfeld")]) else { panic!("no reference") };
        let fields: Vec<_> = wrong.iter().filter_map(|i| i.place.field.as_deref()).collect();
        assert_eq!(fields, ["reference", "zone", "country"]);
    }

    #[test]
    fn none_of_them_is_an_answer_and_silence_is_another() {
        let base = ["named_users", "mfa", "logs", "recording", "file_control"].map(|c| format!("capabilities.{c}"));
        let mut pairs = vec![("site", "BRU"), ("reference", "X-1"), ("name", "Mixer")];
        pairs.extend(base.iter().map(|name| (name.as_str(), "unknown")));
        let silent = read("register-instance", &pairs).unwrap();
        assert_eq!((silent.get("flags"), &silent["capabilities"]["mfa"]), (None, &json!("unknown")));
        pairs.push(("flags", NONE));
        assert_eq!(read("register-instance", &pairs).unwrap()["flags"], json!([]));
    }

    #[test]
    fn groups_that_were_left_empty_are_no_groups() {
        let pairs = [
            ("provider", "P-09"),
            ("name", "Frame"),
            ("from", "2026-01-01"),
            ("clauses.0.number", "6.2"),
            ("clauses.0.text", "Send the list."),
            ("clauses.0.obligations", "user-list, restore-test"),
            ("clauses.0.testable", "yes"),
            ("clauses.1.number", ""),
        ];
        let body = read("record-agreement", &pairs).unwrap();
        let clauses = body["clauses"].as_array().unwrap();
        assert_eq!((clauses.len(), &clauses[0]["testable"]), (1, &json!(true)));
        assert_eq!(clauses[0]["obligations"], json!(["user-list", "restore-test"]));
    }
}
