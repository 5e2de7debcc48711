//! The list of chats, gone through by cursors.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Server};

/// Chats of customers who have each said something, in their order, and their windows.
async fn chats(server: &Server, organization: i64, count: usize) -> Vec<(i64, Client)> {
    let mut panel = server.panel(server.people.anna).await;
    let mut chats = Vec::new();
    for number in 0..count {
        let hello = json!({ "type": "hello", "organization": organization });
        let mut customer = Client::welcomed(&server.base, hello).await;
        customer.say(None, &format!("Hello parcel {number}")).await;
        let created = panel.event("chat_created").await;
        chats.push((created["event"]["chat_id"].as_i64().unwrap(), customer));
    }
    chats
}

fn ids(list: &Value) -> Vec<i64> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// The answer, and where its `Link` leads.
async fn page(server: &Server, path: &str, token: &str) -> (Value, Option<String>) {
    let response = server.request(Method::GET, path).bearer_auth(token).send().await.unwrap();
    let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
    let answer = Answer::read(response).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    (answer.json(), link)
}

/// Offsets lose and double what moves; cursors don't.
#[tokio::test]
async fn every_chat_is_met_though_chats_move() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut chats = chats(&server, server.people.sales, 7).await;
    let made: Vec<_> = chats.iter().map(|(id, _)| *id).collect();
    for (sort, search) in [("created", ""), ("updated", ""), ("created", "parcel"), ("updated", "parcel")] {
        let mut met = Vec::new();
        let mut cursor = String::new();
        for number in 0.. {
            let path = format!("/api/chat/chats?sort={sort}&search={search}&per_page=2&after={cursor}");
            let (list, _) = page(&server, &path, &company).await;
            assert_eq!((&list["total"], &list["page"]), (&json!(7), &json!(number + 1)), "{list}");
            met.extend(ids(&list));
            // The one that would come last moves to where nobody looks any more.
            chats[number % 7].1.say(None, "Again").await;
            match list["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        if sort == "created" {
            assert_eq!(met, made, "{search}");
        }
        assert!(made.iter().all(|id| met.contains(id)), "{sort} {search}: {met:?}");
    }
}

#[tokio::test]
async fn the_link_leads_to_the_next_page_of_the_same_list() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let made = chats(&server, server.people.sales, 3).await;
    let mut met = Vec::new();
    let mut path =
        "/api/chat/chats?page=1&per_page=1&search=hello+p%C3%A4rcel&search=&sort=created".to_owned();
    assert_eq!(page(&server, &path, &company).await.0["total"], 0);
    path = path.replace("%C3%A4", "a");
    loop {
        let (list, link) = page(&server, &path, &company).await;
        met.extend(ids(&list));
        assert_eq!(list["next"].is_null(), link.is_none(), "{list} {link:?}");
        let Some(link) = link else { break };
        path = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        let after = format!("after={}", list["next"].as_str().unwrap());
        assert!(
            path.starts_with("/api/chat/chats?per_page=1&search=hello+parcel&") && path.ends_with(&after)
        );
    }
    assert_eq!(met, made.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    // A proxy would not take an answer with so long a header.
    let long = format!("/api/chat/chats?per_page=1&ignored={}", "x".repeat(3_000));
    let (list, link) = page(&server, &long, &company).await;
    assert!(list["next"].is_string() && link.is_none());
}

#[tokio::test]
async fn a_cursor_is_of_one_list() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let made = chats(&server, server.people.sales, 3).await;
    let (list, _) = page(&server, "/api/chat/chats?per_page=1&search=hello", &company).await;
    let next = list["next"].as_str().unwrap();
    // Another size of the pages is the same list, and so are parameters that say what holds without them.
    for same in ["search=hello&per_page=2", "search=%20hello&sort=updated&status=&page=&unknown=1"] {
        let (list, _) = page(&server, &format!("/api/chat/chats?{same}&after={next}"), &company).await;
        assert_eq!(ids(&list)[..2], [made[1].0, made[0].0], "{same}");
    }
    for (query, says) in [
        (format!("search=hello&after={next}&page=2"), "can't be combined with page."),
        (format!("search=hello&after={next}&page=1"), "can't be combined with page."),
        (format!("search=hallo&after={next}"), "must be the next of an answer"),
        (format!("after={next}"), "must be the next of an answer"),
        (format!("search=hello&sort=created&after={next}"), "must be the next of an answer"),
        (format!("search=hello&status=0&after={next}"), "must be the next of an answer"),
        (format!("search=hello&after={}", &next[1..]), "must be the next of an answer"),
        (format!("search=hello&after={next}A"), "must be the next of an answer"),
        ("search=hello&after=7".into(), "must be the next of an answer"),
        ("search=hello&after=%FF%00".into(), "must be the next of an answer"),
    ] {
        let refused = server.get(&format!("/api/chat/chats?{query}"), &company).await;
        assert_eq!(refused.refusal(), (400, "invalid_field".into()), "{query}");
        let error = &refused.json()["errors"][0];
        assert_eq!(error["pointer"], "?after", "{query}: {error}");
        assert!(error["detail"].as_str().unwrap().starts_with(says), "{query}: {error}");
    }
}

/// Whose cursor it is does not matter: everybody sees their own chats and no other.
#[tokio::test]
async fn another_companys_cursor_leads_to_ones_own_chats() {
    let server = Server::start().await;
    let (acme, globex) = (server.company_token("acme").await, server.company_token("globex").await);
    let hello = json!({ "type": "hello", "organization": server.people.elsewhere });
    Client::welcomed(&server.base, hello).await.say(None, "Ours").await;
    let elsewhere = ids(&page(&server, "/api/chat/chats", &globex).await.0);
    let made = chats(&server, server.people.sales, 3).await;
    for sort in ["created", "updated"] {
        let path = format!("/api/chat/chats?per_page=1&sort={sort}");
        let (list, _) = page(&server, &path, &acme).await;
        let mut next = list["next"].as_str().map(str::to_owned);
        while let Some(after) = next {
            let (list, _) = page(&server, &format!("{path}&after={after}"), &globex).await;
            assert!(ids(&list).iter().all(|id| elsewhere.contains(id)), "{list}");
            assert_eq!(list["total"], 1);
            next = list["next"].as_str().map(str::to_owned);
        }
    }
    drop(made);
}
