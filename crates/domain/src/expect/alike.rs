//! Names of firms that are likely the same: spelling, legal form, accents. What is likely is shown and a person
//! decides; nothing is ever merged because of this.

/// Legal forms and the words around them, which people leave out as they like.
const FORMS: &[&str] = &[
    "gmbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "gbr",
    "ug",
    "se",
    "mbh",
    "co",
    "cie",
    "inc",
    "ltd",
    "llc",
    "llp",
    "plc",
    "corp",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "aps",
    "sl",
    "kft",
    "pty",
    "limited",
    "incorporated",
    "corporation",
    "company",
    "und",
    "and",
    "et",
];

/// The words of a name that tell one firm from another.
pub fn words(name: &str) -> Vec<String> {
    let mut spelt = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => spelt.push_str("ae"),
            'ö' | 'ø' => spelt.push_str("oe"),
            'ü' => spelt.push_str("ue"),
            'ß' => spelt.push_str("ss"),
            'à'..='å' => spelt.push('a'),
            'ç' => spelt.push('c'),
            'è'..='ë' => spelt.push('e'),
            'ì'..='ï' => spelt.push('i'),
            'ñ' => spelt.push('n'),
            'ò'..='õ' => spelt.push('o'),
            'ù'..='û' => spelt.push('u'),
            // B.V. and BV are one word.
            '.' | '\'' | '’' => {}
            c if c.is_alphanumeric() => spelt.push(c),
            _ => spelt.push(' '),
        }
    }
    let all: Vec<String> = spelt.split_whitespace().map(str::to_owned).collect();
    let told: Vec<String> = all.iter().filter(|w| !FORMS.contains(&w.as_str())).cloned().collect();
    if told.is_empty() { all } else { told }
}

/// Whether two names, given as [`words`], are likely of one firm: the same words, one that goes on where the other
/// ends, or a slip of the pen.
pub fn alike(a: &[String], b: &[String]) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.starts_with(short) && long.len() - short.len() <= 2 {
        return true;
    }
    let (a, b) = (a.concat(), b.concat());
    let longest = a.chars().count().max(b.chars().count());
    let slips = if longest >= 10 { 2 } else { usize::from(longest >= 5) };
    a == b || within(&a, &b, slips)
}

/// Whether one text becomes the other by at most so many letters changed, added, left out or swapped with the next.
fn within(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let (mut two, mut one): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for (i, ca) in a.iter().enumerate() {
        let mut now = Vec::with_capacity(b.len() + 1);
        now.push(i + 1);
        for (j, cb) in b.iter().enumerate() {
            let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&one, j) + usize::from(ca != cb)).min(at(&one, j + 1) + 1).min(at(&now, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if swapped {
                best = best.min(at(&two, j - 1) + 1);
            }
            now.push(best);
        }
        if now.iter().all(|n| *n > most) {
            return false;
        }
        two = std::mem::replace(&mut one, now);
    }
    one.last().is_some_and(|n| *n <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likely(a: &str, b: &str) -> bool {
        let (a, b) = (words(a), words(b));
        assert_eq!(alike(&a, &b), alike(&b, &a), "the order of the two makes no difference");
        alike(&a, &b)
    }

    #[test]
    fn spellings_of_one_firm_are_alike() {
        for (a, b) in [
            ("Verdano GmbH", "VERDANO"),
            ("Müller Anlagenbau GmbH & Co. KG", "Mueller Anlagenbau"),
            ("Kessler Automation", "Kesler Automation AG"),
            ("Noord-Meet B.V.", "Noord Meet BV"),
            ("Siemens", "Siemens Digital Industries"),
            ("Hydrolux", "Hydroulx"),
        ] {
            assert!(likely(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn different_firms_are_not() {
        for (a, b) in [
            ("ABB", "ABM"),
            ("Kessler Automation", "Kessler Klima"),
            ("Verdano", "Ardena"),
            ("AG", "SE"),
            ("", "Verdano"),
            ("Noord Meet", "Zuid Meet"),
        ] {
            assert!(!likely(a, b), "{a} / {b}");
        }
    }
}
