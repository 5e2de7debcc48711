//! The command line: a working installation by commands alone, and one clear line for what can't be done.

mod help;
mod people;
mod shell;
mod told;

use std::path::Path;
use std::time::Duration;

use chathub_hub::Clock;
use chathub_server::config::{Common, Config, Serve};
use chathub_server::run as server;
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{
    Client, PASSWORD, Process, answer, chathub, company_token, failed, folder, operator_token, run, said,
    shell, within,
};

#[tokio::test]
async fn an_installation_is_made_by_commands_and_holds_a_conversation() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    assert_eq!(said(&run(&data, "company add --login acme --name Acme", PASSWORD).await), "1");
    let add = "organization add --company acme --name Sales --allow-origin https://Shop.example/";
    let sales = said(&run(&data, add, "").await);
    let add = "operator add --company acme --organization sales --name Anna";
    let anna = said(&run(&data, add, "").await);
    let list = said(&run(&data, "organization list --company acme", "").await);
    assert_eq!(list, format!("{sales}\tSales\thttps://shop.example\tacme"));
    let list = said(&run(&data, "operator list --company acme", "").await);
    assert_eq!(list, format!("{anna}\tAnna\tSales\tactive\tacme"));

    let server = Process::serve(&data, &assets).await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    // Nothing of the demonstration is there.
    for path in ["/demo/shop", "/demo/back-office", "/demo/demo.css"] {
        let page = answer(http.get(format!("{}{path}", server.base))).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let front = http.get(&server.base).send().await.unwrap();
    assert_eq!((front.status().as_u16(), &front.headers()["location"]), (307, &"/console".parse().unwrap()));
    let demo = json!({ "login": "demo", "password": "demo" });
    let demo = answer(http.post(format!("{}/api/company/get-token", server.base)).json(&demo)).await;
    assert_eq!(demo.refusal(), (401, "login_refused".into()));

    let company = company_token(&http, &server.base, "acme").await;
    let token = operator_token(&http, &server.base, &company, anna.parse().unwrap()).await;
    let mut panel = Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
    let hello = json!({ "type": "hello", "organization": sales.parse::<i64>().unwrap() });
    let mut customer = Client::welcomed(&server.base, hello.clone()).await;
    customer.say(None, "Hello").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64();
    panel.say(chat, "Good morning").await;
    customer.event("message").await;
    assert_eq!(customer.event("message").await["event"]["message"]["text"], "Good morning");

    // Beside the running server: origins and passwords count as soon as it has looked.
    let origins = "organization origins --company acme --organization 1";
    for (change, expected) in [
        ("", "https://shop.example"),
        ("--add https://New.example/ --add https://new.example", "https://new.example, https://shop.example"),
        ("--remove https://shop.example --remove https://never.example", "https://new.example"),
        ("", "https://new.example"),
    ] {
        let line = said(&run(&data, format!("{origins} {change}").trim(), "").await);
        assert_eq!(
            line.trim(),
            format!("Pages of this server and of {expected} may use “Sales”."),
            "{change}"
        );
    }
    let page = within("the new origin", async {
        loop {
            let mut page = Client::connect(&server.base, Some("https://new.example")).await;
            page.send(json!({ "type": "hello", "token": token })).await;
            let told = page.next().await.unwrap();
            if told["type"] == "welcome" {
                return page;
            }
            assert_eq!(told["code"], "origin_not_allowed", "{told}");
            // So that the waiting is no flood of requests.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut page = page.await;
    said(&run(&data, "company password --login acme", "another horse").await);
    for panel in [&mut panel, &mut page] {
        let (bye, _) = panel.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("token_invalid"), &json!(false)));
    }
    // Whatever else it remembered went before the panels were asked.
    let organizations = http.get(format!("{}/api/company/organization", server.base)).bearer_auth(&company);
    assert_eq!(answer(organizations).await.refusal(), (401, "token_invalid".into()));

    let mut clients = vec![customer];
    for _ in 0..50 {
        clients.push(Client::welcomed(&server.base, hello.clone()).await);
    }
    assert_eq!(server.terminate().await.code(), Some(0));
    for client in &mut clients {
        let (bye, _) = client.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("going_away"), &json!(true)));
    }
}

#[tokio::test]
async fn a_command_that_can_not_be_done_says_why_in_one_line() {
    let folder = folder();
    let data = folder.path().join("data");
    for (arguments, input, says) in [
        ("company add --login acme --name Acme", "short", "at least 8 characters"),
        ("company add --login acme --name Acme", "", "at least 8 characters"),
    ] {
        let line = failed(&run(&data, arguments, input).await);
        assert!(line.contains(says), "{arguments}: {line}");
    }
    said(&run(&data, "company add --login acme --name Acme", PASSWORD).await);
    said(&run(&data, "organization add --company acme --name Sales", "").await);
    for (arguments, input, says) in [
        ("organization list --company globex", "", "chathub company add --login globex"),
        ("company password --login globex", PASSWORD, "no company with the login"),
        ("company add --login acme --name Again", PASSWORD, "already taken"),
        ("organization add --company acme --name Sales", "", "already taken"),
        ("organization add --company acme --name Web --allow-origin shop", "", "not a web origin"),
        ("organization origins --company acme --organization 1 --add shop", "", "not a web origin"),
        (
            "organization origins --company acme --organization 1 --add https://a.test --remove https://A.test/",
            "",
            "both to be added and to be removed",
        ),
        ("serve --listen nowhere", "", "localhost:3000"),
        (
            "organization origins --company acme --organization 9 --allow-origin https://a.test",
            "",
            "no such organization",
        ),
        ("operator add --company acme --organization Nowhere --name Anna", "", "no such organization"),
    ] {
        let line = failed(&run(&data, arguments, input).await);
        assert!(line.contains(says), "{arguments}: {line}");
    }
}

#[tokio::test]
async fn a_server_that_can_not_start_says_why_in_one_line() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let serve = async |listen: &str, data: &Path, assets: &Path| {
        let (data, assets) = (data.to_str().unwrap(), assets.to_str().unwrap());
        let arguments = ["serve", "--listen", listen, "--data-dir", data, "--assets", assets];
        failed(&chathub(&arguments, "").await)
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = serve(&address, &data, &assets).await;
    assert!(line.contains(&address) && line.contains("in use") && line.contains("--listen"), "{line}");
    let line = serve("192.0.2.1:1", &data, &assets).await;
    assert!(line.contains("can't listen on 192.0.2.1:1"), "{line}");

    // A file where the directory should be is in the way of root as well.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let line = serve("127.0.0.1:0", &file.join("data"), &assets).await;
    assert!(line.contains("can't be used") && line.contains("--data-dir"), "{line}");
    let line = serve("127.0.0.1:0", &data, &file).await;
    assert!(line.contains("--assets"), "{line}");
    std::fs::write(data.join("chathub.db"), "this is no database, whatever its name says\n".repeat(100))
        .unwrap();
    let line = serve("127.0.0.1:0", &data, &assets).await;
    assert!(line.contains("chathub.db"), "{line}");
}

#[tokio::test]
async fn a_log_filter_that_is_none_is_said() {
    let folder = folder();
    let script = r#"CHATHUB_LOG=no=such=level exec "$0" serve --listen 127.0.0.1:0 --data-dir "$1""#;
    let data = folder.path().join("data");
    let line = failed(&shell(script, &[data.to_str().unwrap()]).await);
    assert!(line.contains("CHATHUB_LOG") && line.contains("no=such=level"), "{line}");
}

#[tokio::test]
async fn a_program_that_reads_the_log_is_told_where_the_server_listens() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    // It is stopped as soon as it has said so.
    let script = r#""$0" serve --log-format json --listen localhost:0 --data-dir "$1" --assets "$2" 2>"$3" & chathub=$!
        until grep -q '"listening"' "$3"; do kill -0 $chathub || exit 1; sleep 0.02; done; kill $chathub; wait $chathub"#;
    let log = folder.path().join("log");
    let paths = [&data, &assets, &log].map(|path| path.to_str().unwrap());
    let output = shell(script, &paths).await;
    assert_eq!(said(&output), "", "nothing that is no JSON");
    let log = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fields = lines.iter().map(|line| &line["fields"]).find(|fields| fields["message"] == "listening");
    let address = fields.unwrap()["address"].as_str().unwrap();
    assert!(address.starts_with("127.0.0.1:") && !address.ends_with(":0"), "{address}");
}

#[tokio::test]
async fn an_idle_server_ends_well_when_it_is_asked_to() {
    let folder = folder();
    let server = Process::serve(&folder.path().join("data"), &folder.path().join("assets")).await;
    // A connection that has said nothing is no reason to stay.
    let _silent = Client::connect(&server.base, None).await;
    assert_eq!(server.terminate().await.code(), Some(0));
}

#[tokio::test]
async fn demonstrations_and_real_installations_are_not_served_as_each_other() {
    let folder = folder();
    let (demo, real) = (folder.path().join("demo"), folder.path().join("real"));
    let assets = folder.path().join("assets");
    let serve = async |data: &Path, flags: &[&str]| {
        let (data, assets) = (data.to_str().unwrap(), assets.to_str().unwrap());
        let common = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data, "--assets", assets];
        failed(&chathub(&[&common, flags].concat(), "").await)
    };
    said(&run(&real, "company add --login acme --name Acme", PASSWORD).await);
    let line = serve(&real, &["--demo"]).await;
    assert!(line.contains("real installation") && line.contains("--data-dir"), "{line}");
    let list = failed(&run(&real, "operator list --company demo", "").await);
    assert!(list.contains("no company"), "nothing was added: {list}");

    // Filled, and stopped at once.
    let config = Config::new(
        Common { data_dir: Some(demo.clone()), config: None },
        Serve { demo: true, assets: Some(assets.clone()), ..Serve::default() },
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    server::serve(listener, &config.unwrap(), Clock::system(), async {}).await.unwrap();
    let line = serve(&demo, &[]).await;
    assert!(line.contains("demonstration") && line.contains("--demo"), "{line}");
}
