//! Logins from outside: equal however they are written, those of earlier versions as they were, and never twice as many
//! guesses.

use std::path::Path;

use chathub_hub::Clock;
use chathub_server::config::Serve;
use chathub_server::run::Opened;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::{PASSWORD, Process, Server, answer, chathub, failed, folder, hub, run, said};

/// Ways to write `acme`.
const ACME: [&str; 5] = ["acme", "ACME", " Acme", "ＡＣＭＥ", "ａcmＥ"];

fn token(server: &Server, login: &str, password: &str) -> RequestBuilder {
    let body = json!({ "login": login, "password": password });
    server.request(Method::POST, "/api/company/get-token").json(&body)
}

fn form(server: &Server, login: &str, password: &str) -> RequestBuilder {
    server.request(Method::POST, "/fn/sign_in").form(&[("login", login), ("password", password)])
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// Runs a command whose arguments may have blanks.
async fn command(data: &Path, arguments: &[&str], input: &str) -> std::process::Output {
    chathub(&[arguments, &["--data-dir", data.to_str().unwrap()]].concat(), input).await
}

/// Companies with these logins and [`PASSWORD`], as a version let them in that compared the lower case.
async fn of_the_past(data: &Path, logins: &[&str]) {
    let Opened { hub, store, running } = hub(data).await;
    for number in 0..logins.len() {
        hub.add_company(&format!("company{number}"), "Acme", PASSWORD.into()).await.unwrap();
    }
    running.stop().await;
    store.close().await;
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(data.join("chathub.db"))).await;
    let pool = pool.unwrap();
    for (number, login) in logins.iter().enumerate() {
        sqlx::query(
            "UPDATE companies SET login = $2, login_key = $3, login_prepared = NULL, login_exact = TRUE WHERE login = $1",
        )
        .bind(format!("company{number}"))
        .bind(*login)
        .bind(login.to_lowercase())
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
}

#[tokio::test]
async fn a_company_signs_in_however_it_writes_its_login() {
    let server = Server::start().await;
    for login in ACME {
        let answer = answer(token(&server, login, PASSWORD)).await;
        assert_eq!(answer.status, 200, "{login}");
        let company = answer.json().as_str().unwrap().to_owned();
        let organizations = server.get("/api/company/organization", &company).await.json();
        assert_eq!(organizations[0]["name"], "Sales", "{login}");
        assert_eq!(status(form(&server, login, PASSWORD)).await, 200, "{login}");
    }
    // Unknown, impossible and wrong are answered in the same words.
    let refused = answer(token(&server, "acme", "wrong")).await;
    for login in ["аcme", "acm\u{e9}", "acme tools", "a\u{0}", "\u{202e}emca", "", &"ａ".repeat(5_000)] {
        let other = answer(token(&server, login, PASSWORD)).await;
        assert_eq!(
            (other.refusal(), other.json()["detail"].clone()),
            (refused.refusal(), refused.json()["detail"].clone())
        );
    }
}

#[tokio::test]
async fn a_company_signs_in_at_a_front_hub_however_it_writes_its_login() {
    let remote = Server::start().await;
    let front = Server::in_front_of(&remote, None, Clock::system()).await;
    for login in ACME {
        let company = answer(token(&front, login, PASSWORD)).await.json().as_str().unwrap().to_owned();
        let organizations = front.get("/api/company/organization", &company).await.json();
        assert_eq!(organizations[0]["id"], remote.people.sales, "{login}");
    }
    let data = front.data();
    let renamed = failed(&command(&data, &["company", "login", "--login", "acme", "--new", "b"], "").await);
    assert!(renamed.contains("Logins of this installation are kept by the ChatHub at"), "{renamed}");
}

#[tokio::test]
async fn all_ways_to_write_a_login_are_guesses_at_the_same() {
    let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let serve = Serve { trusted_proxies, limit_logins: Some(3), ..Serve::default() };
    let server = Server::with(Clock::system(), serve).await;
    let guess = |login: &'static str, number: usize| {
        status(token(&server, login, "wrong").header("x-forwarded-for", format!("192.0.2.{number}")))
    };
    let all = ["ACME", "acme", "ＡＣＭＥ", "ａcme", " acme", "Acme"];
    for (number, login) in all.into_iter().enumerate() {
        assert_eq!(guess(login, number).await, 401, "{login}");
    }
    for (number, login) in ACME.into_iter().enumerate() {
        assert_eq!(guess(login, 100 + number).await, 429, "{login}");
    }
    assert_eq!(guess("globex", 200).await, 401);
}

#[tokio::test]
async fn who_is_known_is_known_however_they_write_their_login() {
    let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let serve = Serve { trusted_proxies, limit_logins: Some(2), ..Serve::default() };
    let server = Server::with(Clock::system(), serve).await;
    let from = |request: RequestBuilder, address: &str| status(request.header("x-forwarded-for", address));
    assert_eq!(from(token(&server, "ＡＣＭＥ", PASSWORD), "203.0.113.1").await, 200);
    for number in 0..6 {
        from(token(&server, "acme", "wrong"), &format!("192.0.2.{number}")).await;
    }
    assert_eq!(from(token(&server, "acme", PASSWORD), "192.0.2.99").await, 429);
    assert_eq!(from(token(&server, "Acme", PASSWORD), "203.0.113.1").await, 200);
}

#[tokio::test]
async fn a_login_that_is_taken_or_none_is_refused_with_what_to_do() {
    let folder = folder();
    let data = folder.path().join("data");
    said(&run(&data, "company add --login Caf\u{e9} --name Acme", PASSWORD).await);
    for login in ["caf\u{e9}", "CAFE\u{301}", "ＣＡＦ\u{c9}"] {
        let line =
            failed(&command(&data, &["company", "add", "--login", login, "--name", "B"], PASSWORD).await);
        assert!(line.contains("already taken: a company has it as “Caf\u{e9}”"), "{line}");
    }
    for (login, says) in [
        ("Acme Tools", "holds a blank"),
        ("acme♥", "holds “♥” (U+2665)"),
        ("ﬁlter", "holds “ﬁ” (U+FB01)"),
        ("אacme", "mixes directions of writing"),
    ] {
        let line =
            failed(&command(&data, &["company", "add", "--login", login, "--name", "B"], PASSWORD).await);
        assert!(line.contains(says) && line.contains("letters and digits of any language"), "{line}");
    }
    let long = "a".repeat(201);
    for (login, says) in
        [("", "must not be empty"), ("a\u{7}b", "control characters"), (&long, "at most 200")]
    {
        let line =
            failed(&command(&data, &["company", "add", "--login", login, "--name", "B"], PASSWORD).await);
        assert!(line.contains(says), "{line}");
    }
    // Commands find it however it is written.
    said(&run(&data, "organization add --company CAFE\u{301} --name Sales", "").await);
    assert!(said(&run(&data, "organization list --company ｃａｆ\u{e9}", "").await).contains("Sales"));
}

#[tokio::test]
async fn a_company_gets_another_login_beside_a_running_server_and_keeps_its_tokens() {
    let server = Server::start().await;
    let data = server.data();
    let company = server.company_token("acme").await;
    let taken = failed(&run(&data, "company login --login acme --new ＧＬＯＢＥＸ", "").await);
    assert!(taken.contains("a company has it as “globex”"), "{taken}");
    let told = said(&run(&data, "company login --login ＡＣＭＥ --new Acme.Tools", "").await);
    assert!(told.contains("“Acme.Tools”"), "{told}");
    assert_eq!(status(token(&server, "acme", PASSWORD)).await, 401);
    assert_eq!(status(token(&server, "ACME.TOOLS", PASSWORD)).await, 200);
    assert_eq!(server.get("/api/company/organization", &company).await.status, 200);
    let nobody = failed(&run(&data, "company login --login nobody --new somebody", "").await);
    assert!(nobody.contains("no company with the login “nobody”"), "{nobody}");
}

#[tokio::test]
async fn logins_of_earlier_versions_go_on_and_administrators_are_told_once() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    of_the_past(&data, &["acme", "ＡＣＭＥ", "Acme Tools", "globex"]).await;
    let log = folder.path().join("log");
    let server = Process::logging(&data, &assets, &[], "warn", &log).await;
    let http = reqwest::Client::new();
    let sign_in = async |login: &str| {
        let body = json!({ "login": login, "password": PASSWORD });
        status(http.post(format!("{}/api/company/get-token", server.base)).json(&body)).await
    };
    for (login, expected) in [
        ("ACME", 200),
        ("ａｃｍｅ", 200),
        ("ACME TOOLS", 200),
        ("ＧＬＯＢＥＸ", 200),
        // Not one of the two, and so nobody's.
        ("ａcme", 401),
    ] {
        assert_eq!(sign_in(login).await, expected, "{login}");
    }
    let lines = |text: &str, says: &str| text.lines().filter(|line| line.contains(says)).count();
    let told = std::fs::read_to_string(&log).unwrap();
    for says in ["“acme” and “ＡＣＭＥ”", "“Acme Tools” holds a blank"] {
        assert_eq!(lines(&told, says), 1, "{told}");
    }
    let found = said(&run(&data, "check", "").await);
    assert!(found.contains("“acme” and “ＡＣＭＥ”") && found.ends_with("No problem was found."), "{found}");
    // It is done what they were told, beside the server, and who is left is found however they write.
    said(&run(&data, "company login --login ＡＣＭＥ --new acme.japan", "").await);
    said(&command(&data, &["company", "login", "--login", "Acme Tools", "--new", "acme.tools"], "").await);
    for login in ["ａcme", "ACME.japan", "acme.tools"] {
        assert_eq!(sign_in(login).await, 200, "{login}");
    }
    assert_eq!(said(&run(&data, "check", "").await), "No problem was found.");
}
