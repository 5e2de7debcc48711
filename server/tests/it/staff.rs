//! Who answers is known in every open panel of the organization at once, whoever changed it, and nowhere else.

use chathub_domain::{OperatorId, OperatorStatus};
use chathub_hub::people::Administration;
use chathub_server::run::Opened;
use serde_json::{Value, json};

use crate::support::{Client, Server, hub};

/// The next change among those who answer: their id, their name, their status.
async fn change(panel: &mut Client) -> (i64, String, i64) {
    let event = panel.event("staff_changed").await["event"].clone();
    let (operator, status) = (&event["operator"], &event["status"]);
    (
        operator["id"].as_i64().unwrap(),
        operator["name"].as_str().unwrap().to_owned(),
        status.as_i64().unwrap(),
    )
}

#[tokio::test]
async fn a_change_shows_in_the_organizations_open_panels() {
    let server = Server::start().await;
    let people = server.people;
    let company = server.company_token("acme").await;
    let mut anna = server.panel(people.anna).await;
    let mut clara = server.panel(people.clara).await;
    let mut customer = server.visitor().await;
    customer.say(None, "Hello").await;
    let assign = json!({ "type": "assign", "chat_id": 1, "operator_id": people.boris });
    anna.send(assign).await;
    anna.event("assigned").await;

    let new = json!([{ "organizationId": people.sales, "name": "Dora" }]);
    let added = server.post("/api/operator/synchronize", &company, new).await.json();
    let dora = added[0]["id"].as_i64().unwrap();
    assert_eq!(change(&mut anna).await, (dora, "Dora".into(), 0));
    let set = async |id: i64, status: i64| {
        let answer =
            server.post("/api/operator/status", &company, json!({ "id": id, "status": status })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    set(people.boris, 1).await;
    assert_eq!(change(&mut anna).await, (people.boris, "Boris".into(), 1));
    // Whoever comes now is told the same by the picture.
    let chat = |snapshot: &Value| snapshot["chats"][0].clone();
    let picture = async || {
        let fresh = server.panel(people.anna).await;
        fresh.reset["snapshot"].clone()
    };
    let seen = picture().await;
    assert_eq!(
        (&chat(&seen)["operator"]["name"], &chat(&seen)["operator_inactive"]),
        (&json!("Boris"), &json!(true))
    );
    assert_eq!(seen["operators"].as_array().unwrap().len(), 2, "{seen}");
    // What was so already is no news.
    set(people.boris, 1).await;
    set(dora, 2).await;
    assert_eq!(change(&mut anna).await, (dora, "Dora".into(), 2));

    // The command line is another process, with the server beside it.
    let Opened { store, running, .. } = hub(&server.data()).await;
    let administration = Administration::new(store.clone());
    let acme = administration.company("acme").await.unwrap();
    administration.rename_operator(&acme, OperatorId(people.boris), "Boris B.").await.unwrap();
    assert_eq!(change(&mut anna).await, (people.boris, "Boris B.".into(), 1));
    administration
        .set_operator_status(&acme, OperatorId(people.boris), OperatorStatus::Active)
        .await
        .unwrap();
    assert_eq!(change(&mut anna).await, (people.boris, "Boris B.".into(), 0));
    assert!(chat(&picture().await)["operator_inactive"].is_null());
    running.stop().await;
    store.close().await;

    // Clara works in another organization, and her log has nothing of all that.
    server
        .post(
            "/api/operator/synchronize",
            &company,
            json!([{ "organizationId": people.support, "name": "Emil" }]),
        )
        .await;
    let told = clara.event("staff_changed").await;
    assert_eq!((&told["prev"], &told["event"]["operator"]["name"]), (&json!(0), &json!("Emil")), "{told}");
    // Nor is a customer told who works here.
    customer.say(None, "Still there?").await;
    assert_eq!(customer.cursor_at(2)["seq"], 2);
}
