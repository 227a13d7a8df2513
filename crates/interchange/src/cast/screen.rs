//! What a screen showed, as text and looks: no escape sequence, no control character and no sign that turns text around
//! comes out of here. Colours are eight names, so that a page has a token for each; text that was painted in its own
//! background is readable, because a background alone says the colour.

use avt::{Cell, Color, Pen, Terminal};

/// Most columns that are drawn.
pub const COLUMNS: usize = 500;
/// Most rows that are drawn.
pub const ROWS: usize = 200;

/// How a run of text looked. A background is drawn as a block of one colour, with its text in the colour of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// Of the eight colours of terminals; nothing is the page's own.
    pub colour: Option<u8>,
    /// Whether the colour is behind the text.
    pub block: bool,
    pub bold: bool,
    pub faint: bool,
    pub italic: bool,
    pub underline: bool,
    pub struck: bool,
    /// Where the cursor stood.
    pub cursor: bool,
}

impl Look {
    /// Classes for a page, in a fixed order.
    pub fn classes(&self) -> String {
        let colour = self.colour.map(|c| format!("t-{c}"));
        let marks = [
            (self.block, "t-block"),
            (self.bold, "t-bold"),
            (self.faint, "t-faint"),
            (self.italic, "t-italic"),
            (self.underline, "t-under"),
            (self.struck, "t-struck"),
            (self.cursor, "t-cursor"),
        ];
        let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, class)| class.to_owned());
        colour.into_iter().chain(marks).collect::<Vec<_>>().join(" ")
    }
}

/// Text of one look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub text: String,
    pub look: Look,
}

/// What a screen showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Screen {
    pub columns: usize,
    pub rows: usize,
    /// Rows from the top; empty ones at the end are left out.
    pub lines: Vec<Vec<Run>>,
}

impl Screen {
    /// The screen of a terminal as it is.
    pub fn of(terminal: &Terminal) -> Screen {
        let (columns, rows) = terminal.size();
        let cursor = terminal.cursor().position();
        let at = |row: usize| cursor.filter(|(_, r)| *r == row).map(|(column, _)| column);
        let screen = terminal.screen();
        let lines = screen.visible_lines().enumerate().map(|(row, line)| runs(line.cells(), at(row)));
        let mut lines: Vec<Vec<Run>> = lines.collect();
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        Screen { columns, rows, lines }
    }

    /// The same without looks.
    pub fn text(&self) -> String {
        let line = |runs: &Vec<Run>| runs.iter().map(|r| r.text.as_str()).collect::<String>().trim_end().to_owned();
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }
}

/// A character that may stand on a page: none that steers, none that turns the order of others around or hides.
pub fn plain(c: char) -> char {
    match c {
        '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => {
            char::REPLACEMENT_CHARACTER
        }
        '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

fn runs(cells: &[Cell], cursor: Option<usize>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (column, cell) in cells.iter().enumerate().filter(|(_, c)| c.width() > 0) {
        let look = Look { cursor: cursor == Some(column), ..look(cell.pen()) };
        let c = plain(cell.char());
        match runs.last_mut().filter(|run| run.look == look) {
            Some(run) => run.text.push(c),
            None => runs.push(Run { text: c.to_string(), look }),
        }
    }
    trimmed(runs)
}

/// Without the blanks at its end that show nothing.
fn trimmed(mut runs: Vec<Run>) -> Vec<Run> {
    while let Some(last) = runs.last_mut().filter(|run| !run.look.block && !run.look.cursor && !run.look.underline) {
        last.text.truncate(last.text.trim_end_matches(' ').len());
        if !last.text.is_empty() {
            break;
        }
        runs.pop();
    }
    runs
}

fn look(pen: &Pen) -> Look {
    let (front, behind) = (pen.foreground().and_then(colour), pen.background().and_then(colour));
    // A background that is the page's own, or none, is no block.
    let (colour, block) = match (pen.is_inverse(), front, behind) {
        (false, front, None) => (front, false),
        (false, _, Some(behind)) => (Some(behind), true),
        (true, front, _) => (front, true),
    };
    Look {
        colour,
        block,
        bold: pen.is_bold(),
        faint: pen.is_faint(),
        italic: pen.is_italic(),
        underline: pen.is_underline(),
        struck: pen.is_strikethrough(),
        cursor: false,
    }
}

/// The nearest of the eight colours; black and grey are the page's own.
fn colour(color: Color) -> Option<u8> {
    let (r, g, b) = match color {
        Color::Indexed(n @ 0..=15) => return Some(n % 8).filter(|n| *n != 0),
        Color::Indexed(n @ 16..=231) => {
            let n = n - 16;
            (n / 36 * 51, n / 6 % 6 * 51, n % 6 * 51)
        }
        Color::Indexed(n) => {
            let grey = (n - 232) * 10 + 8;
            (grey, grey, grey)
        }
        Color::RGB(rgb) => (rgb.r, rgb.g, rgb.b),
    };
    let most = r.max(g).max(b);
    if most < 64 {
        return None;
    }
    // A part counts where it is more than half of the strongest.
    let counts = |part: u8, bit: u8| if u16::from(part) * 2 > u16::from(most) { bit } else { 0 };
    Some(counts(r, 1) | counts(g, 2) | counts(b, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(text: &str) -> Screen {
        let mut terminal = Terminal::new(20, 4).unwrap();
        terminal.feed(text);
        Screen::of(&terminal)
    }

    #[test]
    fn runs_of_one_look_are_one_and_blanks_at_the_end_are_gone() {
        let s = screen("\x1b[?25lab\x1b[1;31mcd\x1b[0m  \r\n\r\nend   ");
        assert_eq!(s.text(), "abcd\n\nend");
        let looks: Vec<_> = s.lines[0].iter().map(|r| (r.text.as_str(), r.look.classes())).collect();
        assert_eq!(looks, [("ab", String::new()), ("cd", "t-1 t-bold".to_owned())]);
        assert_eq!(s.lines.len(), 3);
    }

    #[test]
    fn colours_are_eight_and_what_is_hidden_by_its_background_is_readable() {
        let classes = |text: &str| screen(&format!("\x1b[?25l{text}x")).lines[0][0].look.classes();
        assert_eq!(classes("\x1b[32m"), "t-2");
        assert_eq!(classes("\x1b[92m"), "t-2");
        assert_eq!(classes("\x1b[38;5;196m"), "t-1");
        assert_eq!(classes("\x1b[38;2;18;52;86m"), "t-6");
        assert_eq!(classes("\x1b[30m"), "");
        assert_eq!(classes("\x1b[31;41m"), "t-1 t-block");
        assert_eq!(classes("\x1b[7m"), "t-block");
        assert_eq!(classes("\x1b[2;3;4;9m"), "t-faint t-italic t-under t-struck");
    }

    #[test]
    fn nothing_that_steers_or_turns_comes_out() {
        let s = screen("a\u{202e}b\u{9b}31mc\u{200b}\x00\x07\x1b]0;title\x07d\u{feff}<b>&");
        let text = s.text();
        assert!(text.contains("<b>&"), "{text}: markup is the page's to escape");
        assert!(!text.chars().any(|c| c != '\n' && plain(c) != c), "{text:?}");
    }
}
