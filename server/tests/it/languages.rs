//! The console speaks the language that was chosen in it, else the browser's, else English, and says nothing that is not in
//! the catalogue.

use chathub_app::texts::languages;
use reqwest::Method;

use crate::support::{Answer, PASSWORD, Server, answer};

async fn page(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = server.request(Method::GET, path);
    answer(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

async fn chosen(server: &Server, language: &str) -> reqwest::Response {
    let request = server.request(Method::POST, "/fn/choose_language").header("accept", "text/html");
    let request = request.header("referer", format!("{}/console?refused=internal", server.base));
    request.form(&[("language", language)]).send().await.unwrap()
}

#[tokio::test]
async fn the_console_speaks_the_language_of_the_browser() {
    let server = Server::start().await;
    for (wish, html, heading) in [
        ("lv-LV, en;q=0.5", r#"<html lang="lv" dir="ltr">"#, "Piesakieties savā konsolē"),
        ("de, ar;q=0.5", r#"<html lang="ar" dir="rtl">"#, "سجّل الدخول إلى وحدة التحكم"),
        ("de", r#"<html lang="en" dir="ltr">"#, "Sign in to your console"),
    ] {
        let page = page(&server, "/console", &[("accept-language", wish)]).await;
        assert!(page.text.contains(html) && page.text.contains(heading), "{wish} {}", page.text);
    }
    let page = page(&server, "/nowhere", &[("accept-language", "ko")]).await;
    assert!(page.text.contains("페이지가 없습니다"), "{}", page.text);
}

#[tokio::test]
async fn the_language_that_was_chosen_wins() {
    let server = Server::start().await;
    let response = chosen(&server, "uk").await;
    assert_eq!(response.status(), 302);
    let back = response.headers()["location"].to_str().unwrap();
    assert_eq!(back, format!("{}/console?refused=internal", server.base));
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("chathub_language=uk;") && cookie.contains("SameSite=Lax"), "{cookie}");
    let headers = [("cookie", "chathub_language=uk"), ("accept-language", "lv")];
    let page = page(&server, "/console?refused=login_refused", &headers).await;
    assert!(page.text.contains(r#"<html lang="uk""#), "{}", page.text);
    assert!(page.text.contains("Логін невідомий або пароль неправильний."), "{}", page.text);
    // What we don't have is English.
    let response = chosen(&server, "xx\r\nSet-Cookie: a=b").await;
    assert!(response.headers()["set-cookie"].to_str().unwrap().starts_with("chathub_language=en;"));
}

#[tokio::test]
async fn a_panel_brings_the_language_that_is_asked_for_and_no_other() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    for (wish, language, chats) in
        [("ko-KR", "ko", "채팅"), ("xx, lv;q=0.5", "lv", "Sarunas"), ("xx", "en", "Chats")]
    {
        let request = server.request(Method::POST, "/operator-chat-panel/panel").bearer_auth(&token);
        let panel = answer(request.header("accept-language", wish).body("{}")).await.json();
        let html = panel["html"].as_str().unwrap();
        assert!(html.contains(&format!(r#"lang="{language}""#)) && html.contains(chats), "{html}");
        let texts = &panel["snapshot"]["texts"];
        assert_eq!(texts["language"], language);
        assert!(texts.to_string().contains(chats), "{texts}");
        assert_eq!(texts.to_string().contains("Older chats"), language == "en");
    }
}

#[tokio::test]
async fn all_that_the_console_says_is_in_the_catalogue() {
    let server = Server::start().await;
    let form = server.request(Method::POST, "/fn/sign_in").form(&[("login", "acme"), ("password", PASSWORD)]);
    let response = form.send().await.unwrap();
    let cookies = response.headers().get_all("set-cookie").iter();
    let session = cookies.map(|line| line.to_str().unwrap().split(';').next().unwrap());
    let session = session.filter(|cookie| cookie.starts_with("chathub_session=")).collect::<String>();
    for (path, cookie) in [
        ("/console", ""),
        ("/console?refused=too_many_requests", ""),
        ("/console", &session),
        ("/console/operators/999999", &session),
        ("/nowhere", ""),
    ] {
        let page = page(&server, path, &[("accept-language", "en-XA"), ("cookie", cookie)]).await;
        let unmarked: Vec<_> = said(&page.text)
            .into_iter()
            .filter(|text| text.chars().any(char::is_alphabetic) && !text.contains('⟦'))
            .filter(|text| !is_a_name(text))
            .collect();
        assert!(page.text.contains('⟦') && unmarked.is_empty(), "{path}: {unmarked:?}");
    }
}

/// Names of people, of languages and ours.
fn is_a_name(text: &str) -> bool {
    const NAMES: [&str; 6] = ["ChatHub", "Sales", "Support", "Anna", "Boris", "Clara"];
    let is_a_language = languages().any(|language| language.name == text);
    NAMES.contains(&text) || is_a_language || text.starts_with("chathub ") || text.chars().count() <= 2
}

/// What a page says: its texts, and the attributes that are read to people.
fn said(html: &str) -> Vec<String> {
    let mut said = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        if !tag.starts_with("script") && !tag.starts_with("style") {
            said.push(text.trim().to_owned());
        }
        for name in ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""] {
            let value = tag.split_once(name).and_then(|(_, rest)| rest.split_once('"'));
            said.extend(value.map(|(value, _)| value.to_owned()));
        }
    }
    said
}
