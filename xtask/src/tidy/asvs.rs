//! Law 8 for the security checklist: every requirement once, in order, with its level; every place that is named there
//! to be found; the counts at its top true. A checklist that nobody holds against the code becomes a wish.
use super::{Breach, Source, docs};

/// The checklist.
pub const PAGE: &str = "docs/security/asvs.md";
/// Numbers and levels of all requirements it must answer, a line each.
pub const IDS: &str = "docs/security/asvs-ids.txt";

const STATES: [&str; 3] = ["answered", "not applicable", "not yet"];
/// What makes a name in Rust: a place names what is made there, not what is mentioned.
const MAKES: &[&str] = &["fn ", "struct ", "enum ", "const ", "static ", "trait ", "type ", "mod "];
const WHY: &str = "whoever reads the checklist believes it";
const TODO: &str = "look again, and write what is so";

/// A row about a requirement.
struct Row<'a> {
    line: usize,
    id: &'a str,
    level: &'a str,
    state: &'a str,
    place: &'a str,
}

/// `read` gives the text of a file by its path from the root of the repository.
pub fn check(page: &Source, ids: &str, read: &dyn Fn(&str) -> Option<String>) -> Vec<Breach> {
    let tables: Vec<(usize, Vec<&str>)> = (1..).zip(page.text.lines()).filter_map(cells).collect();
    let rows: Vec<Row> = tables.iter().filter_map(row).collect();
    let mut wrong = order(&rows, ids);
    for row in &rows {
        let places: Vec<&str> = docs::spans(row.place).map(|(span, _)| span).filter(|span| is_place(span)).collect();
        if !STATES.contains(&row.state) {
            wrong.push((row.line, format!("{} is ‘{}’, which is no state", row.id, row.state)));
        }
        if row.place.is_empty() || row.state == STATES[0] && places.is_empty() {
            wrong.push((row.line, format!("{} is ‘{}’ and says neither where nor why", row.id, row.state)));
        }
        let gone = places.into_iter().filter(|place| !is_there(place, read));
        wrong.extend(gone.map(|place| (row.line, format!("`{place}` is not to be found"))));
    }
    wrong.extend(counts(&tables, &rows));
    wrong.into_iter().map(|(line, what)| page.breach(line, 8, what, WHY, TODO)).collect()
}

fn cells((line, text): (usize, &str)) -> Option<(usize, Vec<&str>)> {
    let inner = text.strip_prefix("| ")?.strip_suffix(" |")?;
    Some((line, inner.split(" | ").map(str::trim).collect()))
}

fn row<'a>((line, cells): &(usize, Vec<&'a str>)) -> Option<Row<'a>> {
    let [id, level, _words, state, place] = cells.as_slice() else { return None };
    let is_id = id.strip_prefix('V').is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    is_id.then_some(Row { line: *line, id, level, state, place })
}

/// The first row that is not the one that should stand there.
fn order(rows: &[Row], ids: &str) -> Vec<(usize, String)> {
    let wanted = ids.lines().filter(|line| !line.starts_with('#'));
    let wanted: Vec<(&str, &str)> = wanted.filter_map(|line| line.split_once(' ')).collect();
    let missing = wanted.len().max(rows.len());
    let differs = (0..missing).find(|&n| rows.get(n).map(|r| (r.id, r.level)) != wanted.get(n).copied());
    let Some(n) = differs else { return Vec::new() };
    let there = rows.get(n).map_or("nothing".to_owned(), |r| format!("{} of level {}", r.id, r.level));
    let should = wanted.get(n).map_or("nothing".to_owned(), |(id, level)| format!("{id} of level {level}"));
    let line = rows.get(n).or(rows.last()).map_or(1, |r| r.line);
    vec![(line, format!("{there} stands where {should} belongs"))]
}

/// Lines of the table at the top: a state with its numbers at level 1, at level 2 and together.
fn counts(tables: &[(usize, Vec<&str>)], rows: &[Row]) -> Vec<(usize, String)> {
    let mut wrong = Vec::new();
    for state in STATES {
        let of = |level: &str| rows.iter().filter(|r| r.state == state && r.level == level).count();
        let (one, two) = (of("1"), of("2"));
        let true_ones = [one, two, one + two].map(|n| n.to_string());
        let told = tables.iter().find(|(_, cells)| cells.first() == Some(&state));
        let said = told.and_then(|(_, cells)| cells.get(1..4));
        if said.is_none_or(|said| said.iter().ne(true_ones.iter())) {
            wrong.push((told.map_or(1, |(line, _)| *line), format!("‘{state}’ is so of {}", true_ones.join(", "))));
        }
    }
    wrong
}

/// `path::name`, or a path alone.
fn is_place(span: &str) -> bool {
    span.contains("::") || docs::PLACES.iter().any(|place| span.starts_with(place))
}

fn is_there(place: &str, read: &dyn Fn(&str) -> Option<String>) -> bool {
    let (path, name) = place.split_once("::").unwrap_or((place, ""));
    let Some(text) = read(path) else { return false };
    if name.is_empty() || !path.ends_with(".rs") {
        return text.contains(name);
    }
    let goes_on = |at: usize| text[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let made = |at: usize| MAKES.iter().any(|word| text[..at].ends_with(word));
    text.match_indices(name).any(|(at, found)| made(at) && !goes_on(at + found.len()))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Source;

    const IDS: &str = "# numbers, levels\nV1.1.1 1\nV1.1.2 2\nV1.2.1 2\n";
    const FINE: [&str; 6] = [
        "| answered | 1 | 0 | 1 | whole |",
        "| not applicable | 0 | 1 | 1 | none |",
        "| not yet | 0 | 1 | 1 | missing |",
        "| V1.1.1 | 1 | Words | answered | shown by `crates/a/src/b.rs::works` |",
        "| V1.1.2 | 2 | Words | not applicable | there is no `SameSite` |",
        "| V1.2.1 | 2 | Words | not yet | `SECURITY.md::Known gaps` says so |",
    ];

    fn seen(lines: &[&str]) -> Vec<String> {
        let read = |path: &str| match path {
            "crates/a/src/b.rs" => Some("async fn works() {\n    uses();\n}\nfn works_too() {}\n".to_owned()),
            "SECURITY.md" => Some("## Known gaps\n".to_owned()),
            _ => None,
        };
        let page = Source::new(super::PAGE, &lines.join("\n"));
        check(&page, IDS, &read).into_iter().map(|b| format!("{} {}", b.line, b.what)).collect()
    }

    /// The sample with one line changed.
    fn with(line: usize, from: &str, to: &str) -> Vec<String> {
        assert!(FINE[line].contains(from), "{from}");
        let text = FINE[line].replace(from, to);
        let mut lines = FINE.to_vec();
        lines[line] = &text;
        seen(&lines)
    }

    #[test]
    fn a_checklist_that_is_so_is_fine() {
        assert_eq!(seen(&FINE), Vec::<String>::new());
    }

    #[test]
    fn a_place_that_is_not_there_is_seen() {
        let gone = |name: &str| [format!("4 `crates/a/src/{name}` is not to be found")];
        // mentioned is not made, and part of a name is none
        for name in ["b.rs::uses", "b.rs::work", "b.rs::works_t", "c.rs::works", "c.rs"] {
            assert_eq!(with(3, "b.rs::works", name), gone(name), "{name}");
        }
        assert_eq!(with(5, "Known gaps", "Unknown"), ["6 `SECURITY.md::Unknown` is not to be found"]);
        let nowhere = ["4 V1.1.1 is ‘answered’ and says neither where nor why"];
        assert_eq!(with(3, "`crates/a/src/b.rs::works`", "`nosniff`"), nowhere);
    }

    #[test]
    fn a_requirement_that_is_missing_twice_or_of_another_level_is_seen() {
        let left_out = [&FINE[..4], &FINE[5..]].concat();
        assert!(seen(&left_out).contains(&"5 V1.2.1 of level 2 stands where V1.1.2 of level 2 belongs".to_owned()));
        assert!(seen(&FINE[..5]).contains(&"5 nothing stands where V1.2.1 of level 2 belongs".to_owned()));
        assert!(with(4, "V1.1.2", "V1.1.1")[0].starts_with("5 V1.1.1 of level 2 stands where V1.1.2"));
        assert!(with(3, "| 1 |", "| 2 |")[0].starts_with("4 V1.1.1 of level 2 stands where V1.1.1 of level 1"));
        let more = [&FINE[..], &FINE[5..]].concat();
        assert!(seen(&more)[0].contains("stands where nothing belongs"));
    }

    #[test]
    fn a_wrong_count_and_a_state_nobody_knows_are_seen() {
        assert_eq!(with(0, "| 1 | 0 | 1 |", "| 1 | 1 | 2 |"), ["1 ‘answered’ is so of 1, 0, 1"]);
        let all = with(5, "not yet", "soon");
        assert_eq!(all, ["6 V1.2.1 is ‘soon’, which is no state", "3 ‘not yet’ is so of 0, 0, 0"]);
    }
}
