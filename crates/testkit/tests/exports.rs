//! What is exported is what is shown: for every list and register, with each of its filters, the file has as many rows
//! as all pages together and as the count says, row by row the same objects, and no cell that a spreadsheet would run.

use plantgate_domain::base::Kind;
use plantgate_interchange::{
    Bounds,
    sheet::{self, How},
};
use plantgate_testkit::{
    door::Door,
    story::{Story, steps},
};
use serde_json::{Value, json};

/// Lists that are no register.
const LISTS: &[&str] = &[
    "/access",
    "/access/grants",
    "/admin/users",
    "/admin/services",
    "/admin/would-refuse",
    "/evidence",
    "/evidence/requests",
    "/findings",
    "/providers",
    "/providers/P-77/access",
    "/systems",
    "/visits",
    "/logbook",
    "/messages",
    "/admin/deliveries",
];

/// The text between two marks, for every pair of them.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

fn words(html: &str) -> String {
    let texts = html.split('<').map(|p| p.split_once('>').map_or(p, |(_, text)| text));
    let bare = texts.collect::<Vec<_>>().join(" ");
    let plain = bare.replace("&amp;", "&").replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cells of a file as a spreadsheet reads them.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    rows
}

/// All rows of all pages of a view, by what stands at their head; and the count each page shows.
async fn shown(door: &Door, view: &str) -> (Vec<String>, Option<usize>) {
    let (mut rows, mut count, mut next) = (Vec::new(), None, Some(view.to_owned()));
    while let Some(path) = next.take() {
        let page = door.get(&path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        for head in between(&page.body, "<th scope=\"row\"", "</th>") {
            rows.push(words(&format!("<th{head}")));
        }
        let pager = between(&page.body, "<div class=\"pager\">", "</div>").concat();
        let range = words(pager.split("</span>").next().unwrap_or_default());
        count = range.split_whitespace().next_back().and_then(|n| n.parse().ok()).or(count);
        let link = pager.split("<a ").find(|a| a.contains("rel=\"next\""));
        next = link
            .and_then(|a| between(a, "href=\"", "\"").first().map(|h| h.replace("&amp;", "&").replace("&#38;", "&")));
    }
    (rows, count)
}

/// A list with each of its chips and each word of its selections.
async fn views(door: &Door, list: &str) -> Vec<String> {
    let page = door.get(list).await;
    let mut all = vec![list.to_owned(), format!("{list}?q=b"), format!("{list}?sort=reference")];
    for chips in between(&page.body, "<nav class=\"chips\"", "</nav>") {
        let links = between(chips, "href=\"", "\"").into_iter();
        all.extend(links.map(|h| h.replace("&amp;", "&").replace("&#38;", "&")));
    }
    for select in between(&page.body, "<select ", "</select>").iter().filter(|s| s.starts_with("id=\"by-")) {
        let name = between(select, "name=\"", "\"").first().map(|n| (*n).to_owned()).unwrap_or_default();
        let values = between(select, "<option value=\"", "\"").into_iter().filter(|v| !v.is_empty());
        all.extend(values.map(|v| format!("{list}?{name}={v}")));
    }
    all.retain(|view| view.starts_with(list));
    all.sort();
    all.dedup();
    all
}

async fn is_what_is_shown(door: &Door, view: &str) -> usize {
    let (rows, count) = shown(door, view).await;
    let more = if view.contains('?') { '&' } else { '?' };
    let file = door.get(&format!("{view}{more}as=csv")).await;
    assert_eq!(file.status.as_u16(), 200, "{view}");
    let table = cells(&file.body);
    let (head, body) = table.split_first().unwrap();
    assert_eq!(body.len(), rows.len(), "{view}: rows of the file and of all pages {rows:?}");
    assert_eq!(body.len(), count.unwrap_or(0), "{view}: rows of the file and the count shown");
    for (row, on_page) in body.iter().zip(&rows) {
        assert_eq!(row.len(), head.len(), "{view}: {row:?}");
        let first = on_page.split_whitespace().next().unwrap_or_default();
        assert!(row.iter().any(|c| !c.is_empty() && c.contains(first)), "{view}: {row:?} is not {on_page}");
        let runs = row.iter().find(|c| c.starts_with(['=', '+', '@', '\t']) || c.starts_with('-') && c.len() > 1);
        assert!(runs.is_none(), "{view}: a spreadsheet would run {runs:?}");
    }
    let json: Value = door.get(&format!("{view}{more}as=json")).await.json();
    assert_eq!(json.as_array().unwrap().len(), rows.len(), "{view}");
    let book = door.get(&format!("{view}{more}as=xlsx")).await;
    assert!(book.bytes.starts_with(b"PK"), "{view}: {}", book.status);
    let titles_first = How { header: Some(1), sheet: None };
    if rows.is_empty() {
        return 0;
    }
    let sheet = sheet::read("x.xlsx", &book.bytes, &titles_first, &Bounds::SMALL).unwrap();
    assert_eq!(sheet.titles, *head, "{view}: titles of the workbook");
    // A workbook says in its format what a text file says with an apostrophe.
    let plain = |c: &String| c.strip_prefix('\'').unwrap_or(c).trim().to_owned();
    for (row, in_book) in body.iter().zip(&sheet.rows) {
        let cells: Vec<String> = (0..row.len()).map(|n| in_book.cell(n).to_owned()).collect();
        assert_eq!(cells, row.iter().map(plain).collect::<Vec<_>>(), "{view}");
    }
    assert_eq!(sheet.rows.len(), rows.len(), "{view}: rows of the workbook");
    rows.len()
}

fn step_of(story: &Story) -> usize {
    if story.demo.world.engine == "SQLite" { 1 } else { 4 }
}

#[tokio::test]
async fn a_file_has_the_rows_of_all_pages_and_no_formula() {
    for mut story in Story::both().await {
        for step in steps() {
            story.does(&step).await.unwrap();
        }
        // A firm that calls itself a formula, and sixty more, so that lists have a second page.
        let admin = story.demo.caller("k.brandt");
        for n in 0..60 {
            let name = if n == 0 { "=cmd|' /C calc'!A0".to_owned() } else { format!("Firm {n}") };
            let body = json!({ "reference": format!("X-{n:02}"), "name": name, "country": "DE" });
            story.demo.world.named(&admin, "register-provider", body).await.unwrap();
        }
        crate::messages::told(&story.demo).await;
        crate::messages::dead(&story.demo).await;
        let door = story.door("N-102").await;
        let (mut lists, mut seen) = (LISTS.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>(), 0);
        lists.extend(Kind::ALL.iter().map(|k| format!("/register/{k}")));
        for list in lists {
            let page = door.get(&list).await;
            if page.status.as_u16() != 200 {
                assert!(list.starts_with("/register/"), "{list}: {}", page.status);
                continue;
            }
            assert!(page.body.contains("as=csv"), "{list} cannot be exported");
            // One SQL text serves both engines: on the second, every fourth view is enough.
            for view in views(&door, &list).await.into_iter().step_by(step_of(&story)) {
                seen += usize::from(is_what_is_shown(&door, &view).await > 0);
            }
        }
        assert!(seen > 60 / step_of(&story), "{}: too few views with rows: {seen}", story.demo.world.engine);
        story.demo.world.close().await;
    }
}
