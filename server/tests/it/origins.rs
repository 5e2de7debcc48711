//! Origins that are taken from the list while pages of theirs are open, and those that are not on it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, PASSWORD, Process, SHOP, Server, answer, chathub, company_token, folder, furnish, operator_token,
    said, shell, within,
};

#[tokio::test]
async fn an_origin_that_is_taken_from_the_list_ends_what_its_pages_have_open() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let hellos = [
        json!({ "type": "hello", "token": token }),
        json!({ "type": "hello", "token": token, "watch": "badge" }),
        json!({ "type": "hello", "organization": server.people.sales }),
    ];
    let (mut theirs, mut others) = (Vec::new(), Vec::new());
    for hello in hellos {
        for (origin, clients) in [(Some(SHOP), &mut theirs), (None, &mut others)] {
            let mut client = Client::connect(&server.base, origin).await;
            client.send(hello.clone()).await;
            client.expect("welcome").await;
            clients.push(client);
        }
    }
    let streamed = server.request(Method::POST, "/fn/stream_events").bearer_auth(&token);
    let streamed = streamed.header("origin", SHOP).json(&json!({ "cursor": null })).send().await.unwrap();
    // Another process does it, as an administrator would.
    let data = server.data();
    let command =
        ["organization", "origins", "--company", "acme", "--organization", "Sales", "--remove", SHOP];
    let outcome = chathub(&[&command[..], &["--data-dir", data.to_str().unwrap()]].concat(), "").await;
    assert!(outcome.status.success(), "{outcome:?}");
    for mut client in theirs {
        let (bye, code) = client.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("origin_not_allowed"), &json!(false)), "{bye}");
        assert_eq!(code, Some(4001));
    }
    let lines = streamed.text().await.unwrap();
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["code"]), (&json!("bye"), &json!("origin_not_allowed")));
    for mut client in others {
        client.send_text("{").await;
        client.expect("reject").await;
    }
}

/// Who has a name that a shell would make much of.
const LOGIN: &str = "O'Neil&<b>$(touch${IFS}pwned)";

/// A page of `origin` that wants the customer chat.
async fn turned_away(base: &str, origin: &str, organization: i64) {
    let mut page = Client::connect(base, Some(origin)).await;
    page.send(json!({ "type": "hello", "organization": organization })).await;
    let (bye, _) = page.farewell().await;
    assert_eq!(bye["code"], "origin_not_allowed", "{bye}");
}

/// The console's first page, as whoever signs in sees it.
async fn console(base: &str, login: &str) -> String {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = http.post(format!("{base}/fn/sign_in")).header("accept", "text/html");
    let signed_in = form.form(&[("login", login), ("password", PASSWORD)]).send().await.unwrap();
    let cookies = signed_in.headers().get_all("set-cookie").iter();
    let session = cookies.map(|line| line.to_str().unwrap()).find(|line| line.contains("session=")).unwrap();
    let page = http.get(format!("{base}/console")).header("cookie", session.split(';').next().unwrap());
    let page = answer(page).await;
    assert!(page.text.contains("Who is answering today?"), "{page:?}");
    page.text
}

#[tokio::test]
async fn whoever_may_let_a_page_in_finds_the_command_that_does() {
    let folder = folder();
    let (data, assets, log) =
        (folder.path().join("data"), folder.path().join("assets"), folder.path().join("log"));
    let people = furnish(&data).await;
    let data_text = data.to_str().unwrap();
    let add = ["company", "add", "--login", LOGIN, "--name", "O'Neil", "--data-dir", data_text];
    said(&chathub(&add, PASSWORD).await);
    let add = ["organization", "add", "--company", LOGIN, "--name", "Web", "--data-dir", data_text];
    let web: i64 = said(&chathub(&add, "").await).parse().unwrap();
    let process = Process::logging(&data, &assets, &[], "info", &log).await;
    let base = process.base.clone();
    turned_away(&base, "https://o-neil.example", web).await;
    turned_away(&base, "https://www.acme.example", people.sales).await;
    turned_away(&base, "null", people.sales).await;
    // A panel's page as well, whose operator is told where to look.
    let http = reqwest::Client::new();
    let company = company_token(&http, &base, "acme").await;
    let token = operator_token(&http, &base, &company, people.anna).await;
    let panel = http.post(format!("{base}/operator-chat-panel/panel")).bearer_auth(&token);
    let refused = answer(panel.header("origin", "https://office.acme.example")).await;
    assert!(refused.text.contains("the console") && !refused.text.contains("--add"), "{refused:?}");

    let command = format!(
        r#"chathub organization origins --company "O'Neil&<b>"'$(touch${{IFS}}pwned)' --organization {web} --add https://o-neil.example"#
    );
    let of_acme = |origin: &str| {
        format!("chathub organization origins --company acme --organization {} --add {origin}", people.sales)
    };
    let text = std::fs::read_to_string(&log).unwrap();
    let commands =
        [command.clone(), of_acme("https://www.acme.example"), of_acme("https://office.acme.example")];
    for command in &commands {
        assert!(text.lines().any(|line| line.ends_with(command.as_str())), "{command}: {text}");
    }
    assert!(!text.contains("--add null") && !text.contains("LOGIN"), "{text}");

    let page = console(&base, LOGIN).await;
    let escaped = command.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    assert!(page.contains(&escaped), "{escaped}: {page}");
    assert!(!page.contains("acme.example") && !page.contains("--add null"), "{page}");
    let page = console(&base, "acme").await;
    assert!(commands[1..].iter().all(|command| page.contains(command.as_str())), "{page}");
    assert!(!page.contains("o-neil"), "{page}");
    assert!(!console(&base, "globex").await.contains("console-refused"));

    // As it is printed, by a shell.
    let typed = command.replacen("chathub", r#""$0""#, 1);
    said(&shell(&format!(r#"cd "$1" && {typed} --data-dir "$1""#), &[data_text]).await);
    assert!(!data.join("pwned").exists());
    // A running server sees what another process has changed within a quarter of a second.
    let let_in = async {
        loop {
            let mut page = Client::connect(&base, Some("https://o-neil.example")).await;
            page.send(json!({ "type": "hello", "organization": web })).await;
            if page.next().await.is_some_and(|frame| frame["type"] == "welcome") {
                return;
            }
        }
    };
    within("the page", let_in).await;
    assert!(!console(&base, LOGIN).await.contains("console-refused"));
    assert!(process.terminate().await.success());
}

#[tokio::test]
async fn in_front_of_another_the_command_is_the_one_that_works_here() {
    let remote = Server::start().await;
    let folder = folder();
    let (data, assets, log) =
        (folder.path().join("data"), folder.path().join("assets"), folder.path().join("log"));
    let flags = ["--upstream", &remote.base, "--upstream-login", "acme"];
    let process = Process::logging(&data, &assets, &flags, "info", &log).await;
    // Whoever signs in at the remote is known here from then on.
    console(&process.base, "acme").await;
    turned_away(&process.base, SHOP, remote.people.sales).await;
    let command = format!(
        "chathub organization origins --company acme --organization {} --add {SHOP}",
        remote.people.sales
    );
    assert!(std::fs::read_to_string(&log).unwrap().contains(&command));
    assert!(console(&process.base, "acme").await.contains(&command));
    let typed = command.replacen("chathub", r#""$0""#, 1);
    said(&shell(&format!(r#"{typed} --data-dir "$1""#), &[data.to_str().unwrap()]).await);
    let mut page = Client::connect(&process.base, Some(SHOP)).await;
    page.send(json!({ "type": "hello", "organization": remote.people.sales })).await;
    page.expect("welcome").await;
    assert!(process.terminate().await.success());
}
