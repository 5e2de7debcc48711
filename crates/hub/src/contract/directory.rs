//! What every directory must do.

use chathub_domain::{ClientId, OperatorId, OperatorStatus, OrganizationId, Source};
use uuid::Uuid;

use super::{Place, Subject};
use crate::ports::{NewOperator, OriginsChange, PortError};
use crate::rules::Ask;

pub async fn logins_are_unique_however_they_are_written(subject: &Subject) {
    let directory = &subject.ports.directory;
    let found = async |login: &str| directory.company_by_login(login).await.unwrap().map(|found| found.id);
    for (login, others, strangers) in [
        ("Acme", vec!["ACME", "aCMe", "ＡＣＭＥ", " acme\n"], vec!["acme2", "аcme", "acm\u{e9}", ""]),
        ("Caf\u{e9}", vec!["CAF\u{c9}", "cafe\u{301}", "CAFE\u{301}"], vec!["cafe"]),
        ("Straße", vec!["straße", "STRAẞE"], vec!["strasse", "STRASSE"]),
        ("ΟΔΟΣ", vec!["οδοσ", "Οδοσ"], vec!["οδος"]),
        ("İade", vec!["i\u{307}ade", "I\u{307}ADE"], vec!["iade", "ıade", "IADE"]),
        ("ﾊﾟﾝ", vec!["パン", "ハ\u{309a}ン"], vec!["ハン"]),
    ] {
        let id = directory.add_company(login, "A company", "hash").await.unwrap();
        for other in &others {
            let taken = directory.add_company(other, "Another", "hash").await.unwrap_err();
            assert!(matches!(taken, PortError::Taken { what: "login" }), "{other}: {taken}");
            assert_eq!(found(other).await, Some(id), "{other}");
        }
        for stranger in &strangers {
            assert_eq!(found(stranger).await, None, "{stranger}");
        }
        let shown = directory.company_by_login(others[0]).await.unwrap().unwrap();
        assert_eq!((shown.login.as_str(), shown.name.as_str()), (login, "A company"), "as it was typed");
    }
    assert!(directory.exact_logins().await.unwrap().is_empty());
}

/// Earlier versions let companies have such logins.
pub async fn what_is_no_login_any_more_is_found_in_any_case(subject: &Subject) {
    let directory = &subject.ports.directory;
    let id = directory.add_company("Acme Tools", "Acme", "hash").await.unwrap();
    assert_eq!(directory.company_by_login("ACME TOOLS").await.unwrap().unwrap().id, id);
    assert!(directory.company_by_login("ＡＣＭＥ Tools").await.unwrap().is_none());
    let taken = directory.add_company("acme tools", "Another", "hash").await.unwrap_err();
    assert!(matches!(taken, PortError::Taken { what: "login" }), "{taken}");
    assert_eq!(directory.exact_logins().await.unwrap(), ["Acme Tools"]);
}

pub async fn a_company_is_given_another_login(subject: &Subject) {
    let directory = &subject.ports.directory;
    let [acme, globex] =
        [directory.add_company("acme", "Acme", "hash"), directory.add_company("globex", "Globex", "hash")];
    let (acme, globex) = (acme.await.unwrap(), globex.await.unwrap());
    let before = directory.changes().await.unwrap();
    for taken in ["GLOBEX", "ｇｌｏｂｅｘ"] {
        let refused = directory.set_login(acme, taken).await.unwrap_err();
        assert!(matches!(refused, PortError::Taken { what: "login" }), "{refused}");
    }
    assert_eq!(directory.changes().await.unwrap(), before);
    // Its own in another way to write it, and then another.
    for login in ["ＡＣＭＥ", "Acme.Tools"] {
        assert!(directory.set_login(acme, login).await.unwrap());
        assert_eq!(directory.company(acme).await.unwrap().unwrap().login, login);
        assert_eq!(directory.company_by_login(&login.to_lowercase()).await.unwrap().unwrap().id, acme);
    }
    assert!(directory.changes().await.unwrap() > before);
    assert!(directory.company_by_login("acme").await.unwrap().is_none());
    assert!(directory.set_login(globex, "ACME").await.unwrap(), "it is free again");
    assert!(!directory.set_login(chathub_domain::CompanyId(9_999), "nobody").await.unwrap());
}

pub async fn a_new_password_starts_a_generation(subject: &Subject) {
    let directory = &subject.ports.directory;
    let place = subject.place("acme").await;
    let operator = async || directory.operator(place.company, place.operator.id).await.unwrap().unwrap();
    let before = directory.company(place.company).await.unwrap().unwrap();
    let operator_before = operator().await.generation;
    assert!(directory.set_password(place.company, "other").await.unwrap());
    let after = directory.company(place.company).await.unwrap().unwrap();
    assert_eq!(after.password_hash, "other");
    assert!(after.generation > before.generation);
    assert!(operator().await.generation > operator_before, "tokens that the former password minted die too");
    let nobody = chathub_domain::CompanyId(9_999);
    assert!(!directory.set_password(nobody, "other").await.unwrap());
}

pub async fn names_of_organizations_are_unique(subject: &Subject) {
    let place = subject.place("acme").await;
    let taken = subject.ports.directory.add_organization(place.company, "SALES", &[]).await.unwrap_err();
    assert!(matches!(taken, PortError::Taken { what: "name" }), "{taken}");
}

pub async fn organizations_belong_to_their_company(subject: &Subject) {
    let directory = &subject.ports.directory;
    let (place, other) = (subject.place("acme").await, subject.place("other").await);
    let origins = ["https://shop.example".to_owned()];
    let change = async |company, change| {
        directory.set_allowed_origins(company, place.organization, change).await.unwrap()
    };
    assert_eq!(change(place.company, OriginsChange::Replace(&origins)).await.unwrap(), origins);
    assert_eq!(change(other.company, OriginsChange::Replace(&[])).await, None);
    // Two who change it at once lose nothing of each other's.
    let more: Vec<_> = (1..=8).map(|number| [format!("https://{number}.example")]).collect();
    let amend = |add| change(place.company, OriginsChange::Amend { add, remove: &[] });
    futures::future::join_all(more.iter().map(|add| amend(add.as_slice()))).await;
    let remove = more.concat();
    let all = OriginsChange::Amend { add: &[], remove: &[] };
    assert_eq!(change(place.company, all).await.unwrap(), [remove.clone(), origins.to_vec()].concat());
    let without = OriginsChange::Amend { add: &origins, remove: &remove };
    assert_eq!(change(place.company, without).await.unwrap(), origins);
    let own = directory.organizations(place.company).await.unwrap();
    assert_eq!(own.len(), 1);
    for Place { company, organization, .. } in [&place, &other] {
        let owner = directory.company_by_organization(*organization).await.unwrap();
        assert_eq!(owner.map(|owner| owner.id), Some(*company));
    }
    assert!(directory.company_by_organization(OrganizationId(9_999)).await.unwrap().is_none());
    assert_eq!(own[0].allowed_origins, origins);
    assert_eq!(directory.organization(place.organization).await.unwrap().unwrap(), own[0]);
    assert!(directory.organization(OrganizationId(9_999)).await.unwrap().is_none());
}

pub async fn operators_are_added_all_or_none(subject: &Subject) {
    let directory = &subject.ports.directory;
    let (place, other) = (subject.place("acme").await, subject.place("other").await);
    let new = |organization_id, name: &str| NewOperator { organization_id, name: name.into() };
    let mixed = [new(place.organization, "Boris"), new(other.organization, "Clara")];
    assert!(directory.add_operators(place.company, &mixed).await.unwrap().is_none());
    assert_eq!(directory.operators(place.company, None).await.unwrap().len(), 1);
    let twins = [new(place.organization, "Boris"), new(place.organization, "Boris")];
    let added = directory.add_operators(place.company, &twins).await.unwrap().unwrap();
    assert!(added[0].id < added[1].id);
    assert_eq!(added[0].organization.name, "Sales");
    let listed = directory.operators(place.company, Some(place.organization)).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert!(directory.operators(place.company, Some(other.organization)).await.unwrap().is_empty());
}

pub async fn a_stopped_operator_loses_the_generation(subject: &Subject) {
    let directory = &subject.ports.directory;
    let (place, other) = (subject.place("acme").await, subject.place("other").await);
    let id = place.operator.id;
    let record = async || directory.operator(place.company, id).await.unwrap().unwrap();
    let before = record().await.generation;
    assert!(directory.set_operator_status(place.company, id, OperatorStatus::Active).await.unwrap());
    assert_eq!(record().await.generation, before);
    assert!(directory.set_operator_status(place.company, id, OperatorStatus::Inactive).await.unwrap());
    assert!(directory.set_operator_status(place.company, id, OperatorStatus::Active).await.unwrap());
    assert!(record().await.generation > before, "tokens from before stay dead");
    assert!(directory.set_operator_status(place.company, id, OperatorStatus::Deleted).await.unwrap());
    assert!(directory.operators(place.company, None).await.unwrap().is_empty());
    assert_eq!(record().await.operator.status, OperatorStatus::Deleted);
    assert!(directory.operator(other.company, id).await.unwrap().is_none());
    assert!(!directory.set_operator_status(other.company, id, OperatorStatus::Active).await.unwrap());
    let nobody = OperatorId(9_999);
    assert!(!directory.set_operator_status(place.company, nobody, OperatorStatus::Active).await.unwrap());
}

pub async fn every_change_is_counted_and_a_message_is_none(subject: &Subject) {
    let directory = &subject.ports.directory;
    let mut before = directory.changes().await.unwrap();
    let mut grows = async |what: &str| {
        let after = directory.changes().await.unwrap();
        assert!(std::mem::replace(&mut before, after) < after, "{what}");
    };
    let place = subject.place("acme").await;
    grows("a company").await;
    directory.add_organization(place.company, "Support", &[]).await.unwrap();
    grows("an organization").await;
    let new = NewOperator { organization_id: place.organization, name: "Boris".into() };
    directory.add_operators(place.company, &[new]).await.unwrap();
    grows("an operator").await;
    directory.set_password(place.company, "other").await.unwrap();
    grows("a password").await;
    let none = OriginsChange::Replace(&[]);
    directory.set_allowed_origins(place.company, place.organization, none).await.unwrap();
    grows("origins").await;
    let (company, anna) = (place.company, place.operator.id);
    directory.set_operator_status(company, anna, OperatorStatus::Inactive).await.unwrap();
    grows("a status").await;
    let before = directory.changes().await.unwrap();
    let hello = Ask {
        by: place.guest(1),
        client_id: ClientId(Uuid::from_u128(1)),
        body: "Hello".into(),
        source: Source::Website,
    }
    .into();
    let (outcomes, _) = subject.run(1, vec![hello]).await;
    assert!(outcomes[0].is_ok());
    assert_eq!(directory.changes().await.unwrap(), before, "a message");
}
