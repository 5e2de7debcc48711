//! Where a text leads: the web and mail addresses in it, found once, for every window.
//!
//! `linkify` finds them; what is decided here is which of them are safe to follow and where they end among the marks of
//! all scripts. What can be disguised is none: an address with a user (`https://bank.example@evil.example`), one of another
//! scheme. Hosts in other scripts are told as browsers resolve them (punycode), so a window can show what they are.

use std::borrow::Cow;

use chathub_domain::chat::Link;
use chathub_domain::limits::json_bytes;
use linkify::{LinkFinder, LinkKind};
use url::{Host, Url};

/// Links in one text; what follows stays text. More are a list, and nobody clicks through it.
const MOST: usize = 50;

/// Bytes of one link's address: what common browsers and servers take.
const URL_BYTES: usize = 2_083;

/// Bytes that a link has in JSON beside its address.
const AROUND: usize = r#"{"offset":00000,"length":00000,"url":""},"#.len();

/// Endings of hosts that are links also where nobody has written `https://` or `www.` before them. Not those that are
/// names of files as well, as `.md` and `.rs` are.
const ENDINGS: [&str; 14] =
    ["com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "shop", "store", "online", "app", "dev"];

/// The links in `text`, in their order and apart from each other.
#[must_use]
pub fn found_in(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    // Both numbers count what JavaScript counts; `passed` is the byte up to which they have.
    let (mut units, mut passed) = (0, 0);
    for (start, found, url) in addresses(text).take(MOST) {
        units += utf16(&text[passed..start]);
        let length = utf16(found);
        links.push(Link { offset: units, length, url });
        units += length;
        passed = start + found.len();
    }
    links
}

/// The bytes that a text and its links take as JSON writes them, without what is around.
#[must_use]
pub fn weight(text: &str) -> usize {
    let links = addresses(text).take(MOST).map(|(_, _, url)| AROUND + json_bytes(&url));
    json_bytes(text) + links.sum::<usize>()
}

/// The byte where each begins, how it is written, and where it leads.
fn addresses(text: &str) -> impl Iterator<Item = (usize, &str, String)> {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    let found = finder.links(text).map(|link| (link.start(), link.end(), *link.kind() == LinkKind::Email));
    let mut found: Vec<_> = found.collect();
    found.extend(passed_over(text, &found));
    found.sort_unstable_by_key(|(start, ..)| *start);
    found.into_iter().filter_map(move |(start, end, is_mail)| {
        let written = &text[start..end];
        let before = text[..start].chars().next_back();
        if is_mail { mail(written, before) } else { page(written, before) }
            .map(|(written, url)| (start, written, url))
    })
}

/// Addresses that begin as one of a web page and that `linkify` takes for none: their hosts end in another script, or are
/// IPv6.
fn passed_over(text: &str, found: &[(usize, usize, bool)]) -> Vec<(usize, usize, bool)> {
    let mut missed = Vec::new();
    let mut passed = 0;
    for (colon, _) in text.match_indices("://") {
        let scheme = text[..colon]
            .rfind(|char: char| !char.is_ascii_alphabetic())
            .map_or(0, |before| before + text[before..].chars().next().map_or(0, char::len_utf8));
        let next = found.partition_point(|(_, end, _)| *end <= colon);
        let is_found = found.get(next).is_some_and(|(start, ..)| *start <= colon);
        if scheme < passed || is_found || !is_web(&text[scheme..colon]) {
            continue;
        }
        let ends = |char: char| char.is_whitespace() || char.is_control() || "<>\"`|".contains(char);
        let end = text[colon..].find(ends).map_or(text.len(), |length| colon + length);
        let end = found.get(next).map_or(end, |(start, ..)| end.min(*start));
        missed.push((scheme, end, false));
        passed = end;
    }
    missed
}

/// A web page's address, as far as it goes.
fn page(written: &str, before: Option<char>) -> Option<(&str, String)> {
    let written = trimmed(written);
    let address = match written.split_once("://") {
        Some((scheme, _)) if is_web(scheme) => Cow::Borrowed(written),
        Some(_) => return None,
        // The rest of a mail address, a path, or of a word.
        None if before.is_some_and(|before| before.is_alphanumeric() || "@/\\.-_:=".contains(before)) => {
            return None;
        }
        None if is_bare_host(written) => Cow::Owned(format!("https://{written}")),
        None => return None,
    };
    let url = Url::parse(&address).ok()?;
    let has_user =
        !url.username().is_empty() || url.password().is_some() || authority(&address).contains('@');
    let is_host = match url.host()? {
        Host::Domain(name) => !name.is_empty() && !name.ends_with('-'),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    (is_host && !has_user && url.as_str().len() <= URL_BYTES).then(|| (written, url.into()))
}

/// A mail address. What could carry more than an address (`?subject=`) is none.
fn mail(written: &str, before: Option<char>) -> Option<(&str, String)> {
    let (user, host) = written.split_once('@')?;
    let is_plain = |char: char| char.is_alphanumeric() || "._+-'".contains(char);
    // `scheme:user@host` and `//user:password@host` are something else.
    let stands_alone = !before.is_some_and(|before| before.is_alphanumeric() || ":/@?&=%".contains(before));
    if !stands_alone || !user.chars().all(is_plain) || !host.chars().all(|char| is_plain(char) && char != '_')
    {
        return None;
    }
    let host = Host::parse(host).ok().filter(|host| matches!(host, Host::Domain(_)))?;
    let url = Url::parse(&format!("mailto:{user}@{host}")).ok()?;
    (url.as_str().len() <= URL_BYTES).then(|| (written, url.into()))
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// Between the scheme and the path.
fn authority(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Whether somebody who writes this without a scheme means a web page.
fn is_bare_host(written: &str) -> bool {
    let host = authority(written);
    let (host, port) = host.split_once(':').unwrap_or((host, "80"));
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    let ending = ending.to_ascii_lowercase();
    let has_www = host.len() > 4 && host[..4].eq_ignore_ascii_case("www.") && name.len() > 4;
    port.parse::<u16>().is_ok()
        && !name.is_empty()
        && (ENDINGS.contains(&&*ending) || (has_www && ending.chars().all(char::is_alphabetic)))
}

/// An address without what belongs to the sentence: from the first mark of another script's on, and from where a host's
/// ending in Latin letters goes on in another script (as Korean goes on after a word).
fn trimmed(written: &str) -> &str {
    let marks =
        written.find(|char: char| !char.is_ascii() && !char.is_alphanumeric() && !is_part_of_word(char));
    let written = &written[..marks.unwrap_or(written.len())];
    let host = authority(written);
    let from = host.as_ptr().addr() - written.as_ptr().addr();
    let ending = host.rfind('.').map_or(0, |dot| dot + 1);
    let latin = host[ending..].find(|char: char| !char.is_ascii()).filter(|latin| *latin > 0);
    let written = latin.map_or(written, |latin| &written[..from + ending + latin]);
    let closes = |char| match char {
        ')' => written.matches(')').count() > written.matches('(').count(),
        ']' => written.matches(']').count() > written.matches('[').count(),
        _ => ".,;:!?'\"*".contains(char),
    };
    written.trim_end_matches(closes)
}

/// Marks that stand on letters, and emoji's: a path may hold them.
fn is_part_of_word(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{963}' | '\u{966}'..='\u{dff}' | '\u{e00}'..='\u{e7f}' | '\u{200c}' | '\u{200d}'
        | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn utf16(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
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
        check(
            "Write to anna+shop@mail.example.",
            &[("anna+shop@mail.example", "mailto:anna+shop@mail.example")],
        );
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
}
