//! One flat sheet from the terminal: refused with its places, rejected rows back as the same file, taken once, undone.

use super::folder::Folder;
use serde_json::json;

/// As a site keeps it: semicolons, Windows letters, a title above, two spellings, a day there is not.
const SHEET: &[u8] = b"Fremdfirmen Brunnfeld;;;\r\n\
    Firma;Land;Ansprechpartner;g\xfcltig bis\r\n\
    M\xfcnzner Pumpen GmbH;Deutschland;J\xfcrgen Gro\xdf;31.12.2027\r\n\
    Muenzner Pumpen;;Eva Blau;n/a\r\n\
    Hydrolux;DE;Ann Oram;31.02.2026\r\n";

#[test]
fn a_sheet_comes_in_from_the_terminal_once_and_goes_again() {
    let folder = Folder::new("sheet");
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let (file, back) = (folder.path().join("firmen.csv"), folder.path().join("zurueck.csv"));
    std::fs::write(&file, SHEET).unwrap();
    let (file, back) = (file.to_string_lossy().into_owned(), back.to_string_lossy().into_owned());
    let sheet = ["import", "sheet", &file, "--as", "N-100", "--site", "BRU", "--from", "2026-01-01"];
    // when it is sent as it is: refused, with the line and what is wrong there, and the rejected rows go to a file
    let (code, said) = folder.json(&[&sheet[..], &["--rejected", &back]].concat(), "");
    let told = said.to_string();
    assert!(code == Some(2) && told.contains("line 4") && told.contains("Muenzner Pumpen"), "{code:?} {told}");
    assert!(told.contains("line 5"), "a day there is not: {told}");
    let bytes = std::fs::read(&back).unwrap();
    let rows: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    assert!(rows[0].starts_with(b"Fremdfirmen") && rows[1].ends_with(b";reason\r"), "{rows:?}");
    assert!(rows[2].starts_with(b"Muenzner") && rows[3].starts_with(b"Hydrolux"), "only those that were rejected");
    // and a file that is there is never written over, least of all the sheet itself
    let (code, over) = folder.json(&[&sheet[..], &["--rejected", &file]].concat(), "");
    assert!(code == Some(2) && over.to_string().contains("firmen.csv"), "{over}");
    assert_eq!(std::fs::read(&file).unwrap(), SHEET);
    // when a column is named that is not there: the ones that are
    let (code, unknown) = folder.json(&[&sheet[..], &["--column", "Telefon=person"]].concat(), "");
    assert!(code == Some(2) && unknown.to_string().contains("Ansprechpartner"), "{unknown}");
    // when the spelling is decided and the rest is left out: what it would do, then done, then nothing new
    let decided = [&sheet[..], &["--same", "Muenzner Pumpen=Münzner Pumpen GmbH", "--without-rejected"]].concat();
    let (code, preview) = folder.json(&[&decided[..], &["--preview"]].concat(), "");
    assert_eq!((code, &preview["preview"], &preview["rejected"]), (Some(0), &json!(true), &json!(1)), "{preview}");
    let (code, done) = folder.json(&decided, "");
    assert_eq!((code, &done["new"], &done["rejected"]), (Some(0), &preview["new"], &json!(1)), "{done}");
    let (code, again) = folder.json(&decided, "");
    assert_eq!((code, &again["new"]), (Some(0), &json!(0)), "{again}");
    // when it is undone within the day: gone, and it comes in anew
    let undo = json!({ "import": done["import"] }).to_string();
    let (code, undone) = folder.json(&["act", "undo-import", "--as", "N-100"], &undo);
    assert_eq!(code, Some(0), "{undone}");
    let (_, anew) = folder.json(&decided, "");
    assert_eq!(anew["new"], done["new"], "{anew}");
}
