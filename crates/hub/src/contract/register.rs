//! What every register must do.

use chathub_domain::{CompanyId, OperatorId, OperatorStatus};

use super::Subject;
use crate::ports::{NewOperator, PortError, Register};

fn register(subject: &Subject) -> &dyn Register {
    subject.mirror.as_deref().unwrap()
}

pub async fn lists_go_on_after_the_last_of_a_page(subject: &Subject) {
    let register = register(subject);
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    let logins = async |after, most| {
        let page = register.companies(after, most).await.unwrap();
        page.into_iter().map(|company| company.login).collect::<Vec<_>>()
    };
    assert_eq!(logins(CompanyId(0), 10).await, ["acme", "other"]);
    assert_eq!(logins(CompanyId(0), 1).await, ["acme"]);
    assert_eq!(logins(acme.company, 1).await, ["other"]);
    assert!(logins(other.company, 1).await.is_empty());

    let new = |name: &str| NewOperator { organization_id: acme.organization, name: name.into() };
    let added = register.add_operators(acme.company, &[new("Boris"), new("Clara")]).await.unwrap().unwrap();
    register.set_operator_status(acme.company, added[0].id, OperatorStatus::Deleted).await.unwrap();
    let names = async |after, most| {
        let page = register.operators_after(acme.company, after, most).await.unwrap();
        page.into_iter().map(|operator| operator.name).collect::<Vec<_>>()
    };
    assert_eq!(names(OperatorId(0), 10).await, ["Anna", "Clara"]);
    assert_eq!(names(OperatorId(0), 1).await, ["Anna"]);
    assert_eq!(names(acme.operator.id, 1).await, ["Clara"]);
}

pub async fn names_are_changed_by_their_company_and_counted(subject: &Subject) {
    let register = register(subject);
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    register.add_organization(acme.company, "Support", &[]).await.unwrap();
    let rename = async |company, name| register.rename_organization(company, acme.organization, name).await;
    let taken = rename(acme.company, "SUPPORT").await.unwrap_err();
    assert!(matches!(taken, PortError::Taken { what: "name" }), "{taken}");
    assert!(!rename(other.company, "Theirs").await.unwrap());
    let before = register.changes().await.unwrap();
    for name in ["SALES", "Vertrieb"] {
        assert!(rename(acme.company, name).await.unwrap());
        assert_eq!(register.organization(acme.organization).await.unwrap().unwrap().name, name);
    }
    register.add_organization(acme.company, "Sales", &[]).await.expect("the former name is free");
    let between = register.changes().await.unwrap();
    assert!(between > before);

    let anna = acme.operator.id;
    let rename = async |company, name| register.rename_operator(company, anna, name).await.unwrap();
    let record = async || register.operator(acme.company, anna).await.unwrap().unwrap();
    let generation = record().await.generation;
    assert!(!rename(other.company, "Theirs").await);
    assert!(rename(acme.company, "Anna Meyer").await);
    assert_eq!(
        (record().await.operator.name.as_str(), record().await.generation),
        ("Anna Meyer", generation)
    );
    assert!(register.changes().await.unwrap() > between);
    register.set_operator_status(acme.company, anna, OperatorStatus::Deleted).await.unwrap();
    assert!(!rename(acme.company, "Nobody").await);
}
