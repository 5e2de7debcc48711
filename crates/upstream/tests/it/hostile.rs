//! Slow, broken, huge, elsewhere: what a remote can do, and that it costs a bounded time and no second change.

use chathub_domain::OperatorStatus;
use chathub_hub::pace::Peer;
use chathub_hub::ports::{Directory, Health, NewOperator, PortError};
use serde_json::json;

use crate::support::{ANNA, CACHE, Fake, Front, Manner, SALES, in_an_hour};

/// No answer that can be used, and whether it is unknown what was done.
#[track_caller]
fn away<T: std::fmt::Debug>(outcome: Result<T, PortError>) -> bool {
    match outcome.unwrap_err() {
        PortError::Away { unsure, .. } => unsure,
        other => panic!("{other:?}"),
    }
}

fn elsewhere(other: &Fake) -> Manner {
    Manner::Redirects(other.base.clone())
}

#[tokio::test]
async fn no_answer_that_can_be_used_is_told_after_few_tries() {
    let other = Fake::start().await;
    for (manner, tries) in [
        // What may pass is tried again.
        (Manner::Status(500), 3),
        (Manner::Status(503), 3),
        (Manner::Status(429), 3),
        (Manner::Silent, 3),
        // What will not is not.
        (Manner::Says("<html>Welcome</html>"), 1),
        (Manner::Says(""), 1),
        (Manner::Says("{\"token\": 7}"), 1),
        (Manner::Endless, 1),
        (elsewhere(&other), 1),
    ] {
        let fake = Fake::start().await;
        let (front, company) = Front::signed_in(&fake, false).await;
        fake.manner(manner.clone());
        assert!(!away(front.directory.operator_to_mint(company, ANNA, in_an_hour()).await), "{manner:?}");
        assert_eq!(fake.calls(), vec!["POST /api/operator/get-token"; tries], "{manner:?}");
    }
    assert!(other.calls().is_empty(), "only the configured host is called");
}

#[tokio::test]
async fn a_change_is_sent_once_and_what_became_of_it_is_not_guessed() {
    let other = Fake::start().await;
    for manner in [
        Manner::Status(500),
        Manner::Status(429),
        Manner::Silent,
        Manner::Says("[]]"),
        Manner::Endless,
        elsewhere(&other),
    ] {
        let fake = Fake::start().await;
        let (front, company) = Front::signed_in(&fake, false).await;
        fake.manner(manner.clone());
        let new = [NewOperator { organization_id: SALES, name: "Boris".into() }];
        // Of the one refusal among them it is known that nothing was done.
        let unsure = !matches!(manner, Manner::Status(429));
        assert_eq!(away(front.directory.add_operators(company, &new).await), unsure, "{manner:?}");
        assert_eq!(fake.calls(), ["POST /api/operator/synchronize"], "{manner:?}");
        if !matches!(manner, Manner::Says(_) | Manner::Endless) {
            let set = front.directory.set_operator_status(company, ANNA, OperatorStatus::Inactive).await;
            assert_eq!(away(set), unsure, "{manner:?}");
            assert_eq!(fake.calls(), ["POST /api/operator/status"], "{manner:?}");
        }
        // The next look is a new one, whatever the cache's time.
        fake.manner(Manner::Well);
        front.directory.operators(company, Some(SALES)).await.unwrap();
        assert_eq!(fake.calls(), ["GET /api/operator"], "{manner:?}");
    }
    assert!(other.calls().is_empty());
}

#[tokio::test]
async fn credentials_are_not_sent_where_a_redirect_points() {
    let (fake, other) = (Fake::start().await, Fake::start().await);
    fake.manner(elsewhere(&other));
    let front = Front::of(&fake, true).await;
    assert!(!away(front.directory.sign_in("acme", "correct horse", Peer::UNKNOWN).await));
    front.directory.warm_up().await;
    assert!(other.calls().is_empty());
}

#[tokio::test]
async fn the_circuit_opens_rests_and_closes_again() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, false).await;
    let mint = async || front.directory.operator_to_mint(company, ANNA, in_an_hour()).await;
    assert_eq!(front.directory.health(), Health::Well);
    fake.manner(Manner::Status(500));
    away(mint().await);
    away(mint().await);
    assert_eq!(fake.calls().len(), 5, "the fifth failure opens it");
    assert_eq!(front.directory.health(), Health::Away);
    away(mint().await);
    let set = front.directory.set_operator_status(company, ANNA, OperatorStatus::Inactive).await;
    assert!(!away(set), "it is known that nothing was done");
    assert_eq!(fake.calls().len(), 0, "nobody is asked");
    // One tries again, and fails; then one who does not.
    front.skip(5_001);
    away(mint().await);
    assert_eq!(fake.calls().len(), 1);
    fake.manner(Manner::Well);
    away(mint().await);
    front.skip(10_001);
    assert!(mint().await.unwrap().is_some());
    assert_eq!(front.directory.health(), Health::Well);
}

#[tokio::test]
async fn a_remote_with_limits_is_not_taken_for_dead() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, false).await;
    fake.manner(Manner::Status(429));
    for _ in 0..4 {
        away(front.directory.operator_to_mint(company, ANNA, in_an_hour()).await);
    }
    assert_eq!(front.directory.health(), Health::Well);
}

#[tokio::test]
async fn lists_are_remembered_while_it_is_away_and_fetched_once_when_it_is_not() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, false).await;
    let directory = &front.directory;
    for manner in [Manner::Status(500), Manner::Says("[{}]"), Manner::Endless] {
        fake.manner(manner);
        front.skip(CACHE);
        assert_eq!(directory.organizations(company).await.unwrap()[0].name, "Sales");
        assert_eq!(directory.operators(company, None).await.unwrap()[0].name, "Anna");
        assert!(directory.operator(company, ANNA).await.unwrap().is_some());
    }
    fake.manner(Manner::Well);
    front.skip(3_600_000);
    fake.calls();
    let many = (0..50).map(|_| directory.operator(company, ANNA));
    for found in futures::future::join_all(many).await {
        assert!(found.unwrap().is_some());
    }
    assert_eq!(fake.calls(), ["GET /api/operator"], "once for all of them");
}

#[tokio::test]
async fn a_remote_can_not_move_people_between_companies() {
    let fake = Fake::start().await;
    let (front, acme) = Front::signed_in(&fake, false).await;
    // Another company, whose list claims what is acme's.
    fake.set(|remote| remote.organizations = json!([{ "id": 71, "name": "Elsewhere" }]));
    let signed_in = front.directory.sign_in("globex", "correct horse", Peer::UNKNOWN).await.unwrap();
    let globex = match signed_in {
        chathub_hub::ports::SignIn::Judged(Some(record)) => record.id,
        other => panic!("{other:?}"),
    };
    assert_ne!(acme, globex);
    front.directory.organizations(globex).await.unwrap();
    fake.set(|remote| {
        remote.organizations =
            json!([{ "id": 71, "name": "Elsewhere" }, { "id": SALES, "name": "Mine now" }]);
    });
    front.skip(CACHE);
    assert!(matches!(front.directory.organizations(globex).await, Err(PortError::Failed { .. })));
    assert!(matches!(front.directory.operators(globex, None).await, Err(PortError::Failed { .. })));
    assert!(front.directory.operator(globex, ANNA).await.is_err());
}

#[tokio::test]
async fn who_is_on_no_list_any_more_is_gone() {
    let fake = Fake::start().await;
    let (front, company) = Front::signed_in(&fake, false).await;
    let anna = async || front.directory.operator(company, ANNA).await.unwrap().unwrap();
    let before = anna().await;
    fake.set(|remote| remote.operators = json!([{ "id": 701, "name": "Boris", "status": 7 }]));
    front.skip(CACHE);
    let after = anna().await;
    assert_eq!(after.operator.status, OperatorStatus::Deleted);
    assert!(after.generation > before.generation);
    let listed = front.directory.operators(company, Some(SALES)).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].status, OperatorStatus::Inactive, "a status that nobody knows is none to work with");
    // With an organization go its customers and operators.
    fake.set(|remote| remote.organizations = json!([]));
    front.skip(CACHE);
    assert!(front.directory.organizations(company).await.unwrap().is_empty());
    assert!(front.directory.organization(SALES).await.unwrap().is_none());
}
