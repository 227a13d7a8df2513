//! Law 3: statements that write stand only where the writer's turn can see them.
use super::{Breach, Source};

const WHY: &str = "a row nobody folded is a row no entry explains";
const TODO: &str = "let a fold in crates/store/src/rows write it, or crates/store/src/ops if it is working state";

pub fn check(source: &Source) -> Vec<Breach> {
    if source.is_beside_the_product() || may_write(&source.path) {
        return Vec::new();
    }
    let breach = |line: usize, verb: &str| source.breach(line, 3, format!("SQL that writes ({verb})"), WHY, TODO);
    if let Some(rust) = &source.rust {
        let product = rust.literals.iter().filter(|literal| !rust.is_test_line(literal.line));
        return product.filter_map(|literal| Some(breach(literal.line, writes(&literal.text)?))).collect();
    }
    if source.has_ending(&["sql"]) && !source.path.starts_with("crates/store/") {
        return writes(&source.text).map(|verb| breach(1, verb)).into_iter().collect();
    }
    Vec::new()
}

fn may_write(path: &str) -> bool {
    let Some(inside) = path.strip_prefix("crates/store/src/") else { return false };
    let room = inside.split('/').next().unwrap_or_default();
    // The record's own tables (entries, edge, tiles, erasable values, generation) are written by the modules that are
    // the record; the writer's turn calls them and nobody else does.
    if matches!(room, "book.rs" | "private.rs" | "transfer.rs" | "verify.rs") {
        return true;
    }
    matches!(room, "rows" | "rows.rs" | "ops" | "ops.rs") || room.starts_with("writer") || room.starts_with("db")
}

/// The verb of a writing statement anywhere in the text (a CTE may write in its middle). An English sentence that
/// begins with "Update" is not SQL, so the word that must follow is asked for too.
fn writes(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase().replace("\\n", " ");
    let words: Vec<&str> =
        lower.split(|c: char| c.is_whitespace() || c == '(' || c == '\\').filter(|w| !w.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        let next = |ahead: usize| words.get(at + ahead).copied().unwrap_or_default();
        match *word {
            "insert" if next(1) == "into" || (next(1) == "or" && next(3) == "into") => return Some("insert"),
            "delete" if next(1) == "from" && is_table(next(2)) && statement_at(&words, at) => return Some("delete"),
            "update" if (next(2) == "set" || next(4) == "set") && lower.contains('=') && statement_at(&words, at) => {
                return Some("update");
            }
            _ => {}
        }
    }
    None
}

/// "delete from" and "update … set" are also English; SQL has them at the start of a statement.
fn statement_at(words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    before.is_none_or(|word| word.ends_with(';') || word.ends_with(')') || *word == "as")
}

fn is_table(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '"' || c == '{')
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Source;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).into_iter().map(|b| b.line).collect()
    }

    const BAD: &str =
        "fn f() {\n  q(\"INSERT INTO a VALUES ($1)\");\n  q(\"update a set b = 1\");\n  q(\"delete from a\");\n}";

    #[test]
    fn writing_outside_the_writer_is_seen() {
        assert_eq!(lines("crates/store/src/reads/permit.rs", BAD), [2, 3, 4]);
        assert_eq!(
            lines("crates/web/src/a.rs", "const A: &str = \"with x as (delete from a returning b) select 1\";"),
            [1]
        );
        assert_eq!(lines("crates/app/src/a.sql", "insert into a values (1)"), [1]);
    }

    #[test]
    fn the_writer_rows_and_ops_may() {
        for path in ["writer.rs", "writer/turn.rs", "rows/permit.rs", "ops/jobs.rs", "db.rs", "db/open.rs"] {
            assert!(lines(&format!("crates/store/src/{path}"), BAD).is_empty(), "{path}");
        }
    }

    #[test]
    fn sentences_tests_and_reading_are_fine() {
        let text =
            "const A: &str = \"Update the set of tiers\"; // delete from x\nconst B: &str = \"select 1 for update\";";
        assert!(lines("crates/web/src/a.rs", text).is_empty());
        assert!(lines("crates/web/src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{BAD}\n}}")).is_empty());
        assert!(lines("crates/web/tests/a.rs", BAD).is_empty());
    }
}
