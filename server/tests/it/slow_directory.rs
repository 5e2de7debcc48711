//! A directory that takes its time, as a remote one may: it keeps nobody's messages and events waiting.

use std::sync::Arc;

use async_trait::async_trait;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId, Timestamp,
};
use chathub_hub::pace::{Pace, Peer};
use chathub_hub::ports::{
    CompanyRecord, Directory, NewOperator, OperatorRecord, OriginsChange, PortError, Ports,
};
use chathub_hub::session::{Session, Turn};
use chathub_hub::{Clock, Hub, Origin, Running, Settings};
use chathub_server::installation::keys;
use chathub_server::run::Opened;
use chathub_store::Sqlite;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{folder, furnish, hub, post, uuid, within};

/// The store's people, who are told of operators only while there are permits.
struct Slow {
    store: Arc<Sqlite>,
    permits: Semaphore,
}

impl Slow {
    async fn wait(&self) {
        drop(self.permits.acquire().await.unwrap());
    }

    fn stop(&self) {
        self.permits.forget_permits(1);
    }

    fn go_on(&self) {
        self.permits.add_permits(1);
    }
}

#[async_trait]
impl Directory for Slow {
    async fn operators(
        &self,
        company: CompanyId,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>, PortError> {
        self.wait().await;
        self.store.operators(company, organization).await
    }

    async fn operator(
        &self,
        company: CompanyId,
        id: OperatorId,
    ) -> Result<Option<OperatorRecord>, PortError> {
        self.wait().await;
        self.store.operator(company, id).await
    }

    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError> {
        self.store.company(id).await
    }

    async fn company_by_organization(&self, id: OrganizationId) -> Result<Option<CompanyRecord>, PortError> {
        self.store.company_by_organization(id).await
    }

    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError> {
        self.store.company_by_login(login).await
    }

    async fn add_company(&self, login: &str, name: &str, hash: &str) -> Result<CompanyId, PortError> {
        self.store.add_company(login, name, hash).await
    }

    async fn set_login(&self, company: CompanyId, login: &str) -> Result<bool, PortError> {
        self.store.set_login(company, login).await
    }

    async fn set_password(&self, company: CompanyId, hash: &str) -> Result<bool, PortError> {
        self.store.set_password(company, hash).await
    }

    async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>, PortError> {
        self.store.organizations(company).await
    }

    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, PortError> {
        self.store.organization(id).await
    }

    async fn add_organization(
        &self,
        company: CompanyId,
        name: &str,
        origins: &[String],
    ) -> Result<OrganizationId, PortError> {
        self.store.add_organization(company, name, origins).await
    }

    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError> {
        self.store.set_allowed_origins(company, organization, change).await
    }

    async fn add_operators(
        &self,
        company: CompanyId,
        operators: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError> {
        self.store.add_operators(company, operators).await
    }

    async fn changes(&self) -> Result<i64, PortError> {
        self.store.changes().await
    }

    async fn set_operator_status(
        &self,
        company: CompanyId,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<bool, PortError> {
        self.store.set_operator_status(company, id, status).await
    }
}

/// The next frame of this type; everything before it is passed over.
async fn next(session: &mut Session, kind: &str) -> Value {
    loop {
        match within(kind, session.next()).await {
            Turn::Send(frame) => {
                let frame: Value = serde_json::from_str(&frame).unwrap();
                if frame["type"] == kind {
                    break frame;
                }
            }
            Turn::Listen => {}
            Turn::End => panic!("the session ended before a {kind}"),
        }
    }
}

#[tokio::test]
async fn what_the_directory_is_asked_for_keeps_no_message_and_no_event_waiting() {
    let folder = folder();
    let data = folder.path().join("data");
    let people = furnish(&data).await;
    let Opened { hub: maker, store, running } = hub(&data).await;
    let acme = maker.find_company("acme").await.unwrap();
    let token =
        async |id: i64| maker.operator_token(&acme, OperatorId(id), Timestamp(i64::MAX)).await.unwrap().0;
    let (anna, fresh) = (token(people.anna).await, token(people.anna).await);
    running.stop().await;

    let directory = Arc::new(Slow { store: Arc::clone(&store), permits: Semaphore::new(1) });
    let (keys, _) = keys::load(&data).unwrap();
    let settings = Settings {
        build: "test".into(),
        company_token_lives: None,
        demo: false,
        pace: Pace::FREE,
        allow_origin: |_, _, _| None,
    };
    let ports = Ports { directory: directory.clone(), ..Ports::of(&store) };
    let (hub, _running): (Hub, Running) = Hub::start(ports, keys, Clock::system(), settings).await.unwrap();
    let open = async |hello: Value| {
        let hello = serde_json::from_value(hello).unwrap();
        Session::open(&hub, hello, &Origin::Absent, Peer::UNKNOWN, true).await.unwrap()
    };
    let mut panel = open(json!({ "type": "hello", "token": anna })).await;
    let mut customer = open(json!({ "type": "hello", "organization": people.sales })).await;
    customer.take_frame(&post(None, &uuid(), "Hello").to_string()).await;
    let chat = next(&mut panel, "event").await["event"]["chat_id"].as_i64().unwrap();

    directory.stop();
    panel.take_frame(&json!({ "type": "token", "token": fresh }).to_string()).await;
    let assign = json!({ "type": "assign", "chat_id": chat, "operator_id": people.boris });
    panel.take_frame(&assign.to_string()).await;
    let id = uuid();
    panel.take_frame(&post(Some(chat), &id, "Good day").to_string()).await;
    assert_eq!(next(&mut panel, "ack").await["client_id"], id.as_str());
    customer.take_frame(&post(None, &uuid(), "Still there?").to_string()).await;
    while next(&mut panel, "event").await["event"]["message"]["text"] != "Still there?" {}
    panel.take_frame(&json!({ "type": "history", "chat_id": chat }).to_string()).await;
    assert_eq!(next(&mut panel, "history").await["messages"].as_array().unwrap().len(), 3);

    // And both are done when it answers.
    directory.go_on();
    let (mut welcomed, mut assigned) = (false, false);
    while !(welcomed && assigned) {
        match within("the rest", panel.next()).await {
            Turn::Send(frame) => {
                let frame: Value = serde_json::from_str(&frame).unwrap();
                welcomed |= frame["type"] == "welcome";
                assigned |= frame["event"]["operator"]["id"] == people.boris;
            }
            Turn::Listen => {}
            Turn::End => panic!("the session ended"),
        }
    }
}
