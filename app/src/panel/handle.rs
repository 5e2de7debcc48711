//! What the views hold: the state, topic by topic, and the way to say what the operator did.

use chathub_domain::{Chat, ChatId, ClientId};
use leptos::html::Section;
use leptos::prelude::*;
use uuid::Uuid;

use super::actions::SEND;
use super::clock::Calendar;
use super::props::{Door, PanelProps};
use super::state::{Action, Deed, State, Topic};
use super::watched::Watched;
use crate::texts::Held;

#[cfg(feature = "hydrate")]
use {super::driver::Driver, std::rc::Rc};

/// What is taken of a chat.
type Take<T> = Box<dyn Fn(&State, &Chat) -> T + Send + Sync>;

/// Runs when the views are in the page, and again when something has changed that it looked at. Boxed, so that the WASM has
/// the code of an effect once.
#[cfg(feature = "hydrate")]
pub(super) fn whenever(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_: Option<()>| run());
}

/// Copied into every view. A view depends on the topics and chats that it has asked for, and on nothing else.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    state: Watched,
    pub(super) door: Door,
    pub(super) texts: Held,
    /// Set when the browser has taken over: before, nothing may be shown that the server can't know, like a local time.
    pub(super) hydrated: RwSignal<bool>,
    /// The day and the zone that times are written for.
    pub(super) calendar: RwSignal<Calendar>,
    pub(super) root: NodeRef<Section>,
    pub(super) open: Memo<Option<ChatId>>,
    /// The row of the list that had the focus last, or is about to have it.
    pub(super) row: RwSignal<Option<ChatId>>,
    #[cfg(feature = "hydrate")]
    driver: StoredValue<Rc<Driver>, LocalStorage>,
}

impl Panel {
    pub(super) fn new(
        props: PanelProps,
        #[cfg(feature = "hydrate")] host: Option<js_sys::Function>,
        #[cfg(feature = "hydrate")] kept: Option<String>,
    ) -> Self {
        let door = props.door;
        let texts = Held::new(props.texts.clone());
        #[cfg(feature = "hydrate")]
        let hub = props.hub.clone();
        let state = Watched::new(State::new(props));
        let calendar = RwSignal::new(Calendar::default());
        Self {
            state,
            door,
            texts,
            hydrated: RwSignal::new(false),
            calendar,
            root: NodeRef::new(),
            row: RwSignal::new(None),
            open: Memo::new(move |_| {
                state.track(Topic::Open);
                state.peek(|state| state.threads.open)
            }),
            #[cfg(feature = "hydrate")]
            driver: StoredValue::new_local(Driver::new(state, calendar, hub, door, host, kept)),
        }
    }

    /// Whoever is looking here looks again when one of these has changed.
    pub(super) fn track(self, topics: &[Topic]) {
        for topic in topics {
            self.state.track(*topic);
        }
    }

    /// What the state says, now and again when that has changed.
    pub(super) fn with<T>(self, topic: Topic, take: impl FnOnce(&State) -> T) -> T {
        self.state.track(topic);
        self.state.peek(take)
    }

    /// What is said of a chat, now and again when it has changed; nothing of one that is gone.
    pub(super) fn with_chat<T>(self, id: ChatId, take: impl FnOnce(&State, &Chat) -> T) -> Option<T> {
        self.state.track_chat(id);
        self.state.peek(|state| state.chat(id).map(|chat| take(state, chat)))
    }

    /// The same, but told only when it is something else: for what is costly to show anew. What takes it is boxed, so that
    /// the WASM has the code of a memo once for each type, and not for each use.
    pub(super) fn memo<T: PartialEq + Send + Sync + 'static>(
        self,
        topic: Topic,
        take: impl Fn(&State) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let take: Box<dyn Fn(&State) -> T + Send + Sync> = Box::new(take);
        Memo::new(move |_| self.with(topic, &*take))
    }

    /// The same of a chat.
    pub(super) fn memo_chat<T: PartialEq + Default + Send + Sync + 'static>(
        self,
        id: ChatId,
        take: impl Fn(&State, &Chat) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let take: Take<T> = Box::new(take);
        Memo::new(move |_| self.with_chat(id, &*take).unwrap_or_default())
    }

    /// What the state says now.
    pub(super) fn peek<T>(self, take: impl FnOnce(&State) -> T) -> T {
        self.state.peek(take)
    }

    /// Whether it can be done, now and again when that may have changed.
    pub(super) fn may<G>(self, action: &Action<G>, given: &G) -> bool {
        self.track(action.topics);
        self.peek(|state| action.is_allowed(state, given))
    }

    #[cfg(feature = "hydrate")]
    pub(super) fn act(self, deed: Deed) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.act(deed);
        }
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "nothing happens to a panel on the server")]
    pub(super) fn act(self, _: Deed) {}

    /// Whether the draft of the open chat is a message, whatever that will be called.
    pub(super) fn may_send(self) -> bool {
        self.may(&SEND, &ClientId(Uuid::nil()))
    }

    /// Sends the draft of the open chat.
    pub(super) fn send(self) {
        #[cfg(feature = "hydrate")]
        self.act(SEND.with(super::driver::client_id()));
    }

    #[cfg(feature = "hydrate")]
    pub(super) fn set_token(self, token: String) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.set_token(token);
        }
    }

    /// What the next panel needs to go on from here.
    #[cfg(feature = "hydrate")]
    pub(super) fn to_keep(self) -> String {
        self.driver.try_get_value().map(|driver| driver.to_keep()).unwrap_or_default()
    }

    /// Begins once the panel is in the page; ends with the panel.
    pub(super) fn run(self) {
        #[cfg(feature = "hydrate")]
        {
            use send_wrapper::SendWrapper;
            let driver = SendWrapper::new(self.driver.get_value());
            whenever({
                let driver = driver.clone();
                move || {
                    if !self.hydrated.get_untracked() {
                        self.hydrated.set(true);
                        driver.start(self.root.get_untracked().map(Into::into));
                    }
                }
            });
            on_cleanup(move || driver.stop());
        }
    }
}
