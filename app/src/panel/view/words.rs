//! What somebody has said, with its links.

use chathub_domain::message::Link;
use leptos::prelude::*;

use super::part::{Part, changing, made};
use super::text::Says;

/// A text in which links can be followed. They come later when the text was shown before the server had it.
pub(super) fn words(text: String, links: impl Fn() -> Vec<Link> + Send + 'static) -> impl IntoView {
    changing(move || {
        let links = links();
        if links.is_empty() {
            vec![plain(text.clone())]
        } else {
            pieces(&text, &links).into_iter().map(piece).collect()
        }
    })
}

fn plain(text: String) -> Part {
    made(view! { <span says=text></span> })
}

fn piece(piece: Piece) -> Part {
    match piece {
        Piece::Plain(text) => plain(text),
        Piece::Link { text, url } => {
            // What does not lead where it seems to is told before it is followed.
            let title = (!url.strip_suffix('/').unwrap_or(&url).ends_with(&text)).then(|| url.clone());
            made(view! {
                <a href=url title=title target="_blank" rel="noopener noreferrer nofollow" says=text></a>
            })
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Link { text: String, url: String },
}

/// The text in pieces. Links that can't be (out of place, out of order, of another scheme) stay text.
fn pieces(text: &str, links: &[Link]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut units = 0;
    for Link { offset, length, url } in links {
        let split = |text: &str, units: u32| byte_at(text, units).filter(|byte| *byte <= text.len());
        let is_safe = ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
        let Some(skip) = offset.checked_sub(units).filter(|_| is_safe && *length > 0) else { continue };
        let Some(start) = split(rest, skip) else { continue };
        let Some(end) = split(&rest[start..], *length) else { continue };
        if start > 0 {
            pieces.push(Piece::Plain(rest[..start].to_owned()));
        }
        pieces.push(Piece::Link { text: rest[start..start + end].to_owned(), url: url.clone() });
        rest = &rest[start + end..];
        units = offset + length;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    pieces
}

/// The byte that is so many UTF-16 code units from the beginning; none within a character or beyond the end.
fn byte_at(text: &str, units: u32) -> Option<usize> {
    let mut left = usize::try_from(units).ok()?;
    for (byte, char) in text.char_indices() {
        if left == 0 {
            return Some(byte);
        }
        left = left.checked_sub(char.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(offset: u32, length: u32, url: &str) -> Link {
        Link { offset, length, url: url.to_owned() }
    }

    fn plain(text: &str) -> Piece {
        Piece::Plain(text.to_owned())
    }

    #[test]
    fn links_are_cut_out_by_utf16() {
        let found = pieces("📦 a.com, ж", &[link(3, 5, "https://a.com/")]);
        let expected = Piece::Link { text: "a.com".to_owned(), url: "https://a.com/".to_owned() };
        assert_eq!(found, [plain("📦 "), expected, plain(", ж")]);
        assert_eq!(pieces("", &[]), [plain("")]);
    }

    #[test]
    fn links_that_cannot_be_stay_text() {
        for bad in [
            link(0, 1, "https://within-an-emoji.example"),
            link(1, 1, "https://within-an-emoji.example"),
            link(9, 5, "https://beyond.example"),
            link(u32::MAX, u32::MAX, "https://beyond.example"),
            link(0, 0, "https://nothing.example"),
            link(3, 5, "javascript:alert(1)"),
            link(3, 5, "HTTPS-like://x"),
        ] {
            assert_eq!(pieces("📦 a.com", std::slice::from_ref(&bad)), [plain("📦 a.com")], "{bad:?}");
        }
        let twice = [link(3, 5, "https://a.com/"), link(4, 3, "https://b.com/")];
        assert_eq!(pieces("📦 a.com", &twice).len(), 2);
    }
}
