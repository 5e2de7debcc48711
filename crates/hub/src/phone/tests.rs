use proptest::prelude::*;

use super::*;

fn found(stored: &str, typed: &str) -> bool {
    let keys = keys(stored);
    PhoneSearch::parse(typed)
        .is_some_and(|search| search.parts.iter().any(|part| keys.contains(part.as_str())))
}

fn found_in_message(said: &str, typed: &str) -> bool {
    let readings = readings_in(&folded(said));
    PhoneSearch::parse(typed).is_some_and(|search| {
        search.in_messages().any(|part| readings.iter().any(|reading| reading.contains(part)))
    })
}

/// Each is the same number as each other one of its group.
const SAME: [&[&str]; 8] = [
    &[
        "+49 (0)30 1234567",
        "+49 30 1234567",
        "+49301234567",
        "+49 030 1234567",
        "+49 (030) 1234567",
        "(+49) 30/1234567",
        "+(49) 30 1234567",
        "+49.30.1234567",
        "+49-30-1234567",
        "+49 [0] 30 1234567",
        "+49 (0) 30 - 12 345 67",
        "0049 30 1234567",
        "0049 (0)30 1234567",
        "00 49 30/12 34 567",
        "49 30 1234567",
        "49 (0)30 1234567",
        "030 1234567",
        "030/1234567",
        "(030) 1234567",
        "(0)30 1234567",
        "30 1234567",
        "tel:+49-30-1234567",
        "tel:+49-30-1234567;ext=12",
        "+49 30 1234567 ext. 12",
        "+49 30 1234567 x12",
        "+49 30 1234567 (ext 12)",
        "+49 30 1234567, Ext: 12",
        "+49 30 1234567 #12",
        "+49 30 1234567;ext=12",
        "+49 30 1234567 Durchwahl 12",
        "+49\u{a0}30\u{a0}1234567",
        "+49\u{202f}30\u{2007}1234567",
        "+49\u{2011}30\u{2011}1234567",
        "+49\u{2013}30\u{2212}1234567",
        "+49\u{ad}30\u{200b}1234567",
        "\u{202a}+49 30 1234567\u{202c}",
        "\u{200e}+49 30 1234567",
        "\u{ff0b}\u{ff14}\u{ff19}\u{3000}\u{ff08}\u{ff10}\u{ff09}\u{ff13}\u{ff10}\u{30fc}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}",
        "+٤٩ ٣٠ ١٢٣٤٥٦٧",
        "+۴۹ ۳۰ ۱۲۳۴۵۶۷",
        "+४९ (०)३० १२३४५६७",
        "٠٣٠ ١٢٣٤٥٦٧",
        "  +49  30  1234567  ",
    ],
    &[
        "+380 (50) 123-45-67",
        "050 123 45 67",
        "00380501234567",
        "380501234567",
        "+380 50 1234567",
        "501234567",
    ],
    &["+371 20 000 123", "20000123", "(371) 2000-0123", "0037120000123", "020000123", "20-00-01-23"],
    // A zero that is a part of the number.
    &[
        "+39 06 1234567",
        "0039 06 1234567",
        "06 1234567",
        "39 06 1234567",
        "+39 (0)6 1234567",
        "+39 6 1234567",
    ],
    &["+225 07 12 34 56 78", "00225 0712345678", "07 12 34 56 78", "225 0712345678"],
    // Another prefix than zero.
    &[
        "+7 495 123-45-67",
        "8 (495) 123-45-67",
        "7 495 123 45 67",
        "84951234567",
        "(495) 123-45-67",
        "007 495 1234567",
    ],
    &["+375 29 123-45-67", "8 029 123-45-67", "8 (029) 1234567", "029 123 45 67", "+375 (029) 123 45 67"],
    &[
        "+1 (212) 555-0123",
        "1-212-555-0123",
        "(212) 555-0123",
        "212.555.0123",
        "001 212 555 0123",
        "+12125550123 x7",
    ],
];

#[test]
fn a_number_is_the_same_however_it_is_written() {
    for group in SAME {
        for stored in group {
            for typed in group {
                assert!(
                    found(stored, typed),
                    "{stored} by {typed}: {} {:?}",
                    keys(stored),
                    PhoneSearch::parse(typed)
                );
                let said = format!("Call me (after 5 p.m.): {stored}, please");
                if typed.chars().count() > 8 && !stored.starts_with("tel:") {
                    assert!(
                        found_in_message(&said, typed),
                        "{said} by {typed}: {:?}",
                        readings_in(&folded(&said))
                    );
                }
            }
        }
    }
}

#[test]
fn another_number_is_another_one() {
    for (stored, typed) in [
        ("+49 30 1234567", "+43 30 1234567"),
        ("+49 30 1234567", "+49 30 1234568"),
        ("+49 30 1234567", "+49 40 1234567"),
        ("030 1234567", "+49 40 1234567"),
        ("+43 30 1234567", "+49 (0)30 1234567"),
        // Without a country it is the same only from its beginning on.
        ("0660 30 1234567", "+49 30 1234567"),
        ("+7 495 123-45-67", "8 (496) 123-45-67"),
        ("", "123"),
        ("none", "123"),
    ] {
        assert!(!found(stored, typed), "{stored} by {typed}: {}", keys(stored));
    }
}

/// Who looks for a number sees the list get shorter, and the number stay in it.
#[test]
fn a_number_is_found_while_it_is_typed() {
    for group in SAME {
        for typed in group {
            for stored in group {
                let mut typing = String::new();
                for c in typed.trim().chars() {
                    typing.push(c);
                    let digits = folded(&typing).chars().filter(char::is_ascii_digit).count();
                    // As many as may begin with a country's code that is not said to be one.
                    if digits >= WITH_COUNTRY && PhoneSearch::parse(&typing).is_some() {
                        assert!(found(stored, &typing), "{stored} by {typing}");
                    }
                }
            }
        }
    }
    let stored = "+49 (0)30 1234567";
    for part in
        ["+49 3", "+49 (0)3", "+49 (0) 30 1", "0049 30 1", "49 30", "030 1", "301", "345", "4567", "30 12345"]
    {
        assert!(found(stored, part), "{part}: {:?}", PhoneSearch::parse(part));
    }
    for part in ["+371", "+371 (0", "00371", "+371 2", "(371)", "000 123", "00 123", "000123", "123"] {
        assert!(found("+371 20 000 123", part), "{part}: {:?}", PhoneSearch::parse(part));
    }
}

#[test]
fn what_tells_no_numbers_apart_is_not_looked_for() {
    for text in [
        "",
        " ",
        "+",
        "()",
        "0",
        "00",
        "000",
        "12",
        "+49",
        "0 1 2",
        "+٤٩",
        "x12",
        "order 123",
        "12:30",
        "red",
        "1,5",
        "a@b.c",
        "№ 1",
        "tel:",
    ] {
        assert_eq!(PhoneSearch::parse(text), None, "{text}");
    }
    assert_eq!(PhoneSearch::parse("+4930").map(|search| search.parts), Some(vec!["4930".into()]), "not ~30");
    // Said to be a number, a short one is looked for.
    for (text, parts) in
        [("12", &["12"][..]), ("+49", &["49"]), ("0", &["0"]), ("no 7 or 8", &["7"]), ("000", &["000"])]
    {
        assert_eq!(PhoneSearch::of(text).map(|search| search.parts).unwrap(), parts, "{text}");
    }
    assert_eq!(PhoneSearch::of("none"), None);
    // Few digits are in too many messages.
    assert!(!found_in_message("It was 1 23 45 67 or so", "123"));
    assert!(found_in_message("It was 1 23 45 67 or so", "12345"));
    assert!(!found_in_message("from 12 to 345", "12345"));
}

#[test]
fn a_text_may_hold_several_numbers() {
    let said = "030 1234567, +371 20 000 123 or 8 (495) 123-45-67\n040 7654321";
    for typed in ["+49 30 1234567", "20000123", "+7 495 123 45 67", "040 7654321", "+49 40 7654321"] {
        assert!(found(said, typed), "{typed}: {}", keys(said));
        assert!(found_in_message(said, typed), "{typed}");
    }
    let list = ["20000123"; 40].join(" ");
    assert!(found_in_message(&list, "+371 20000123"));
    assert!(readings_in("111111111111111111111111111111").is_empty(), "no phone has so many digits");
    assert_eq!(keys("030 1234567 ext. 123"), keys("030 1234567"));
}

/// What stands in the database: another rule needs another [`FOLDING`](crate::ports::FOLDING).
#[test]
fn keys_are_readings_with_a_mark() {
    for (text, expected) in [
        ("+49 (0)30 1234567", "+49301234567"),
        ("+49 030 1234567", "+490301234567 +49301234567"),
        ("030 1234567", "~301234567"),
        ("49 030 1234567", "~490301234567 ~49301234567"),
        ("8 029 1234567", "~80291234567 ~291234567"),
        ("112", "~112"),
        ("12", ""),
        ("none", ""),
        ("+49", ""),
        ("+999", "+999"),
        ("+0", ""),
    ] {
        assert_eq!(keys(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let readings = readings_in(&folded(&text));
        let digits = folded(&text).chars().filter(char::is_ascii_digit).count();
        prop_assert!(readings.iter().map(String::len).sum::<usize>() <= 4 * digits);
        prop_assert_eq!(PhoneSearch::of(&text).is_some(), has_digit(&text));
        let _ = (PhoneSearch::parse(&text), keys(&text));
    }

    #[test]
    fn a_part_of_a_number_is_found(digits in "[1-9][0-9]{6,13}", from in 0..4_usize, length in 4..9_usize, plus in any::<bool>()) {
        let stored = if plus { format!("+{digits}") } else { digits.clone() };
        let part: String = digits.chars().skip(from).take(length).collect();
        prop_assume!(part.trim_start_matches('0').len() >= SEARCHED);
        prop_assert!(found(&stored, &part), "{stored} by {part}");
    }
}
