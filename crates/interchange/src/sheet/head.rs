//! The header: the row that looks most like one among the first, with the row of groups above it where cells were
//! merged. A person may say another line.

use plantgate_domain::base::{Invalid, Why};

use super::{Budget, Form, How, Line, Merged, Raw, Sheet, at as place, guess::known};
use crate::{Bounds, complaint};

/// Lines among which the header is looked for.
const LOOKED: usize = 20;

pub(super) fn found(file: &str, raw: Raw, how: &How, bounds: &Bounds) -> Result<Sheet, Vec<Invalid>> {
    let Raw { form, sheets, mut lines, merged } = raw;
    let at = match how.header {
        Some(number) => lines.iter().position(|l| l.number == number),
        None => best(&lines),
    };
    let Some(at) = at else {
        return Err(vec![match how.header {
            Some(line) => complaint(file, Some(line), None, Why::of("invalid-sheet-header")),
            None => complaint(file, None, None, Why::of("invalid-csv-empty")),
        }]);
    };
    let groups = at.checked_sub(1).and_then(|up| lines.get(up)).and_then(|up| groups(up, &merged, &form, bounds));
    let first = if groups.is_some() { at - 1 } else { at };
    let rows = lines.split_off((at + 1).min(lines.len()));
    let head = lines.split_off(first);
    let titles = titles(&head, groups.as_deref(), &merged);
    let rows = filled(rows, &merged, bounds).map_err(|(line, why)| vec![place(file, form.name(), line, None, why)])?;
    if rows.is_empty() {
        return Err(vec![complaint(file, None, None, Why::of("invalid-sheet-no-rows"))]);
    }
    Ok(Sheet { form, sheets, above: lines, head, titles, rows, merged })
}

/// The row with most cells that are known as titles; without any, the first with at least two cells.
fn best(lines: &[Line]) -> Option<usize> {
    let score = |l: &Line| l.cells.iter().filter(|c| known(c)).count();
    let most = lines.iter().take(LOOKED).map(score).max().filter(|n| *n > 0);
    match most {
        // Of equals the lowest: a row of groups stands above the row of titles.
        Some(most) => lines.iter().take(LOOKED).rposition(|l| score(l) == most),
        None => lines.iter().take(LOOKED).position(|l| l.cells.iter().filter(|c| !c.is_empty()).count() > 1),
    }
}

/// What the row above says of each column, if it is a row of groups: at least two of them, over more columns than one.
fn groups(up: &Line, merged: &[Merged], form: &Form, bounds: &Bounds) -> Option<Vec<String>> {
    let told = up.cells.iter().filter(|c| !c.is_empty()).count();
    let wide = merged.iter().any(|m| m.first.0 == up.number && m.last.1 > m.first.1);
    let gaps = up.cells.windows(2).any(|pair| matches!(pair, [a, b] if !a.is_empty() && b.is_empty()));
    let is_csv = matches!(form, Form::Csv { .. });
    if told < 2 || !(wide || (is_csv && gaps)) {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for (column, cell) in up.cells.iter().enumerate() {
        let over = merged.iter().find(|m| m.first.0 == up.number && (m.first.1..=m.last.1).contains(&column));
        let name = match over {
            Some(m) => up.cell(m.first.1).to_owned(),
            None if cell.is_empty() && is_csv => names.last().cloned().unwrap_or_default(),
            None => cell.clone(),
        };
        names.push(name);
    }
    // Merged cells reach further than the last one that holds something.
    let last = merged.iter().filter(|m| m.first.0 == up.number).map(|m| (m.first.1, m.last.1)).max();
    if let Some((first, last)) = last {
        names.resize(names.len().max((last + 1).min(bounds.columns)), up.cell(first).to_owned());
    }
    Some(names)
}

fn titles(head: &[Line], groups: Option<&[String]>, merged: &[Merged]) -> Vec<String> {
    let Some(row) = head.last() else { return Vec::new() };
    let Some(groups) = groups else { return row.cells.iter().map(|c| one_line(c)).collect() };
    let up = head.first().map_or(0, |l| l.number);
    let width = row.cells.len().max(groups.len());
    // A group that reaches over one column only is the title itself, or says more of it.
    (0..width)
        .map(|column| {
            let (group, title) = (groups.get(column).map_or("", String::as_str), row.cell(column));
            let tall = merged.iter().any(|m| m.first == (up, column) && m.last.0 > up && m.last.1 == column);
            match (group.is_empty(), title.is_empty() || tall) {
                (true, _) => one_line(title),
                (false, true) => one_line(group),
                (false, false) => format!("{} – {}", one_line(group), one_line(title)),
            }
        })
        .collect()
}

fn one_line(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Merged cells below the header say the same for each of their rows. Columns that nobody reads stay as they are, and
/// what is copied counts as what was read did.
fn filled(mut rows: Vec<Line>, merged: &[Merged], bounds: &Bounds) -> Result<Vec<Line>, (u64, Why)> {
    let mut budget = Budget::new(bounds);
    for row in &rows {
        row.cells.iter().try_for_each(|cell| budget.spend(cell)).map_err(|why| (row.number, why))?;
    }
    for m in merged.iter().filter(|m| m.last.0 > m.first.0 && m.first.1 < bounds.columns) {
        let Ok(first) = rows.binary_search_by_key(&m.first.0, |l| l.number) else { continue };
        let text = rows.get(first).map(|l| l.cell(m.first.1).to_owned()).unwrap_or_default();
        for row in rows.iter_mut().skip(first + 1).take_while(|l| l.number <= m.last.0) {
            budget.spend(&text).map_err(|why| (row.number, why))?;
            if row.cells.len() <= m.first.1 && !text.is_empty() {
                row.cells.resize(m.first.1 + 1, String::new());
            }
            if let Some(cell) = row.cells.get_mut(m.first.1) {
                cell.clone_from(&text);
            }
        }
    }
    Ok(rows)
}
