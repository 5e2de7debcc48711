//! Who came in, who was kept out, and what was changed: in the log, so that people and fail2ban can read it.

use std::path::{Path, PathBuf};
use std::process::Output;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{
    Client, PASSWORD, People, Process, answer, command, company_token, folder, furnish, operator_token, run,
    said, within,
};

const FILTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/fail2ban/filter.d/chathub.conf");

/// What fail2ban does with a line: the time is cut out, then each expression is looked for.
const BANS: &str = r#"
import configparser, re, sys
HOST = (r"(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})|\[?(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,8}"
        r"(?:[0-9a-fA-F]{1,4}|(?<=:):))\]?|(?P<dns>[\w\-.^_]*\w))")
conf = configparser.ConfigParser()
conf.read(sys.argv[1])
part = conf["Definition"]
lines = [line.strip() for line in part["failregex"].splitlines() if line.strip()]
expressions = [re.compile(line.replace("<HOST>", HOST)) for line in lines]
date = "(" + part["datepattern"].lstrip("^") + ")"
for directive, pattern in {"%Y": r"\d{4}", "%m": r"\d\d", "%d": r"\d\d", "%H": r"\d\d", "%M": r"\d\d", "%S": r"\d\d",
                           "%f": r"\d+", "%z": "Z"}.items():
    date = date.replace(directive, pattern)
for line in open(sys.argv[2], encoding="utf-8", newline="\n"):
    line = line.rstrip("\n")
    texts = ["shop chathub[4711]: " + line] if sys.argv[3] == "journal" else [re.sub("^" + date, "", line)]
    for text in texts:
        found = [m for m in (e.search(text) for e in expressions) if m]
        for match in found:
            print(match["ip4"] or match["ip6"] or match["dns"])
"#;

/// A login that wants to be another line of the log, in either format.
const FORGED: &str = "x\" client=198.51.100.99\n2026-01-01T00:00:00.000000Z  WARN chathub::audit: refused action=sign-in \
                      client=198.51.100.99 reason=login_refused\n{\"timestamp\":\"2026-01-01T00:00:00.000000Z\",\
                      \"level\":\"WARN\",\"fields\":{\"message\":\"refused\",\"action\":\"sign-in\",\
                      \"client\":\"198.51.100.99\",";

const PROXY: [&str; 2] = ["--trusted-proxy", "127.0.0.1"];

/// A server whose log is kept, and what it has to do with.
struct Scene {
    process: Process,
    people: People,
    http: reqwest::Client,
    log: PathBuf,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn start(json: bool, flags: &[&str]) -> Self {
        let folder = folder();
        let (data, assets, log) =
            (folder.path().join("data"), folder.path().join("assets"), folder.path().join("log"));
        let people = furnish(&data).await;
        let flags = [&PROXY, flags].concat();
        let process = match json {
            true => Process::logging_json(&data, &assets, &flags, "info", &log).await,
            false => Process::logging(&data, &assets, &flags, "info", &log).await,
        };
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { process, people, http, log, folder }
    }

    fn call(&self, method: Method, path: &str, from: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.process.base)).header("x-forwarded-for", from)
    }

    /// Asks for a company token, and for a session.
    async fn sign_in(&self, login: &str, password: &str, from: &str) {
        let body = json!({ "login": login, "password": password });
        answer(self.call(Method::POST, "/api/company/get-token", from).json(&body)).await;
        let form = self.call(Method::POST, "/fn/sign_in", from).header("accept", "text/html");
        answer(form.form(&[("login", login), ("password", password)])).await;
    }

    /// What the log holds in the end.
    async fn ended(self) -> (String, PathBuf, tempfile::TempDir) {
        assert!(self.process.terminate().await.success());
        (std::fs::read_to_string(&self.log).unwrap(), self.log, self.folder)
    }
}

/// Whom the filter would ban for the lines of a log.
async fn banned(log: &Path, journal: bool) -> Vec<String> {
    let kind = if journal { "journal" } else { "file" };
    let mut command = Command::new("python3");
    command.args(["-c", BANS, FILTER, log.to_str().unwrap(), kind]);
    let Output { status, stdout, stderr } = within("the filter", command.output()).await.unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The same by fail2ban itself, where it is.
async fn banned_by_fail2ban(log: &Path) -> Option<Vec<String>> {
    let folder = log.parent().unwrap();
    let mut command = Command::new("fail2ban-regex");
    command.args(["--out", "ip", log.to_str().unwrap(), FILTER]).current_dir(folder);
    let output = within("fail2ban", command.output()).await.ok()?;
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn fail2ban_finds_whose_sign_ins_were_refused_and_nobody_else() {
    for json in [false, true] {
        let scene = Scene::start(json, &[]).await;
        let expected = ["203.0.113.7", "2001:db8::7"];
        for from in expected {
            scene.sign_in("acme", "wrong password", from).await;
            scene.sign_in(FORGED, "wrong password", from).await;
        }
        scene.sign_in("acme", PASSWORD, "203.0.113.50").await;
        for token in ["eyJ0.e.x", FORGED.lines().next().unwrap()] {
            let call = scene.call(Method::GET, "/api/operator", "203.0.113.51");
            answer(call.header("x-authorization-key", token)).await;
        }
        answer(scene.call(Method::GET, "/x}:%20chathub::audit:%20refused%20action=sign-in", "203.0.113.52"))
            .await;
        let (text, log, _folder) = scene.ended().await;
        let expected: Vec<_> = expected.iter().flat_map(|from| [*from; 4]).collect();
        assert_eq!(banned(&log, false).await, expected, "{text}");
        assert_eq!(banned(&log, true).await, expected, "{text}");
        if let Some(found) = banned_by_fail2ban(&log).await {
            assert_eq!(found, expected, "{text}");
        }
        for secret in [PASSWORD, "wrong password", "eyJ"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        if json {
            text.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).expect(line)));
        }
    }
}

/// The line about an action, with its parts in order.
#[track_caller]
fn assert_line(log: &str, parts: &[&str]) {
    let has_all = |line: &&str| {
        let mut rest = *line;
        parts.iter().all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    };
    assert!(log.lines().any(|line| has_all(&line)), "{parts:?}: {log}");
}

#[tokio::test]
async fn who_came_in_who_was_kept_out_and_what_was_changed_is_told() {
    let scene = Scene::start(false, &["--limit-visitors", "1"]).await;
    let (base, people) = (scene.process.base.clone(), scene.people);
    let from = "203.0.113.7";
    let form = scene.call(Method::POST, "/fn/sign_in", from).header("accept", "text/html");
    let signed_in = form.form(&[("login", "acme"), ("password", PASSWORD)]).send().await.unwrap();
    let cookies = signed_in.headers().get_all("set-cookie").iter();
    let session = cookies.map(|line| line.to_str().unwrap()).find(|line| line.contains("session=")).unwrap();
    let out = scene.call(Method::POST, "/fn/sign_out", from).header("accept", "text/html");
    answer(out.header("cookie", session.split(';').next().unwrap())).await;
    let company = company_token(&scene.http, &base, "acme").await;
    let token = operator_token(&scene.http, &base, &company, people.anna).await;
    let call = |method, path: &str| scene.call(method, path, from).bearer_auth(&company);
    let added = answer(call(Method::POST, "/api/operator/synchronize").json(&json!([
        { "organizationId": people.sales, "name": "Dora" }, { "organizationId": people.sales, "name": "Emil" }
    ])));
    let added = added.await.json();
    let ids = format!("operators=\"{} {}\"", added[0]["id"], added[1]["id"]);
    let status = json!({ "id": people.boris, "status": 1 });
    assert_eq!(answer(call(Method::POST, "/api/operator/status").json(&status)).await.status, 200);
    // A customer, who is blocked then, and another one who is one too many.
    let mut customer = Client::from(&base, "203.0.113.20").await;
    customer.send(json!({ "type": "hello", "organization": people.sales })).await;
    let visitor = customer.expect("welcome").await["visitor"].clone();
    customer.say(None, "Hello").await;
    let chats = answer(call(Method::GET, "/api/chat/chats")).await.json();
    let chat = chats["items"][0]["id"].as_i64().unwrap();
    let operator = |method, path: String| scene.call(method, &path, from).bearer_auth(&token);
    let block = operator(Method::POST, format!("/api/chat/chats/{chat}/block")).json(&json!({ "hours": 1 }));
    assert_eq!(answer(block).await.status, 200);
    let mut again = Client::from(&base, "203.0.113.20").await;
    again.send(json!({ "type": "hello", "organization": people.sales, "visitor": visitor })).await;
    again.farewell().await;
    let mut other = Client::from(&base, "203.0.113.20").await;
    other.send(json!({ "type": "hello", "organization": people.sales })).await;
    other.farewell().await;
    let unblock = operator(Method::DELETE, format!("/api/chat/chats/{chat}/block"));
    assert_eq!(answer(unblock).await.status, 200);
    let mut panel = Client::from(&base, "203.0.113.21").await;
    panel.send(json!({ "type": "hello", "token": "eyJ0.e.x" })).await;
    panel.farewell().await;
    let (log, ..) = scene.ended().await;
    let sales = format!("organization={}", people.sales);
    let (anna, boris) = (format!("operators=\"{}\"", people.anna), format!("operators=\"{}\"", people.boris));
    let here = "client=203.0.113.7";
    for parts in [
        &["INFO", "chathub::audit: done action=sign-in", here, "company=1", "request=", "login=\"acme\""][..],
        &["INFO", "chathub::audit: done action=sign-out", here, "company=1", "request="],
        &["INFO", "chathub::audit: done action=add-operators", here, "company=1", &ids],
        &[
            "INFO",
            "chathub::audit: done action=operator-status",
            here,
            "company=1",
            &boris,
            "status=inactive",
        ],
        &["INFO", "chathub::audit: done action=block", here, "company=1", &sales, &anna],
        &["INFO", "chathub::audit: done action=unblock", here, "company=1", &sales, &anna],
        &["WARN", "chathub::audit: refused action=chat", "client=203.0.113.20", "reason=blocked", "request="],
        &["WARN", "chathub::audit: refused action=chat", "client=203.0.113.20", "reason=too_many_requests"],
        &["WARN", "chathub::audit: refused action=token", "client=203.0.113.21", "reason=token_invalid"],
    ] {
        assert_line(&log, parts);
    }
    assert!(!log.contains("eyJ") && !log.contains(PASSWORD), "{log}");
}

#[tokio::test]
async fn a_flood_leaves_a_bounded_log_in_which_a_ban_is_still_found() {
    let scene = Scene::start(false, &["--limit-logins", "0", "--limit-requests", "0"]).await;
    for round in 0..3 {
        let attempts = (0..45).map(|number| {
            let from = format!("198.51.100.{number}");
            let body = json!({ "login": format!("guess {round}"), "password": "wrong password" });
            scene.call(Method::POST, "/api/company/get-token", &from).json(&body).send()
        });
        // No more than wait for their turn.
        for some in attempts.collect::<Vec<_>>().chunks_mut(15) {
            futures::future::join_all(some).await;
        }
        for _ in 0..10 {
            let call = scene.call(Method::GET, "/api/operator", "203.0.113.9").bearer_auth("eyJ0.e.x");
            answer(call).await;
        }
    }
    let (text, log, _folder) = scene.ended().await;
    let banned = banned(&log, false).await;
    // Of one who is on the log, every attempt. The minute may have ended in between.
    let most = banned.iter().map(|from| banned.iter().filter(|other| *other == from).count()).max();
    assert_eq!(most, Some(3), "{text}");
    assert!(banned.len() < 45 * 3 && banned.len() >= 30 * 3, "{}", banned.len());
    assert!(text.matches("action=token").count() <= 10, "{text}");
}

#[tokio::test]
async fn a_command_tells_the_log_too_when_it_is_asked_to() {
    let folder = folder();
    let data = folder.path().join("data");
    said(&run(&data, "company add --login acme --name Acme", PASSWORD).await);
    let quiet = run(&data, "organization add --company acme --name Sales", "").await;
    assert!(quiet.stderr.is_empty(), "{quiet:?}");
    let mut command = command(&["organization", "add", "--company", "acme", "--name", "Support"]);
    command.args(["--data-dir", data.to_str().unwrap()]).env("CHATHUB_LOG", "chathub::audit=info");
    let output = within("the command", command.output()).await.unwrap();
    assert_eq!(said(&output), "2");
    let log = String::from_utf8(output.stderr).unwrap();
    assert_line(&log, &["done action=add-organization client=local company=1 organization=2"]);
}
