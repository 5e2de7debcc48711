//! The suite that every adapter of the ports must pass.
//!
//! An adapter's test crate calls [`contract_tests!`](crate::contract_tests) with a function that makes a fresh,
//! empty adapter; each case then runs as a test of its own.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "these are tests, called from test crates"
)]

pub mod dice;
pub mod directory;
pub mod door;
pub mod erasing;
pub mod faulty;
pub mod log;
pub mod lossy;
pub mod mirror;
pub mod nodes;
pub mod paging;
pub mod register;
pub mod search;
pub mod unread;

use std::sync::Arc;

use chathub_domain::wire::Introduction;
use chathub_domain::{CompanyId, OperatorRef, OrganizationId, Timestamp, VisitorId};
use futures::future::BoxFuture;
use uuid::Uuid;

use crate::error::Result;
use crate::ports::{Mirror, NewOperator, Ports, Recorded, Wanted};
use crate::rules::{Command, Decider, Guest, Member, Receipt};

/// An adapter under test, and whatever must live as long (a temporary directory).
pub struct Subject {
    pub ports: Ports,
    /// Where there is one.
    pub mirror: Option<Arc<dyn Mirror>>,
    /// Where the directory's people are made, when that is not in the directory itself.
    pub home: Option<Home>,
    pub keep: Box<dyn std::any::Any + Send + Sync>,
}

/// Makes a company with an organization `Sales` and an operator `Anna`, as the directory under test knows them then.
pub type Home = Box<dyn Fn(String) -> BoxFuture<'static, Place> + Send + Sync>;

/// A company with one organization and one operator in it.
pub struct Place {
    pub company: CompanyId,
    pub organization: OrganizationId,
    pub operator: OperatorRef,
}

impl Subject {
    /// Makes a company of this name with an organization `Sales` and an operator `Anna`.
    pub async fn place(&self, company: &str) -> Place {
        if let Some(home) = &self.home {
            return home(company.to_owned()).await;
        }
        let directory = &self.ports.directory;
        let company = directory.add_company(company, company, "hash").await.unwrap();
        let organization = directory.add_organization(company, "Sales", &[]).await.unwrap();
        let new = NewOperator { organization_id: organization, name: "Anna".into() };
        let anna = directory.add_operators(company, &[new]).await.unwrap().unwrap().remove(0);
        Place { company, organization, operator: OperatorRef { id: anna.id, name: anna.name } }
    }

    /// Runs commands as one batch at the time `at`, as the writer does.
    pub async fn run(&self, at: i64, commands: Vec<Command>) -> (Vec<Result<Receipt>>, Vec<Recorded>) {
        let mut wanted = Wanted::default();
        commands.iter().for_each(|command| command.want(&mut wanted));
        let mut batch = self.ports.log.begin(&wanted).await.unwrap();
        let mut decider = Decider::new(batch.state(), Timestamp(at));
        let outcomes = commands.iter().map(|command| command.decide(&mut decider)).collect();
        let changes = decider.changes();
        batch.commit(&changes).await.unwrap();
        (outcomes, changes.events)
    }
}

impl Place {
    #[must_use]
    pub fn member(&self) -> Member {
        Member { organization_id: self.organization, operator: self.operator.clone() }
    }

    #[must_use]
    pub fn guest(&self, number: u128) -> Guest {
        Guest {
            organization_id: self.organization,
            visitor_id: visitor(number),
            introduction: Introduction::default(),
        }
    }
}

#[must_use]
pub fn visitor(number: u128) -> VisitorId {
    VisitorId(Uuid::from_u128(number))
}

/// A test for each case of the suite, or of the directory's part alone, over adapters made by the function
/// `$make: async fn() -> Subject`.
#[macro_export]
macro_rules! contract_tests {
    ($make:ident) => {
        $crate::contract_tests!(@ $make, log:
            starts_empty
            first_message_makes_the_chat
            same_client_id_is_the_same_message
            one_refusal_does_not_fail_its_neighbours
            what_is_read_back_is_what_was_told
            another_organizations_chat_looks_like_none
            a_dropped_batch_changes_nothing
            unread_counts_follow_each_operators_position
            chats_and_messages_are_paged
            portions_are_bounded_in_bytes
            a_customer_has_one_open_chat
            what_is_newest_does_not_depend_on_the_clock
            batches_come_one_after_the_other
            heads_are_told_together
        );
        $crate::contract_tests!(@ $make, search:
            words_are_found_in_any_script_and_case
            names_and_phone_numbers_are_found
            phone_numbers_are_found_however_they_are_written
            filters_narrow_and_pages_follow
            what_others_have_is_not_found
            several_organizations_are_one_list
            a_span_is_measured_from_either_end
        );
        $crate::contract_tests!(@ $make, paging:
            a_list_at_rest_is_met_once_and_in_order
            in_the_order_of_creation_every_chat_is_met_once
            in_the_order_of_updates_no_chat_is_missed
            a_walk_ends_while_all_chats_keep_moving
            a_walk_keeps_to_its_filter
        );
        $crate::contract_tests!(@ $make, erasing:
            an_erased_chat_leaves_its_numbers
            a_chat_of_the_same_batch_can_not_be_erased
            a_customer_writes_while_their_chat_is_erased
            an_erased_chat_is_gone_before_its_messages_are
        );
        $crate::contract_tests!(@ $make, unread:
            unread_messages_are_counted_in_all_chats
            unread_messages_are_counted_in_some_chats
            what_was_unread_in_an_erased_chat_is_not_counted
        );
        $crate::contract_tests!(@ $make, door:
            sessions_are_their_companys_and_end
            the_latest_addresses_of_each_login_are_known
            blocks_are_their_organizations_and_end
        );
        $crate::contract_tests!(directory: $make);
    };
    (directory: $make:ident) => {
        $crate::contract_tests!(@ $make, directory:
            logins_are_unique_however_they_are_written
            what_is_no_login_any_more_is_found_in_any_case
            a_company_is_given_another_login
            a_new_password_starts_a_generation
            names_of_organizations_are_unique
            organizations_belong_to_their_company
            operators_are_added_all_or_none
            a_stopped_operator_loses_the_generation
            every_change_is_counted_and_a_message_is_none
        );
    };
    (@ $make:ident, $module:ident: $($case:ident)+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $case() {
                    $crate::contract::$module::$case(&super::$make().await).await;
                }
            )+
        }
    };
}
