//! Every page as a picture, in both themes and at both widths, with one sheet to leaf through them: what a person looks
//! at before a release, because no test sees that a page is ugly.
use std::path::Path;

use crate::{shell::Done, suites};

/// Where they land. A run begins with an empty folder: a page that is gone leaves no picture.
const FOLDER: &str = "target/pictures";

/// The tests that go through every page.
const TAKEN_BY: &[&str] = &[
    "browser::every_page_is_clean_to_axe_and_fits_at_both_widths",
    "browser::appearance::colours_keep_their_contrast_by_night_and_where_more_is_asked",
];

/// Takes them and writes the sheet. A page that fails its test has its picture too, and the command fails behind that.
pub fn pictures() -> Done {
    let folder = std::env::current_dir().map_err(|e| e.to_string())?.join(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    // The tests run in folders of their own.
    let filter = TAKEN_BY.iter().map(|name| format!("test(={name})")).collect::<Vec<_>>().join(" | ");
    let words = ["-p", "plantgate-testkit", "--test", "house", "-E", &filter].map(str::to_owned);
    let tested = suites::with_variable(("PLANTGATE_SHOTS", &folder.to_string_lossy()), &words);
    let count = sheet(&folder)?;
    println!("{count} pictures: {}", folder.join("index.html").display());
    tested
}

/// Writes the page that shows all of them; how many there are.
fn sheet(folder: &Path) -> Done<usize> {
    let read = std::fs::read_dir(folder).map_err(|e| format!("no picture was taken: {}: {e}", folder.display()))?;
    let mut names: Vec<String> = read
        .filter_map(|file| file.ok().map(|file| file.file_name().to_string_lossy().into_owned()))
        .filter(|name| name.ends_with(".png"))
        .collect();
    names.sort();
    let mut text = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Plantgate, page by page</title>\n\
         <style>body { font: 1rem system-ui; columns: 26rem } figure { break-inside: avoid; margin: 0 0 1rem }\n\
         img { max-width: 100%; border: 1px solid #888 }</style>\n<h1>Plantgate, page by page</h1>\n",
    );
    for name in &names {
        // Names are of letters, digits, points, dashes and lines: nothing of them needs an escape.
        let file = format!("<a href=\"{name}\"><img src=\"{name}\" alt=\"{name}\" loading=\"lazy\"></a>");
        text.push_str(&format!("<figure>{file}<figcaption>{name}</figcaption></figure>\n"));
    }
    let index = folder.join("index.html");
    std::fs::write(&index, text).map_err(|e| format!("{}: {e}", index.display()))?;
    Ok(names.len())
}
