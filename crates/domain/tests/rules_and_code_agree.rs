//! What stands as data in `rules/` and as code in a wing must name the same things: a check that only one of them knows
//! would be off without anybody having switched it off.

use plantgate_domain::{permit::checks, rules::Rules};

#[test]
fn the_checks_of_the_file_are_the_checks_of_the_code() {
    let rules = Rules::builtin().unwrap();
    let keys: Vec<&str> = rules.checks.check.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, checks::KEYS);
    for row in &rules.checks.check {
        assert_eq!(checks::is_floor(&row.key), row.floor, "{}", row.key);
    }
}
