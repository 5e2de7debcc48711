//! Where addresses begin and end, what is none, and what a stranger may write.

use proptest::prelude::*;

use super::*;
/// The links of `text` as they are written, and where they lead.
fn links(text: &str) -> Vec<(String, String)> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let cut = |link: &Link| {
        let from = usize::try_from(link.offset).unwrap();
        String::from_utf16(&units[from..from + usize::try_from(link.length).unwrap()]).unwrap()
    };
    found_in(text).iter().map(|link| (cut(link), link.url.clone())).collect()
}

#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(text, url)| ((*text).to_owned(), (*url).to_owned())).collect();
    assert_eq!(links(text), expected, "{text}");
}

#[test]
fn addresses_end_where_the_sentence_goes_on() {
    for (text, expected) in [
        ("See https://shop.example/a.", "https://shop.example/a"),
        ("https://shop.example/a?b=1&c=%20#d, then", "https://shop.example/a?b=1&c=%20#d"),
        ("(https://en.wikipedia.example/wiki/Foo_(bar))", "https://en.wikipedia.example/wiki/Foo_(bar)"),
        ("[x](https://shop.example/a)", "https://shop.example/a"),
        ("<https://shop.example/a>", "https://shop.example/a"),
        ("„https://shop.example/a“", "https://shop.example/a"),
        ("«https://shop.example/a»", "https://shop.example/a"),
        ("\"https://shop.example/a\"!", "https://shop.example/a"),
        ("见 https://shop.example/a。然后", "https://shop.example/a"),
        ("（https://shop.example/a）", "https://shop.example/a"),
        ("「https://shop.example/a」、", "https://shop.example/a"),
        ("انظر https://shop.example/a؟", "https://shop.example/a"),
        ("https://shop.example/a।", "https://shop.example/a"),
        ("https://shop.example/a… and", "https://shop.example/a"),
        ("https://shop.example/a’s", "https://shop.example/a"),
        ("📦https://shop.example/a 📦", "https://shop.example/a"),
        ("\u{2067}https://shop.example/a\u{2069}", "https://shop.example/a"),
        ("http://[::1]:3000/x", "http://[::1]:3000/x"),
        ("http://10.0.0.1:8080/x", "http://10.0.0.1:8080/x"),
        ("https://shop.example:8443.", "https://shop.example:8443"),
        ("https://shop.example/a\nhttps:", "https://shop.example/a"),
    ] {
        check(text, &[(expected, expected_url(expected).as_str())]);
    }
}

fn expected_url(written: &str) -> String {
    if written.matches('/').count() == 2 { format!("{written}/") } else { written.to_owned() }
}

#[test]
fn what_people_write_without_a_scheme() {
    check(
        "www.shop.example/a, or Shop.com",
        &[("www.shop.example/a", "https://www.shop.example/a"), ("Shop.com", "https://shop.com/")],
    );
    check("https://bank.example\\@evil.example", &[("https://bank.example", "https://bank.example/")]);
    check("HTTPS://Shop.example", &[("HTTPS://Shop.example", "https://shop.example/")]);
    check("Write to anna+shop@mail.example.", &[("anna+shop@mail.example", "mailto:anna+shop@mail.example")]);
    check("https://example.com은", &[("https://example.com", "https://example.com/")]);
    check(
        "https://пример.укр/привіт",
        &[(
            "https://пример.укр/привіт",
            "https://xn--e1afmkfd.xn--j1amh/%D0%BF%D1%80%D0%B8%D0%B2%D1%96%D1%82",
        )],
    );
}

#[test]
fn disguises_are_no_links() {
    for text in [
        "https://bank.example@evil.example/",
        "https://bank.example:443@evil.example/",
        "javascript:alert(1)",
        "javascript://shop.com/%0aalert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://shop.example/a",
        "evilhttps://",
        "a?subject=x@mail.example",
        "user:password@mail.example",
        "https://",
        "https://.",
        "https:// shop",
    ] {
        for (written, url) in links(text) {
            let harmless = url == "https://shop.com/"
                || url == "mailto:x@mail.example"
                || url == "mailto:password@mail.example";
            assert!(!harmless || written.len() < text.len(), "{text}: {url}");
            assert!(url.starts_with("mailto:") && !url.contains('?'), "{text}: {url}");
        }
    }
}

#[test]
fn names_of_files_numbers_and_words_are_no_links() {
    for text in [
        "readme.md",
        "main.rs",
        "node.js",
        "1.2.3",
        "10.0.0.1",
        "3.50",
        "e.g. this",
        "Ok.So",
        "a.b",
        "foo@",
        "@bar",
        "..",
        "www.",
        "file.com.bak",
    ] {
        check(text, &[]);
    }
}

#[test]
fn offsets_count_as_javascript_does() {
    let found = found_in("👩‍👩‍👧 ж https://a.example x@b.example");
    assert_eq!((found[0].offset, found[0].length), (11, 17));
    assert_eq!((found[1].offset, found[1].length), (29, 11));
}

#[test]
fn the_count_the_size_and_the_time_are_bounded() {
    assert_eq!(found_in(&"https://a.example ".repeat(400)).len(), MOST);
    let long = format!("https://a.example/{}", "ж".repeat(8_000));
    assert_eq!(found_in(&long), []);
    // Whatever it is made of, the longest message is looked through once.
    for text in [
        "a@".repeat(4_000),
        "://".repeat(2_700),
        "(".repeat(8_000),
        "www.".repeat(2_000),
        "a.".repeat(4_000),
        "http://(".repeat(1_000),
        "@a.b".repeat(2_000),
        "https://a.example/。".repeat(400),
    ] {
        assert!(found_in(&text).len() <= MOST);
        assert!(weight(&text) >= json_bytes(&text));
    }
}

#[test]
fn a_weight_is_not_less_than_what_json_writes() {
    for text in ["", "x", "https://a.example/\"ж and x@b.example, www.c.example"] {
        let links: usize =
            found_in(text).iter().map(|link| serde_json::to_string(link).unwrap().len() + 1).sum();
        assert!(weight(text) >= json_bytes(text) + links);
    }
}

#[test]
fn letters_of_more_than_a_byte_stand_anywhere() {
    check("abcé.com", &[("abcé.com", "https://xn--abc-dma.com/")]);
    check("http://жhttp://ж", &[("http://жhttp", "http://xn--http-z4d/")]);
    check(
        "(https://wiki.укр/Foo_(bar))",
        &[("https://wiki.укр/Foo_(bar)", "https://wiki.xn--j1amh/Foo_(bar)")],
    );
}

#[test]
fn a_word_of_nothing_but_joints_is_not_looked_through() {
    let joints = |count| format!("https://a.example/{}", ".a".repeat(count));
    assert_eq!(found_in(&joints(JOINTS - 2)).len(), 1);
    assert_eq!(found_in(&joints(JOINTS - 1)), []);
}

/// What addresses are made of, and what stands around them.
const PIECES: [&str; 40] = [
    "http://", "https://", "://", "ж", "a", ".", "a.com", "@", "(", ")", "[", "]", "www.", ":", "/", " ",
    "。", "?", "#", ".укр", "-", "xn--", "\"", "📦", "%41", "\\", "💩.com", "[::1]", "\u{301}", "1.1.1.1",
    "x@y.zz", "’", "<", ">", "_", "~", "ß", "İ", "\u{200d}", "\n",
];

proptest! {
    #[test]
    fn whatever_is_written_links_are_in_order_within_the_text_and_weighed(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40)
    ) {
        let text = pieces.concat();
        let units: Vec<u16> = text.encode_utf16().collect();
        let (mut end, mut bytes) = (0, json_bytes(&text));
        for link in found_in(&text) {
            prop_assert!(link.offset >= end && link.length > 0);
            end = link.offset + link.length;
            let range = usize::try_from(link.offset).unwrap()..usize::try_from(end).unwrap();
            prop_assert!(String::from_utf16(&units[range]).is_ok());
            prop_assert!(["https://", "http://", "mailto:"].iter().any(|scheme| link.url.starts_with(scheme)));
            bytes += serde_json::to_string(&link).unwrap().len() + 1;
        }
        prop_assert!(weight(&text) >= bytes);
    }
}
