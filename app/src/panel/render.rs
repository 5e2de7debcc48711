//! The panel as HTML, for any page.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use super::{Panel, PanelProps, view};

/// The panel's HTML as the browser will hydrate it. The same `props` must be given to the browser.
#[must_use]
pub fn render(props: PanelProps) -> String {
    // A page of ours, which is being rendered, goes on when its panel is.
    let around = Owner::current();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    let html = owner.with(|| {
        let panel = Panel::new(
            props,
            #[cfg(feature = "hydrate")]
            None,
            #[cfg(feature = "hydrate")]
            None,
        );
        view::panel(panel).into_view().to_html()
    });
    owner.unset_with_forced_cleanup();
    if let Some(around) = around {
        around.set();
    }
    html
}

#[cfg(test)]
mod tests {
    use chathub_domain::wire::{Me, Snapshot};
    use chathub_domain::{
        Chat, ChatId, ChatStatus, Cursor, Epoch, OperatorId, OperatorRef, OrganizationId, OrganizationRef,
        Source, Timestamp,
    };

    use super::*;
    use crate::panel::Door;
    use crate::texts::chosen;

    fn html(customer: &str) -> String {
        html_in("en", customer)
    }

    fn html_in(language: &str, customer: &str) -> String {
        let chat = Chat {
            id: ChatId(12),
            customer: customer.into(),
            looks_like_operator: false,
            operator_inactive: false,
            source: Source::Website,
            status: ChatStatus::Waiting,
            operator: None,
            unread: 2,
            last_message: None,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            read_by_customer: 0,
            read_by_me: 0,
        };
        render(PanelProps {
            hub: String::new(),
            token: "eyJ.secret".into(),
            me: Me {
                operator: OperatorRef { id: OperatorId(7), name: "Anna".into() },
                organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
            },
            expires_at: Timestamp(0),
            cursor: Cursor { epoch: Epoch(uuid::Uuid::nil()), seq: 0 },
            snapshot: Snapshot { chats: vec![chat], more: true, operators: Vec::new(), unread: 73 },
            build: "1".into(),
            door: Door::Embed,
            texts: chosen([language]).panel.clone(),
        })
    }

    #[test]
    fn the_html_is_the_panel_before_the_browser_takes_over() {
        let html = html("");
        for part in [
            r#"<section aria-label="Operator chat panel" data-connection="connecting" data-screen="list""#,
            r#"<nav aria-label="Chats""#,
            r#"<li data-chat-id="12">"#,
            "Visitor 12",
            r#"<span role="img" aria-label="2 unread" class="ch-badge">2</span>"#,
            "73",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("data-hydrated"));
    }

    #[test]
    fn it_speaks_its_language() {
        let html = html_in("ar", "");
        for part in [
            r#"lang="ar" dir="rtl""#,
            "المحادثات",
            "الزائر 12",
            "رسالتان غير مقروءتين",
            "73 رسالة غير مقروءة",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn a_page_of_ours_goes_on_around_it() {
        let page = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
        page.set();
        let before = RwSignal::new("before");
        assert!(html("Anna").contains("Anna"));
        let after = RwSignal::new("after");
        assert_eq!((before.get_untracked(), after.get_untracked()), ("before", "after"));
        page.unset_with_forced_cleanup();
    }

    #[test]
    fn a_strict_policy_lets_all_of_it_in() {
        let html = html("<img src=x onerror=alert(1)>");
        for forbidden in [" style=", "<style", "<script", "<img", " onclick="] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"));
        assert!(!html.contains("secret"));
    }
}
