//! Where a text leads: the web and mail addresses in it, found once, for every window.
//!
//! `linkify` finds them; what is decided here is which of them are safe to follow and where they end among the marks of
//! all scripts. What can be disguised is none: an address with a user (`https://bank.example@evil.example`), one of another
//! scheme. Hosts in other scripts are told as browsers resolve them (punycode), so a window can show what they are.

use std::borrow::Cow;

use chathub_domain::limits::json_bytes;
use chathub_domain::message::{Body, Link};
use linkify::{LinkFinder, LinkKind};
use url::{Host, Url};

/// Links in one text; what follows stays text. More are a list, and nobody clicks through it.
const MOST: usize = 50;

/// Bytes of one link's address: what common browsers and servers take.
const URL_BYTES: usize = 2_083;

/// Bytes of a host with its port, as it is written: 253 characters of any script are the most that a host has. Longer ones
/// would only keep whoever looks them through.
const HOST_BYTES: usize = 1_024;

/// Dots, colons and at signs in a word without blanks. From each of them `linkify` looks back to where its address may begin,
/// so a word of nothing else would take the square of its length: the time of all writers.
const JOINTS: usize = 48;

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

/// A text as it is told, with its links.
#[must_use]
pub fn body(text: String) -> Body {
    Body { links: found_in(&text), text }
}

/// The bytes that a text and its links take as JSON writes them, without what is around.
#[must_use]
pub fn weight(text: &str) -> usize {
    let links = addresses(text).take(MOST).map(|(_, _, url)| AROUND + json_bytes(&url));
    json_bytes(text) + links.sum::<usize>()
}

/// The byte where each begins, how it is written, and where it leads.
fn addresses(text: &str) -> impl Iterator<Item = (usize, &str, String)> {
    words(text).flat_map(|(from, word)| {
        let mut finder = LinkFinder::new();
        finder.url_must_have_scheme(false);
        let found =
            finder.links(word).map(|link| (link.start(), link.end(), *link.kind() == LinkKind::Email));
        let mut found: Vec<_> = found.collect();
        found.extend(passed_over(word, &found));
        found.sort_unstable_by_key(|(start, ..)| *start);
        let mut passed = 0;
        found.into_iter().filter_map(move |(start, end, is_mail)| {
            // Two that overlap are one and a rest.
            if start < passed {
                return None;
            }
            passed = end;
            let written = &word[start..end];
            let before = word[..start].chars().next_back();
            let (written, url) = if is_mail { mail(written, before) } else { page(written, before) }?;
            Some((from + start, written, url))
        })
    })
}

/// The parts of a text in which an address may be, each with the byte where it begins: between blanks and other scripts'
/// marks, neither of which an address has.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = |char: char| {
        char.is_whitespace()
            || char.is_control()
            || (!char.is_ascii() && !char.is_alphanumeric() && !is_part_of_word(char))
    };
    let words = text.split(ends).map(|word| (word.as_ptr().addr() - text.as_ptr().addr(), word));
    words
        .filter(|(_, word)| (1..=JOINTS).contains(&word.bytes().filter(|byte| b".:@".contains(byte)).count()))
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
        let end = text[colon..].find(['<', '>', '"', '`', '|']).map_or(text.len(), |length| colon + length);
        let end = found.get(next).map_or(end, |(start, ..)| end.min(*start));
        missed.push((scheme, end, false));
        passed = end;
    }
    missed
}

/// A web page's address, as far as it goes.
fn page(written: &str, before: Option<char>) -> Option<(&str, String)> {
    let written = trimmed(written);
    if written.len() > URL_BYTES || authority(written).len() > HOST_BYTES {
        return None;
    }
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
    let (user, host) = written.split_once('@').filter(|_| written.len() <= HOST_BYTES)?;
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
    let has_www = host.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www.")) && name.len() > 4;
    port.parse::<u16>().is_ok()
        && !name.is_empty()
        && (ENDINGS.contains(&&*ending) || (has_www && ending.chars().all(char::is_alphabetic)))
}

/// An address without what belongs to the sentence: from where a host's ending in Latin letters goes on in another script
/// (as Korean goes on after a word), and the marks at its end.
fn trimmed(written: &str) -> &str {
    let host = authority(written);
    let from = host.as_ptr().addr() - written.as_ptr().addr();
    let ending = host.rfind('.').map_or(0, |dot| dot + 1);
    let latin = host[ending..].find(|char: char| !char.is_ascii()).filter(|latin| *latin > 0);
    unfinished(latin.map_or(written, |latin| &written[..from + ending + latin]))
}

/// An address without the marks at its end that are the sentence's, and without brackets that it does not open itself.
fn unfinished(written: &str) -> &str {
    let mut rounds = excess(written, '(', ')');
    let mut squares = excess(written, '[', ']');
    written.trim_end_matches(|char| {
        let unopened = match char {
            ')' => &mut rounds,
            ']' => &mut squares,
            _ => return ".,;:!?'\"*".contains(char),
        };
        *unopened -= 1;
        *unopened >= 0
    })
}

/// How many brackets are closed more than there are opened.
fn excess(text: &str, opens: char, closes: char) -> isize {
    text.chars().map(|char| isize::from(char == closes) - isize::from(char == opens)).sum()
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
mod tests;
